import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../control-plane/wait-for.ts';
import { spread, tell, timed } from './figures.ts';
import { createNamespace, installRelease } from './install-release.ts';
import { systemNamespace, workloadNamespace } from './names.ts';
import { findLogGroup } from './observe-world.ts';
import { leaderName, logOf, metricOf, operatorPods, startUpMs, waitForLeader } from './operator-pods.ts';
import { sceneOfEnvironment } from './scene.ts';

const scene = sceneOfEnvironment();
const { admin } = scene;

afterAll(() => scene.close());

describe('installed by its chart, the operator', () => {
  beforeAll(async () => {
    for (const name of [systemNamespace, workloadNamespace]) await createNamespace(scene, name);
    await timed('helm install --wait, until both replicas are ready', () => installRelease(scene));
  });

  it('runs in two replicas, in a namespace of Pod Security restricted', async () => {
    const pods = await operatorPods(admin);
    const logs = await Promise.all(pods.map(({ metadata }) => logOf(scene, metadata.name)));
    tell('operator, from its first line until all is listed', spread(logs.map(startUpMs)));
    expect(pods.map(({ status }) => status.phase)).toEqual(['Running', 'Running']);
  });

  it('has one leader', async () => {
    await waitForLeader(admin);
    const pods = (await operatorPods(admin)).map(({ metadata }) => metadata.name);
    const leads = await Promise.all(pods.map((pod) => metricOf(scene, pod, 'leader_election_is_leader')));
    const leader = await leaderName(admin);
    expect(leads).toEqual(pods.map((pod) => (pod === leader ? 1 : 0)));
  });

  it("makes the cluster's log group and marks it as this cluster's", async () => {
    const kubeSystem = await admin.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
    const group = await waitFor(() => findLogGroup(scene), {
      describe: `the log group; do pods reach ${scene.awsEndpointUrl}?`,
    });
    expect(group).toEqual({
      logGroupClass: 'STANDARD',
      retentionInDays: undefined,
      tags: { 'cortex.dev/cluster': kubeSystem?.metadata.uid },
    });
  });
});
