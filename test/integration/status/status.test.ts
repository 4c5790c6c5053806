import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkloadStatus } from '../../../src/workloads/workload.ts';
import { buildDeployment, buildJob, buildPod, bySelector, runsFor } from '../../support/build-manifests.ts';
import { controlPlane, sharedCluster, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';

let team: Team;

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'status');
});

const shows = (summary: string) => ({
  says: ({ pods }: WorkloadStatus) => pods?.summary === summary,
  describe: `PODS ${summary}`,
});
const ready = ({ conditions = [] }: WorkloadStatus) => conditions.find(({ type }) => type === 'Ready');

describe('the status of an API', () => {
  it('says that it claims nothing yet, and then how many pods it claims', async () => {
    await team.claim('RealtimeAPI', 'text', bySelector({ app: 'text' }));
    const empty = await team.untilStatus('RealtimeAPI', 'text', shows('0/0'));
    expect(ready(empty)).toMatchObject({ status: 'True', reason: 'NoPods' });
    await team.create(buildDeployment('text', { replicas: 3 }));
    const full = await team.untilStatus('RealtimeAPI', 'text', shows('3/3'));
    expect(full.pods).toEqual({ claimed: 3, labeled: 3, summary: '3/3' });
    expect(ready(full)).toMatchObject({ status: 'True', reason: 'Claiming', observedGeneration: 1 });
    expect(full).not.toHaveProperty('startTime');
  });

  it('is what kubectl shows', async () => {
    const shown = await controlPlane().runKubectl(['get', 'cortex', '-n', team.namespace]);
    expect(shown).toMatch(/NAME\s+PODS\s+READY\s+AGE\s+realtimeapi\.cortex\.dev\/text\s+3\/3\s+True/);
  });

  it('has the query to paste and a link that opens it', async () => {
    const { logs } = await team.status('RealtimeAPI', 'text');
    expect(logs?.logGroupName).toBe(sharedCluster.clusterName);
    expect(logs?.query).toBe(
      [
        'fields @timestamp, message',
        'filter labels.apiName="text"',
        'filter labels.apiKind="RealtimeAPI"',
        `filter namespace="${team.namespace}"`,
        'sort @timestamp asc',
        'limit 1000',
      ].join('\n| '),
    );
    const { host, hash, searchParams } = new URL(logs?.url ?? '');
    expect(host).toBe('console.aws.amazon.com');
    expect(searchParams.get('region')).toBe('eu-west-1');
    expect(hash).toMatch(/^#logsV2:logs-insights/);
  });

  it('says which generation it speaks of', async () => {
    const selector = { matchLabels: { app: 'text', extra: 'none' } };
    await team.patch('cortex.dev/v1alpha1', 'RealtimeAPI', 'text', { spec: { selector } });
    const status = await team.untilStatus('RealtimeAPI', 'text', {
      says: ({ observedGeneration }) => observedGeneration === 2,
      describe: 'generation 2',
    });
    expect(ready(status)?.observedGeneration).toBe(2);
    await team.untilStatus('RealtimeAPI', 'text', shows('0/0'));
  });

  it('is written at a rate that does not grow with the pods', async () => {
    await team.claim('AsyncAPI', 'grows', bySelector({ app: 'grows' }));
    await team.untilStatus('AsyncAPI', 'grows', shows('0/0'));
    const beganAt = Date.now();
    await team.create(buildDeployment('grows', { replicas: 50 }));
    await team.untilStatus('AsyncAPI', 'grows', shows('50/50'));
    const tookMs = Date.now() - beganAt;
    const patches = (await team.writes()).filter(
      ({ objectRef }) => objectRef?.resource === 'asyncapis' && objectRef.subresource === 'status',
    );
    // One for the empty resource, one at once for the first pods, then one in two seconds.
    expect(patches.length).toBeLessThanOrEqual(3 + tookMs / 2_000);
  });

  it('follows pods that go', async () => {
    const spec = { replicas: 1 };
    await team.patch('apps/v1', 'Deployment', 'grows', { spec });
    await team.untilStatus('AsyncAPI', 'grows', shows('1/1'));
  });
});

describe('the status of an API whose pods the API server does not let be labeled', () => {
  const kind = 'ValidatingAdmissionPolicy';
  const apiVersion = 'admissionregistration.k8s.io/v1';

  /** Nobody may label pods of the namespace until the returned function is called. */
  async function forbidLabels({ namespace }: Team): Promise<() => Promise<void>> {
    const { admin } = controlPlane();
    const name = `${namespace}-labels`;
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    const updates = { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods'] };
    const expression = '!has(object.metadata.labels.apiName)';
    const matchConstraints = { namespaceSelector, resourceRules: [updates] };
    const validations = [{ expression, reason: 'Forbidden', message: 'no labels by a test' }];
    const binding = { policyName: name, validationActions: ['Deny'] };
    await admin.create({ apiVersion, kind, metadata: { name }, spec: { matchConstraints, validations } });
    await admin.create({ apiVersion, kind: `${kind}Binding`, metadata: { name }, spec: binding });
    return async () => {
      await admin.delete({ apiVersion, kind: `${kind}Binding`, name });
      await admin.delete({ apiVersion, kind, name });
    };
  }

  /** A policy is in force some moments after it was made. */
  async function isForbidden(relabel: () => Promise<unknown>): Promise<boolean> {
    const answer = await relabel().then(String, String);
    return answer.includes('no labels by a test');
  }

  it('counts them as claimed and not labeled, and counts them as labeled once it does', async () => {
    const held = await newTeam(controlPlane(), 'held');
    const allow = await forbidLabels(held);
    try {
      for (const name of ['probe', 'held-0', 'held-1'])
        await held.create(buildPod(name, { labels: { app: name.replace(/-\d/, '') } }));
      const relabel = () => held.relabel('probe', { apiName: 'probe' });
      await waitFor(() => isForbidden(relabel), { describe: 'the policy to be in force' });
      await held.claim('RealtimeAPI', 'held', bySelector({ app: 'held' }));
      const pending = await held.untilStatus('RealtimeAPI', 'held', shows('0/2'));
      expect(ready(pending)).toMatchObject({ status: 'False', reason: 'LabelsPending' });
    } finally {
      await allow();
    }
    const labeled = await held.untilStatus('RealtimeAPI', 'held', shows('2/2'));
    expect(ready(labeled)).toMatchObject({ status: 'True', reason: 'Claiming' });
  });
});

describe('the status of a job', () => {
  const ended = {
    says: ({ endTime }: WorkloadStatus) => endTime !== undefined,
    describe: 'an endTime',
  };

  it('has its times: begun with the first pod, ended when the last one has, though the pods are still there', async () => {
    await team.claim('BatchAPI', 'images', bySelector({ app: 'nothing' }));
    await team.claim('BatchJob', 'run', { apiName: 'images', ...bySelector({ run: 'run' }) });
    const pods = ['250ms', '2s'].map((duration, index) =>
      buildPod(`run-${index}`, { labels: { run: 'run' }, ...runsFor(duration) }),
    );
    for (const pod of pods) await team.create(pod);
    const begun = await team.untilStatus('BatchJob', 'run', {
      says: ({ startTime }) => startTime !== undefined,
      describe: 'a startTime',
    });
    expect(begun).not.toHaveProperty('endTime');
    const status = await team.untilStatus('BatchJob', 'run', ended);
    expect(status.startTime).toBe(begun.startTime);
    expect(Date.parse(status.endTime ?? '')).toBeGreaterThan(Date.parse(status.startTime ?? ''));
    expect(status.pods?.summary).toBe('2/2');
    const phases = (await team.pods('run=run')).map(
      (pod) => (pod as { status?: { phase?: string } }).status?.phase,
    );
    expect(phases).toEqual(['Succeeded', 'Succeeded']);
    expect(status.logs?.query).toContain('filter labels.jobID="run"');
  });

  it('ends as well when its pods fail', async () => {
    await team.claim('TaskAPI', 'trainer', bySelector({ app: 'nothing' }));
    await team.claim('TaskJob', 'failing', { apiName: 'trainer', ...bySelector({ run: 'failing' }) });
    const { annotations } = runsFor('10ms');
    await team.create(
      buildPod('failing', {
        labels: { run: 'failing' },
        annotations: { ...annotations, 'cortex.test/exit-code': '1' },
      }),
    );
    await team.untilStatus('TaskJob', 'failing', ended);
  });

  it('ends when its pods have gone before anybody saw them finished', async () => {
    await team.claim('TaskJob', 'cleaned', { apiName: 'trainer', ...bySelector({ work: 'cleaned' }) });
    await team.create(buildJob('cleaned', { spec: { ttlSecondsAfterFinished: 0 } }));
    const status = await team.untilStatus('TaskJob', 'cleaned', ended);
    expect(status.startTime).toBeDefined();
    await team.untilStatus('TaskJob', 'cleaned', shows('0/0'));
  });
});
