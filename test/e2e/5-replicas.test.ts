import { afterAll, describe, expect, it } from '@jest/globals';
import { megabytes, tell } from './figures.ts';
import { bytesWritten, logOf, metricOf, operatorPods } from './operator-pods.ts';
import { sceneOfEnvironment } from './scene.ts';

/** With a few dozen pods to look after. */
const mostResidentBytes = 150e6;
/** Mount points are made in it by the container runtime. */
const mostFileBytes = 256 * 1024;

const scene = sceneOfEnvironment();
const pods = await operatorPods(scene.admin);

afterAll(() => scene.close());

describe('the replicas', () => {
  it.each(pods)('are small: $metadata.name', async ({ metadata }) => {
    const bytes = await metricOf(scene, metadata.name, 'process_resident_memory_bytes');
    tell(`resident memory of ${metadata.name}`, megabytes(bytes));
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(mostResidentBytes);
  });

  it.each(pods)('write no files: $metadata.name', async (pod) => {
    const bytes = await bytesWritten(scene, pod);
    tell(`file system of ${pod.metadata.name}, mount points included`, `${bytes} bytes`);
    expect(bytes).toBeLessThan(mostFileBytes);
  });

  it.each(pods)('have neither crashed nor logged an error: $metadata.name', async ({ metadata, status }) => {
    const log = await logOf(scene, metadata.name);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(status.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
  });
});
