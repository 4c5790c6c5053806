import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../control-plane/wait-for.ts';
import { buildDeployment, buildPod, bySelector } from '../../support/build-manifests.ts';
import { openOperatorStage, type OperatorStage } from '../../support/operator-stage.ts';
import { Team } from '../../support/team.ts';

const forged = { apiName: 'victim', apiKind: 'BatchAPI', jobID: 'stolen' };
const own = { apiName: 'honest', apiKind: 'RealtimeAPI' };

let stage: OperatorStage;
/** Holds a resource. */
let managed: Team;
/** Holds none. */
let unmanaged: Team;
/** Holds none either, and is on the list of namespaces that are left alone. */
let excluded: Team;

/** The brake is for what the removal tests are about. */
const flags = ['--removal-grace-seconds=1', '--removal-brake-percent=100'];

beforeAll(async () => {
  stage = await openOperatorStage();
  [managed, unmanaged] = await Promise.all([stage.newTeam('managed'), stage.newTeam('unmanaged')]);
  excluded = new Team(stage.controlPlane, 'kube-public');
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'kube-public', name: 'default' };
  await waitFor(() => stage.controlPlane.admin.get(account), { describe: 'a ServiceAccount for pods' });
  await managed.claim('RealtimeAPI', 'honest', bySelector({ app: 'honest' }));
  await managed.create(buildDeployment('honest', { replicas: 2, labels: { app: 'honest', ...forged } }));
  for (const team of [managed, unmanaged, excluded])
    await team.create(buildPod('forger', { labels: { app: 'forger', ...forged } }));
}, 120_000);
afterAll(() => stage.close());

const unclaimed = 'cortex_logging_pods_unclaimed_labeled';

describe('ClaimedOnly', () => {
  beforeAll(() => stage.restart([...flags, '--enforcement=ClaimedOnly']));

  it('puts forged labels on claimed pods right, those that pods are born with and later ones', async () => {
    const [pod] = await managed.untilLabeled('app=honest', own, 2);
    await managed.relabel(pod?.metadata.name ?? '', { apiName: 'victim', jobID: 'stolen' });
    await managed.untilLabeled('app=honest', own, 2);
  });

  it('reports forged labels on other pods and leaves them', async () => {
    await waitFor(async () => (await stage.metric(unclaimed)) === 2, { describe: 'two pods to be reported' });
    await Promise.all([managed, unmanaged].map((team) => team.untilQuiet()));
    for (const team of [managed, unmanaged, excluded]) {
      expect(await team.labelsOf('forger')).toEqual(forged);
      expect((await team.podWrites()).filter((name) => name === 'forger')).toEqual([]);
    }
  });

  it('does not report a pod any more that is claimed or gone', async () => {
    await managed.create(buildPod('passing', { labels: { app: 'passing', ...forged } }));
    await waitFor(async () => (await stage.metric(unclaimed)) === 3, {
      describe: 'a third pod to be reported',
    });
    await managed.delete('v1', 'Pod', 'passing');
    await waitFor(async () => (await stage.metric(unclaimed)) === 2, {
      describe: 'it to be reported no more',
    });
  });
});

describe('ManagedNamespaces', () => {
  beforeAll(async () => {
    // Looking for quiet has made resources in it.
    await stage.controlPlane.runKubectl(['delete', 'realtimeapis', '--all', '-n', unmanaged.namespace]);
    await stage.restart([...flags, '--enforcement=ManagedNamespaces']);
  });

  it('removes them where a resource stands, and leaves them elsewhere', async () => {
    await managed.untilLabeled('app=forger', {});
    await managed.untilQuiet();
    for (const team of [unmanaged, excluded]) expect(await team.labelsOf('forger')).toEqual(forged);
    await waitFor(async () => (await stage.metric(unclaimed)) === 1, { describe: 'one pod to be reported' });
  });

  it('removes them as often as they are forged, from new pods as well', async () => {
    await managed.relabel('forger', { apiName: 'victim' });
    await managed.create(buildPod('forger-2', { labels: { app: 'forger', ...forged } }));
    await managed.untilLabeled('app=forger', {}, 2);
  });
});

describe('Cluster', () => {
  beforeAll(() => stage.restart([...flags, '--enforcement=Cluster']));

  it('removes them everywhere but in excluded namespaces', async () => {
    await unmanaged.untilLabeled('app=forger', {});
    await unmanaged.create(buildPod('forger-2', { labels: { app: 'forger', ...forged } }));
    await unmanaged.untilLabeled('app=forger', {}, 2);
    expect(await excluded.labelsOf('forger')).toEqual(forged);
    expect(await stage.metric(unclaimed)).toBe(0);
  });

  it('leaves the labels of claimed pods as they are', async () => {
    await managed.untilLabeled('app=honest', own, 2);
  });
});
