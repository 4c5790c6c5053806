/** Defaults, status, columns, short names and explanations: on a control plane without an operator, which would write statuses. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiVersion } from '../../../src/kernel/api-kinds.ts';
import { startControlPlane, type ControlPlane } from '../../control-plane/start-control-plane.ts';
import type { AnyObject, Manifest } from '../../control-plane/kube-client.ts';
import { applyCrds, logGroup, refusal, workload } from './manifests.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane({ parts: [] });
  await applyCrds(controlPlane.admin);
}, 60_000);
afterAll(() => controlPlane.stop());

const namespace = 'default';
const ready = (status: 'True' | 'False') => [
  { type: 'Ready', status, reason: 'Test', message: 'told', lastTransitionTime: '2026-11-23T08:50:00Z' },
];
const apiStatus = {
  conditions: ready('True'),
  pods: { claimed: 3, labeled: 2, summary: '2/3' },
  logs: { url: 'https://console.example/logs' },
};
const jobStatus = { ...apiStatus, conditions: ready('False'), jobID: '69b9e5e4e8' };

async function store(manifest: Manifest, status?: object): Promise<AnyObject> {
  const { admin } = controlPlane;
  const { apiVersion: version, kind, metadata } = manifest;
  const created = await admin.create({ ...manifest, metadata: { ...metadata, namespace } });
  const reference = { apiVersion: version, kind, namespace, name: metadata.name ?? '' };
  return status === undefined ? created : admin.patch(reference, { status }, 'status');
}

describe('defaults', () => {
  it('of a LogGroup are those of CloudWatch, and careful', async () => {
    const { spec } = await store(logGroup({ logGroupName: 'plain' }, 'plain'));
    expect(spec).toEqual({
      logGroupName: 'plain',
      logGroupClass: 'STANDARD',
      savedQueries: 'Managed',
      deletionPolicy: 'Retain',
      adopt: false,
    });
  });

  it('of a field index are those of CloudWatch', async () => {
    const { spec } = await store(
      logGroup({ logGroupName: 'indexed', fieldIndexes: [{ name: 'labels.apiName' }] }, 'indexed'),
    );
    expect(spec).toMatchObject({ fieldIndexes: [{ name: 'labels.apiName', type: 'FIELD_INDEX' }] });
  });

  it('of a workload kind are none: what was not written is not there', async () => {
    expect(await store(workload('TaskAPI', {}, 'bare'))).toMatchObject({ spec: {} });
  });
});

describe('the status', () => {
  const place = { apiVersion, kind: 'AsyncAPI', namespace, name: 'written' };
  const spec = { selector: { matchLabels: { app: 'x' } } };

  it('is not taken from whoever creates the resource', async () => {
    const created = await store({ ...workload('AsyncAPI', spec, 'written'), status: apiStatus });
    expect(created['status']).toBeUndefined();
  });

  it('is not taken from whoever writes the spec', async () => {
    const change = { spec: { selector: { matchLabels: { app: 'y' } } }, status: apiStatus };
    const written = await controlPlane.admin.patch(place, change);
    expect(written['status']).toBeUndefined();
    expect(written['spec']).toEqual(change.spec);
    expect(written.metadata.generation).toBe(2);
  });

  it('is all that is taken from whoever writes the status', async () => {
    const written = await controlPlane.admin.patch(place, { spec, status: apiStatus }, 'status');
    expect(written['status']).toEqual(apiStatus);
    expect(written['spec']).toEqual({ selector: { matchLabels: { app: 'y' } } });
    expect(written.metadata.generation).toBe(2);
  });

  it('has conditions in one form only', async () => {
    const conditions = [{ type: 'Ready', status: 'Maybe', reason: 'x', message: '' }];
    const message = await refusal(controlPlane.admin.patch(place, { status: { conditions } }, 'status'));
    expect(message).toContain('status.conditions[0].status: Unsupported value: "Maybe"');
    expect(message).toContain('status.conditions[0].lastTransitionTime: Required value');
  });
});

/** The lines of a table, split at two or more spaces. */
async function table(...args: readonly string[]): Promise<string[][]> {
  const text = await controlPlane.runKubectl(['get', ...args]);
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
}
const age = expect.stringMatching(/^\d+s$/) as unknown as string;

