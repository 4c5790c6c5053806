import { afterAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../control-plane/wait-for.ts';
import { megabytes, tell } from './figures.ts';
import { logOf, metricOf, operatorPods, usageOf, type Usage } from './operator-pods.ts';
import { sceneOfEnvironment } from './scene.ts';

/** With a few dozen pods to look after. */
const mostResidentBytes = 150e6;
/** Mount points are made in it by the container runtime. */
const mostFileBytes = 256 * 1024;

const scene = sceneOfEnvironment();
const pods = await operatorPods(scene.admin);

afterAll(() => scene.close());

/** The kubelet looks every ten seconds or so. */
function measured(usage: Usage): Usage | undefined {
  return usage.memoryBytes > 0 ? usage : undefined;
}

describe('the replicas', () => {
  it.each(pods)('are small: $metadata.name', async ({ metadata }) => {
    const bytes = await metricOf(scene, metadata.name, 'process_resident_memory_bytes');
    tell(`resident memory of ${metadata.name}, with what it shares`, megabytes(bytes));
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(mostResidentBytes);
  });

  it.each(pods)('write no files: $metadata.name', async (pod) => {
    const { memoryBytes, fileBytes } = await waitFor(async () => measured(await usageOf(scene, pod)), {
      describe: `the kubelet to have looked at ${pod.metadata.name}`,
    });
    tell(`memory of ${pod.metadata.name}, as kubectl top has it`, megabytes(memoryBytes));
    tell(`files of ${pod.metadata.name}, mount points included`, `${fileBytes} bytes`);
    expect(fileBytes).toBeLessThan(mostFileBytes);
  });

  it.each(pods)('have neither crashed nor logged an error: $metadata.name', async ({ metadata, status }) => {
    const log = await logOf(scene, metadata.name);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(status.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
  });
});
