import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../control-plane/wait-for.ts';
import { claimedCount, laterRuns } from './expected-pods.ts';
import { milliseconds, tell, timed } from './figures.ts';
import { latencyOf } from './judge-labels.ts';
import { operatorName, systemNamespace, workloadNamespace } from './names.ts';
import { metricOf, operatorPods, waitForLeader, waitForRollout } from './operator-pods.ts';
import { openPodJournal, type PodJournal } from './pod-journal.ts';
import { sceneOfEnvironment } from './scene.ts';
import { runCronJob, versionsByPod, waitForJobs } from './workload-pods.ts';

const scene = sceneOfEnvironment();
const { admin } = scene;
let journal: PodJournal;

beforeAll(async () => {
  journal = await openPodJournal(scene.server, workloadNamespace);
});

afterAll(async () => {
  await journal.close();
  await scene.close();
});

/** How long after its creation the pod of this run had its labels, in ms. */
function waitForLabels(run: string): Promise<number> {
  const latency = () => {
    const entry = journal.entries().find(({ name }) => name.startsWith(run));
    return entry && latencyOf(entry);
  };
  return waitFor(latency, { describe: `the pod of ${run} to be labeled` });
}

describe('when the leader is deleted', () => {
  it('another replica leads, and labels go on', async () => {
    const former = await waitForLeader(admin);
    await timed('from the deletion of the leader until another replica leads', async () => {
      await admin.delete({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name: former });
      await runCronJob(scene, laterRuns.handover);
      await waitForLeader(admin, [former]);
    });
    const latencyMs = await waitForLabels(laterRuns.handover);
    tell('label of a pod made meanwhile, after its creation', milliseconds(latencyMs));
    await waitForRollout(scene);
  });
});

describe('when all replicas are restarted', () => {
  it('no pod is written to that is right already, and labels go on', async () => {
    await waitForJobs(scene);
    const versions = await versionsByPod(scene);
    const former = (await operatorPods(admin)).map(({ metadata }) => metadata.name);
    const restart = ['rollout', 'restart', `deployment/${operatorName}`];
    await scene.runKubectl(['--namespace', systemNamespace, ...restart]);
    await timed('rolling restart of both replicas', () => waitForRollout(scene));
    const leader = await waitForLeader(admin, former);
    await waitFor(async () => (await metricOf(scene, leader, 'pods_labeled')) === claimedCount + 1, {
      describe: 'the new leader to have looked at every pod',
    });
    expect(await versionsByPod(scene)).toEqual(versions);
    expect(await metricOf(scene, leader, 'pod_label_patches_total')).toBe(0);
    await runCronJob(scene, laterRuns.restart);
    await waitForLabels(laterRuns.restart);
  });
});
