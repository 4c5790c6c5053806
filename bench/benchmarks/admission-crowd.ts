/** Whether clients that ask for nothing keep the webhook from answering those that do. */
import { openAdmissionStage, type AdmissionStage } from '../../test/support/admission-stage.ts';
import { reviewText } from '../../test/support/build-reviews.ts';
import { bundleVariable } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { bundleOperator } from '../processes/start-operator-bundle.ts';
import { startWorker } from '../processes/start-worker.ts';
import { claimPods, createReplicaSet, selected } from '../real-cluster/create-pods.ts';
import { median, medianRatio, percentile, takeTurns } from '../rounds.ts';

const idle = 500;
const slow = 50;
const reviews = 1500;

export const admissionCrowd: Benchmark = {
  name: 'admission-crowd',
  measures: `p99 of reviews while ${idle} idle TLS connections and ${slow} clients with slow headers hold on, against none of them`,
  figures: [
    { name: 'crowded-to-alone', unit: 'x', goal: { atMost: 2 } },
    { name: 'alone', unit: 'ms' },
    { name: 'crowded', unit: 'ms' },
    { name: 'held', unit: 'connections', goal: { atLeast: idle } },
  ],
  run: async (bench) => {
    process.env[bundleVariable] = await bundleOperator(bench);
    const stage = await openAdmissionStage({ parts: [] });
    try {
      return await runOn(stage, bench);
    } finally {
      await stage.close();
    }
  },
};

async function runOn(stage: AdmissionStage, { report }: Bench): Promise<Readonly<Record<string, number>>> {
  const text = await reviewOfClaimedPod(stage);
  const { admissionPort: port } = await stage.startReplica();
  const url = `https://127.0.0.1:${port}/pods`;
  const [asker, crowd] = [
    startWorker('contestants/ask-webhook.ts'),
    startWorker('contestants/crowd-webhook.ts'),
  ];
  const p99 = async () =>
    percentile(await asker.ask<readonly number[]>('ask', { url, text, times: reviews }), 0.99);
  const held: number[] = [];
  const crowded = async () => {
    await crowd.ask('hold', { port, idle, slow });
    try {
      return await p99();
    } finally {
      held.push(await crowd.ask<number>('leave'));
    }
  };
  const contestants = [
    { name: 'alone', measure: p99 },
    { name: 'crowded', measure: crowded },
  ];
  const measured = await takeTurns(contestants, { unit: 'ms', report, rounds: 9 });
  await Promise.all([asker.stop(), crowd.stop()]);
  return {
    'crowded-to-alone': medianRatio(measured, 'crowded', 'alone'),
    alone: median(measured['alone'] ?? []),
    crowded: median(measured['crowded'] ?? []),
    held: Math.min(...held),
  };
}

/** Of a pod that a ReplicaSet makes, and that a selector claims. */
async function reviewOfClaimedPod({ controlPlane: { admin } }: AdmissionStage): Promise<string> {
  const namespace = 'bench';
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await claimPods(admin, namespace);
  const ownerReferences = [await createReplicaSet(admin, namespace, 'set')];
  return reviewText({ metadata: { labels: selected, ownerReferences }, request: { namespace } });
}
