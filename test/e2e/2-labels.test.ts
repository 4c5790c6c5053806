import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Labels } from '../../src/kernel/labels.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { carries, claimedCount, claimedPods, expectedLabels, expectedPods } from './expected-pods.ts';
import { spread, tell, timed } from './figures.ts';
import { isEarly, labelLatencies, strangeLabels, unlabeled } from './judge-labels.ts';
import { workloadNamespace as namespace } from './names.ts';
import { leaderName, metricOf } from './operator-pods.ts';
import { openPodJournal, type PodJournal } from './pod-journal.ts';
import { sceneOfEnvironment } from './scene.ts';
import { labelsByPod, podsOf, runCronJob, waitForJobs } from './workload-pods.ts';
import { examples, furtherWorkloads } from './workloads.ts';

/** Far more than it takes, and far less than anybody should wait. */
const latestMs = 10_000;

const scene = sceneOfEnvironment();
const { admin, settings } = scene;
let journal: PodJournal;

beforeAll(async () => {
  journal = await openPodJournal(scene.server, namespace);
  for (const manifest of [...examples(settings), ...furtherWorkloads(settings)]) await admin.apply(manifest);
  await runCronJob(scene, 'churn-trainer-by-hand');
  await waitFor(() => journal.entries().length === expectedPods.reduce((sum, { count }) => sum + count, 0), {
    describe: 'every pod to be made',
    timeoutMs: 60_000,
  });
  await waitFor(() => unlabeled(journal.entries()).length === 0, { describe: 'every pod to be labeled' });
  await waitForJobs(scene);
});

afterAll(async () => {
  await journal.close();
  await scene.close();
});

describe('pods', () => {
  it.each(expectedPods)('$prefix… ($count) carry exactly $labels', async ({ prefix, count, labels }) => {
    const pods = Object.entries(await labelsByPod(scene)).filter(([name]) => name.startsWith(prefix));
    expect(pods).toHaveLength(count);
    for (const [, carried] of pods) expect(carries(carried ?? {}, labels)).toBe(true);
  });

  it.each(claimedPods)('$prefix… ($count) are found by $labels', async ({ prefix, count, labels }) => {
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const names = (await podsOf(scene, selector.join())).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(count);
    expect(names.filter((name) => !name.startsWith(prefix))).toEqual([]);
  });

  it(`never carry anything else, and have their labels within ${latestMs} ms`, () => {
    const entries = journal.entries();
    expect(strangeLabels(entries)).toEqual([]);
    const latencies = labelLatencies(entries);
    tell('label after the creation of its pod', spread(latencies));
    const early = entries.filter(isEarly).length;
    tell('pods labeled before a container was seen to start', `${early} of ${claimedCount}`);
    expect(latencies).toHaveLength(claimedCount);
    expect(Math.max(...latencies)).toBeLessThan(latestMs);
  });

  it('are labeled at their birth, or by one write each', async () => {
    const bornLabeled = labelLatencies(journal.entries()).filter((ms) => ms === 0).length;
    tell('pods labeled at their birth', `${bornLabeled} of ${claimedCount}`);
    const leader = await leaderName(admin);
    expect(await metricOf(scene, leader, 'pod_label_patches_total')).toBe(claimedCount - bornLabeled);
  });

  // A pod each: who undoes a write again and again is answered slower and slower.
  it.each([
    ['changed', 'text-generator', 'somebody-else'],
    ['removed', 'video-captioner', null],
  ])('get back a label that somebody has %s', async (what, apiName, value) => {
    const [pod] = await podsOf(scene, `apiName=${apiName}`);
    const { name = '' } = pod?.metadata ?? {};
    const reference = { apiVersion: 'v1', kind: 'Pod', namespace, name };
    const isRight = ({ labels = {} }: { labels?: Labels } = {}) =>
      carries(labels, expectedLabels(name) ?? {});
    await admin.patch(reference, { metadata: { labels: { apiName: value } } });
    await timed(`label that somebody has ${what}, put right`, () =>
      waitFor(async () => isRight((await admin.get(reference))?.metadata), {
        describe: `the label apiName of ${name} to be put right`,
      }),
    );
  });
});