describe('kubectl get', () => {
  beforeAll(async () => {
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const times = { startTime: since, endTime: since };
    for (const kind of ['RealtimeAPI', 'BatchAPI'] as const)
      await store(workload(kind, { workloadRef }, 'text-generator'), apiStatus);
    for (const kind of ['BatchJob', 'TaskJob'] as const)
      await store(workload(kind, { apiName: 'text-generator' }, 'a-run'), { ...jobStatus, ...times });
    const spec = { logGroupName: 'my-cluster', retentionInDays: 30 };
    await store(logGroup(spec, 'default'), {
      conditions: ready('True'),
      arn: 'arn:aws:logs:x',
      // An account's policy decides, so that it is not what the spec says.
      retentionInDays: 90,
      logGroupClass: 'STANDARD',
      deletionProtectionEnabled: true,
    });
  });

  it('shows of an API how many pods are labeled, and whether it is in force', async () => {
    expect(await table('realtimeapis')).toEqual([
      ['NAME', 'PODS', 'READY', 'AGE'],
      ['text-generator', '2/3', 'True', age],
    ]);
  });

  it('shows with -o wide what it claims and where its records are', async () => {
    expect(await table('batchapis', '-o', 'wide')).toEqual([
      ['NAME', 'PODS', 'READY', 'AGE', 'WORKLOAD', 'LOGS'],
      ['text-generator', '2/3', 'True', age, 'web', 'https://console.example/logs'],
    ]);
  });

  it.each(['batchjobs', 'taskjobs'])(
    'shows of %s which API ran, as which job, and when',
    async (resource) => {
      expect(await table(resource)).toEqual([
        ['NAME', 'API', 'JOBID', 'PODS', 'READY', 'START', 'END', 'AGE'],
        ['a-run', 'text-generator', '69b9e5e4e8', '2/3', 'False', '60m', '60m', age],
      ]);
    },
  );

  it('shows of a LogGroup its name in CloudWatch and how long it keeps records', async () => {
    expect(await table('loggroups', 'default')).toEqual([
      ['NAME', 'GROUP', 'RETENTION', 'READY', 'REASON', 'AGE'],
      ['default', 'my-cluster', '90', 'True', 'Test', age],
    ]);
    expect((await table('loggroups', 'default', '-o', 'wide'))[1]).toEqual([
      'default',
      'my-cluster',
      '90',
      'True',
      'Test',
      age,
      'STANDARD',
      'Retain',
      'true',
      'arn:aws:logs:x',
      'told',
    ]);
  });

  it('knows all of them together as cortex', async () => {
    const text = await controlPlane.runKubectl(['get', 'cortex', '-A', '--no-headers']);
    const resources = ['realtimeapi', 'asyncapi', 'batchapi', 'taskapi', 'batchjob', 'taskjob', 'loggroup'];
    for (const resource of resources) expect(text).toContain(`${resource}.cortex.dev/`);
  });

  it.each([
    ['cxrt', 'realtimeapi'],
    ['cxas', 'asyncapi'],
    ['cxba', 'batchapi'],
    ['cxta', 'taskapi'],
    ['cxbj', 'batchjob'],
    ['cxtj', 'taskjob'],
    ['cxlg', 'loggroup'],
  ])('knows %s', async (shortName, resource) => {
    const text = await controlPlane.runKubectl(['get', shortName, '-o', 'name']);
    expect(text).toContain(`${resource}.cortex.dev/`);
  });
});

describe('kubectl explain', () => {
  it.each([
    ['realtimeapis.cortex.dev', 'Its name is the apiName'],
    ['realtimeapis.cortex.dev.spec.selector', 'Never empty, since an empty selector would claim every pod'],
    ['asyncapis.cortex.dev.spec.selector.matchExpressions.operator', 'ENUM: In NotIn Exists DoesNotExist'],
    ['batchjobs.cortex.dev.spec.jobID', 'Default: metadata.name. Immutable.'],
    ['taskapis.cortex.dev.spec.workloadRef.kind', 'such as Deployment, StatefulSet, CronJob or Rollout'],
    ['taskjobs.cortex.dev.status.endTime', 'When the last pod of the job had finished.'],
    ['loggroups.cortex.dev.spec.retentionInDays', 'A retention policy of the account overrides it.'],
    ['loggroups.cortex.dev.spec.fieldIndexes', 'They replace an index policy of the account for this group.'],
    ['loggroups.cortex.dev.spec.savedQueries', 'in the folder Cortex/<logGroupName>/'],
    ['loggroups.cortex.dev.spec.deletionPolicy', 'it is deleted with all its records and saved queries'],
    ['loggroups.cortex.dev.status.retentionInDays', 'whoever decides it'],
    ['loggroups.cortex.dev.metadata', "Standard object's metadata."],
  ])('tells of %s', async (path, words) => {
    const text = await controlPlane.runKubectl(['explain', path]);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(words);
  });
});
