import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildPod, bySelector, runsFor } from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';

const finalizers = ['cortex.test/held'];
let team: Team;

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'untouched');
});

async function untilPhase(pod: string, phase: string): Promise<void> {
  const isThere = async () =>
    (await team.get<{ status?: { phase?: string } }>('v1', 'Pod', pod))?.status?.phase === phase;
  await waitFor(isThere, { describe: `pod ${pod} to be ${phase}` });
}

describe('a pod', () => {
  it('that has ended before it was claimed is labeled, so that it is found by its labels', async () => {
    await team.create(buildPod('ended', runsFor('10ms')));
    await untilPhase('ended', 'Succeeded');
    await team.claim('RealtimeAPI', 'ended', bySelector({ app: 'ended' }));
    await team.untilLabeled('app=ended', { apiName: 'ended', apiKind: 'RealtimeAPI' });
  });

  it('that is terminating is neither written nor counted', async () => {
    await team.create(buildPod('going', { labels: { app: 'going' }, metadata: { finalizers } }));
    await team.delete('v1', 'Pod', 'going');
    await team.claim('RealtimeAPI', 'going', bySelector({ app: 'going' }));
    await team.untilQuiet();
    expect(await team.labelsOf('going')).toEqual({});
    expect((await team.status('RealtimeAPI', 'going')).pods?.summary).toBe('0/0');
    await team.patch('v1', 'Pod', 'going', { metadata: { finalizers: null } });
  });

  it('that begins to terminate is counted no more', async () => {
    await team.claim('RealtimeAPI', 'ending', bySelector({ app: 'ending' }));
    await team.create(buildPod('ending', { metadata: { finalizers } }));
    const counts = (summary: string) => ({
      says: ({ pods }: { pods?: { summary: string } }) => pods?.summary === summary,
      describe: `PODS ${summary}`,
    });
    await team.untilStatus('RealtimeAPI', 'ending', counts('1/1'));
    await team.delete('v1', 'Pod', 'ending');
    await team.untilStatus('RealtimeAPI', 'ending', counts('0/0'));
    await team.patch('v1', 'Pod', 'ending', { metadata: { finalizers: null } });
  });

  it('that mirrors a static pod belongs to its kubelet and is neither written nor counted', async () => {
    const annotations = { 'kubernetes.io/config.mirror': 'hash' };
    const node = await controlPlane().admin.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' });
    const { metadata, spec } = buildPod('mirror', { annotations, labels: { app: 'mirror' } });
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: node?.metadata.uid, controller: true },
    ];
    await team.claim('RealtimeAPI', 'mirror', bySelector({ app: 'mirror' }));
    await team.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, ownerReferences },
      spec: { ...(spec as object), nodeName: 'node-1', automountServiceAccountToken: false },
    });
    await team.untilQuiet();
    expect(await team.labelsOf('mirror')).toEqual({});
    expect((await team.status('RealtimeAPI', 'mirror')).pods?.summary).toBe('0/0');
  });

  it('of the same name as one before is labeled for itself', async () => {
    await team.claim('TaskAPI', 'again', bySelector({ app: 'again' }));
    const labels = { apiName: 'again', apiKind: 'TaskAPI', jobID: 'again' };
    for (const time of ['first', 'second']) {
      await team.create(buildPod('again', { labels: { app: 'again', time } }));
      await team.untilLabeled(`time=${time}`, labels);
      await team.delete('v1', 'Pod', 'again');
      await waitFor(async () => (await team.get('v1', 'Pod', 'again')) === undefined, {
        describe: 'the pod to go',
      });
    }
    expect((await team.podWrites()).filter((name) => name === 'again')).toHaveLength(2);
  });
});
