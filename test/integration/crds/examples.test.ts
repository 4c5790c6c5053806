/** The examples, applied as their comments say, with the operator running. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { apiVersion } from '../../../src/kernel/api-kinds.ts';
import type { IdentityLabels } from '../../../src/kernel/labels.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { logGroup, root, tryCreate } from './manifests.ts';

const folder = join(root, 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const namespaced = files.filter((file) => file !== '06-log-group.yaml');
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

let namespace: string;
beforeAll(async () => {
  namespace = await controlPlane().newNamespace('examples');
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await controlPlane().admin.patch(
    { apiVersion: 'v1', kind: 'Namespace', name: namespace },
    { metadata: { labels } },
  );
});

const kubectl = (...args: readonly string[]) => controlPlane().runKubectl(['-n', namespace, ...args]);

describe('the examples', () => {
  it('are numbered without a gap', () => {
    const numbers = files.map((file) => file.slice(0, 2));
    expect(numbers).toEqual(files.map((_, index) => String(index + 1).padStart(2, '0')));
  });

  it.each(namespaced)('%s leaves the namespace to whoever applies it', (file) => {
    for (const document of parseAllDocuments(textOf(file)))
      expect((document.toJS() as Manifest).metadata).not.toHaveProperty('namespace');
  });

  it.each(namespaced)('%s is taken whole and without a warning, also a second time', async (file) => {
    const { admin } = controlPlane();
    // Pod Security warns of a pod template that it would refuse pods of.
    const labels = { 'pod-security.kubernetes.io/warn': 'restricted' };
    await admin.patch({ apiVersion: 'v1', kind: 'Namespace', name: namespace }, { metadata: { labels } });
    const apply = ['apply', '--warnings-as-errors', '-f', join(folder, file)];
    await kubectl(...apply);
    const again = await kubectl(...apply);
    expect(again).toContain('unchanged');
    expect(again).not.toMatch(/created/);
  });

  it('06-log-group.yaml is taken', async () => {
    const { spec } = parse(textOf('06-log-group.yaml')) as { spec: object };
    const { admin } = controlPlane();
    const taken = await tryCreate({ admin, namespace: '' }, logGroup(spec, 'examples'));
    expect(taken['spec']).toMatchObject(spec);
  });
});

async function identities(app: string, name?: string): Promise<readonly IdentityLabels[]> {
  const { admin } = controlPlane();
  const pods = await admin.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    labelSelector: name === undefined ? `app=${app}` : `app=${app},job-name=${name}`,
  });
  return pods.map(({ metadata: { labels = {} } }) => {
    const { apiName, apiKind, jobID } = labels;
    return JSON.parse(JSON.stringify({ apiName, apiKind, jobID })) as IdentityLabels;
  });
}

/** Waits until there are that many pods and all of them have exactly the identity. */
async function expectPods(count: number, app: string, identity: IdentityLabels, job?: string): Promise<void> {
  const wanted = JSON.stringify(Array.from({ length: count }, () => identity));
  await waitFor(async () => JSON.stringify(await identities(app, job)) === wanted, {
    describe: `${count} pods of ${app} to be ${JSON.stringify(identity)}`,
  });
}

describe('what the examples promise', () => {
  it('01: both pods of the Deployment belong to the RealtimeAPI', () =>
    expectPods(2, 'text-generator', { apiName: 'text-generator', apiKind: 'RealtimeAPI' }));

  it('02: the pods of the named Deployment belong to the AsyncAPI, whatever their labels', () =>
    expectPods(2, 'video-captioner-workers', { apiName: 'video-captioner', apiKind: 'AsyncAPI' }));

  it('03: the pods of a plain Job have its name for a jobID', () =>
    expectPods(4, 'image-classifier', {
      apiName: 'image-classifier',
      apiKind: 'BatchAPI',
      jobID: 'image-classifier-2026-11-23',
    }));

  it('04: the pods of the BatchJob have the jobID that it chose', async () => {
    await expectPods(2, 'sentiment-analyzer', {
      apiName: 'sentiment-analyzer',
      apiKind: 'BatchAPI',
      jobID: '69b9e5e4e8',
    });
    const place = { apiVersion, kind: 'BatchJob', namespace, name: 'reviews-of-november' };
    await waitFor(
      async () => {
        const job = await controlPlane().admin.get<{ status?: { jobID?: string } }>(place);
        return job?.status?.jobID === '69b9e5e4e8';
      },
      { describe: 'the BatchJob to tell its jobID' },
    );
  });

  it('05: a run of the CronJob, started by hand, is a job of the TaskAPI', async () => {
    await kubectl('create', 'job', '--from=cronjob/churn-trainer', 'churn-trainer-by-hand');
    const identity = { apiName: 'churn-trainer', apiKind: 'TaskAPI', jobID: 'churn-trainer-by-hand' };
    await expectPods(1, 'churn-trainer', identity, 'churn-trainer-by-hand');
  });
});
