/** What labels at birth cost whoever creates a pod, on a real API server. */
import { patchOf } from '../../src/admission/render-response.ts';
import { createAuthority } from '../../test/control-plane/certificates.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import {
  openAdmissionStage,
  pointWebhookAt,
  type AdmissionStage,
} from '../../test/support/admission-stage.ts';
import { bundleVariable } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { labelsOfBench } from '../contestants/run-at-once.ts';
import { parseMetrics, quantile, type MetricValues } from '../processes/read-metrics.ts';
import { bundleOperator } from '../processes/start-operator-bundle.ts';
import { startWorker } from '../processes/start-worker.ts';
import { claimPods, createReplicaSet, selected } from '../real-cluster/create-pods.ts';
import {
  contestantLabel,
  installPolicies,
  narrowOperator,
  registerEcho,
} from '../real-cluster/register-webhooks.ts';
import { median, takeTurns, type Measured } from '../rounds.ts';
import { podBody } from '../scripted-cluster/pod-body.ts';

const added = ['echo', 'echo-patch', 'operator', 'policy'] as const;
const names = ['none', ...added] as const;
/** Short turns and many of them: what else the machine does changes faster than a long turn lasts. */
const creations = { 1: 10, 16: 48 } as const;
const rounds = 40;

const ms = { unit: 'ms' } as const;

export const admissionLatency: Benchmark = {
  name: 'admission-latency',
  measures:
    'what labels at birth add to the creation of a pod, against webhooks that decide nothing; one after the other, and 16 at a time',
  figures: [
    { name: 'review-p50', ...ms },
    { name: 'review-p99', ...ms, goal: { atMost: 2 } },
    ...([1, 16] as const).flatMap((atOnce) => [
      { name: `webhook-to-echo-${atOnce}`, unit: 'x', goal: { atMost: 1.25 } },
      { name: `webhook-to-same-patch-${atOnce}`, unit: 'x' },
      { name: `policy-to-webhook-${atOnce}`, unit: 'x', goal: { atMost: 1 } },
      { name: `none-${atOnce}`, ...ms },
      ...added.map((name) => ({ name: `${name}-adds-${atOnce}`, ...ms })),
    ]),
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

async function runOn(stage: AdmissionStage, bench: Bench): Promise<Readonly<Record<string, number>>> {
  const { controlPlane } = stage;
  const operator = await stage.startReplica();
  await pointWebhookAt(controlPlane, `https://127.0.0.1:${operator.admissionPort}/pods`);
  const echo = await startEcho(stage);
  await installPolicies(controlPlane.admin);
  const births = new Map<string, () => Promise<number>>();
  for (const name of names) births.set(name, await openNamespace(stage, name));
  const metrics = async () => parseMetrics((await operator.health('/metrics')).body);
  const before = await metrics();
  const serial = await measure(births, 1, bench);
  const crowded = await measure(births, 16, bench);
  const after = await metrics();
  await echo.stop();
  return { ...reviewTimes(before, after), ...figuresOf(serial, 1), ...figuresOf(crowded, 16) };
}

/** Two webhooks in one process: as it is on `/echo`, and with the operator's patch on `/patch`. */
async function startEcho({ controlPlane: { admin } }: AdmissionStage): Promise<{ stop(): Promise<void> }> {
  const worker = startWorker('contestants/echo-reviews.ts');
  const authority = createAuthority();
  const patch = patchOf({ labels: selected, hasLabels: true }, { ...labelsOfBench, apiName: 'predictor' });
  const port = await worker.ask<number>('serve', {
    ...authority.issueServer(['127.0.0.1']),
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  });
  const webhooks = await narrowOperator(admin);
  const ca = authority.certificate;
  for (const [name, path] of [
    ['echo', 'echo'],
    ['echo-patch', 'patch'],
  ] as const)
    await registerEcho(admin, webhooks, { name, url: `https://127.0.0.1:${port}/${path}`, ca });
  return worker;
}

/** A namespace with a claim; resolves with what creates a pod there, as far as admission goes, and tells how long it took. */
async function openNamespace(stage: AdmissionStage, name: string): Promise<() => Promise<number>> {
  const { admin } = stage.controlPlane;
  const namespace = `bench-${name}`;
  const metadata = { name: namespace, labels: { [contestantLabel]: name } };
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
  await claimPods(admin, namespace);
  const ownerReferences = [await createReplicaSet(admin, namespace, 'set')];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'predictor-', labels: selected, ownerReferences },
    spec: podBody.spec,
  };
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const isLabeled = !['none', 'echo'].includes(name);
  const birth = async () => {
    const begun = performance.now();
    const born = await admin.request('POST', path, pod);
    const took = performance.now() - begun;
    if ((born.metadata.labels?.['apiName'] === 'predictor') !== isLabeled)
      throw new Error(`A pod of ${name} was ${isLabeled ? 'not labeled' : 'labeled'} at birth.`);
    return took;
  };
  // Policies look for kinds that are new to them every half minute.
  await waitFor(birth, { describe: `births in ${namespace} to be as they should`, timeoutMs: 60_000 });
  return birth;
}

/** The median of a round's creations, in ms. */
function measure(
  births: ReadonlyMap<string, () => Promise<number>>,
  atOnce: 1 | 16,
  { report }: Bench,
): Promise<Measured> {
  const contestants = [...births].map(([name, birth]) => ({
    name,
    measure: async () => {
      const times: number[] = [];
      const work = async () => {
        while (times.length < creations[atOnce]) times.push(await birth());
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return median(times);
    },
  }));
  return takeTurns(contestants, { unit: `ms at ${atOnce}`, report, rounds });
}

/** What a contestant adds in a round is what its creations took more than those of nobody in the same round. */
function figuresOf(measured: Measured, atOnce: 1 | 16): Readonly<Record<string, number>> {
  const { none = [] } = measured;
  const adds = (name: string) =>
    median((measured[name] ?? []).map((took, round) => took - (none[round] ?? Number.NaN)));
  return {
    [`webhook-to-echo-${atOnce}`]: adds('operator') / adds('echo'),
    [`webhook-to-same-patch-${atOnce}`]: adds('operator') / adds('echo-patch'),
    [`policy-to-webhook-${atOnce}`]: adds('policy') / adds('operator'),
    [`none-${atOnce}`]: median(none),
    ...Object.fromEntries(added.map((name) => [`${name}-adds-${atOnce}`, adds(name)])),
  };
}

/** As the operator counts them itself, from the whole request to the answer. */
function reviewTimes(before: MetricValues, after: MetricValues): Readonly<Record<string, number>> {
  const name = 'admission_review_seconds';
  return {
    'review-p50': quantile(name, 0.5, { before, after }) * 1000,
    'review-p99': quantile(name, 0.99, { before, after }) * 1000,
  };
}
