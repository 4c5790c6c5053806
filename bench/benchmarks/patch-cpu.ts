/** CPU time per label patch: the operator's whole path from a pod's event to its patch, against patches alone. */
import { startTwin } from '../../src/twin/start-twin.ts';
import type { Benchmark } from '../benchmark.ts';
import {
  bundleOperator,
  startOperatorBundle,
  type BundledOperator,
} from '../processes/start-operator-bundle.ts';
import { startWorker } from '../processes/start-worker.ts';
import { median, medianRatio, takeTurns, type Contestant } from '../rounds.ts';
import { placesOf, type PodBatch } from '../scripted-cluster/generate-pods.ts';
import { startScriptedCluster, type ScriptedCluster } from '../scripted-cluster/start-scripted-cluster.ts';

const patches = 4000;
/** V8 compiles the operator's path, which is the longest, anew for so long; the others are level after three or four. */
const warmUps = 10;
/** It takes so much longer that fewer say as much. */
const patchesOfClientNode = 400;

export const patchCpu: Benchmark = {
  name: 'patch-cpu',
  measures:
    "operator CPU per label patch (pod event, decision, patch, its echo), against undici.request and client-node's patches alone",
  figures: [
    { name: 'operator-to-raw', unit: 'x', goal: { atMost: 1.8 } },
    { name: 'client-node-to-operator', unit: 'x', goal: { atLeast: 15 } },
    { name: 'patcher-to-raw', unit: 'x' },
    { name: 'operator', unit: 'ms' },
    { name: 'raw', unit: 'ms' },
    { name: 'client-node', unit: 'ms' },
  ],
  run: async (bench) => {
    const twin = await startTwin();
    const watched = await startScriptedCluster(bench.folder);
    const plain = await startScriptedCluster(bench.folder);
    const operator = await startOperatorBundle(bench, await bundleOperator(bench), {
      kubeconfig: watched.kubeconfig,
      awsEndpointUrl: twin.httpEndpoint,
    });
    const patchers = await Promise.all([
      patcher('raw', { file: 'patch-raw.ts', cluster: plain, patches }),
      patcher('patcher', { file: 'patch-with-patcher.ts', cluster: plain, patches }),
      patcher('client-node', {
        file: 'patch-with-client-node.ts',
        cluster: plain,
        patches: patchesOfClientNode,
      }),
    ]);
    const measured = await takeTurns([wholePath(operator, watched), ...patchers.map(([who]) => who)], {
      unit: 'ms',
      report: bench.report,
      warmUps,
    });
    await operator.process.stop();
    await Promise.all([...patchers.map(([, stop]) => stop()), watched.stop(), plain.stop(), twin.close()]);
    const of = (name: string): number => median(measured[name] ?? []);
    return {
      'operator-to-raw': medianRatio(measured, 'operator', 'raw'),
      'client-node-to-operator': medianRatio(measured, 'client-node', 'operator'),
      'patcher-to-raw': medianRatio(measured, 'patcher', 'raw'),
      operator: of('operator'),
      raw: of('raw'),
      'client-node': of('client-node'),
    };
  },
};

/** Each pod is reconciled when it appears; when the patch comes back by the watch it is read, and left at that. */
const reconcilesPerPod = 1;

/** New pods appear on the watch; counted is what the operator's process uses until it rests again. */
function wholePath(operator: BundledOperator, cluster: ScriptedCluster): Contestant {
  return {
    name: 'operator',
    measure: async (round) => {
      const batch = batchOf('o', round, patches);
      const before = await operator.metrics();
      const reconciles = before.sum('controller_reconcile_total', 'controller="pods"');
      await cluster.addAndAwaitPatches(batch);
      const after = await operator.settled('pods', reconciles + reconcilesPerPod * patches);
      const seconds = after.sum('process_cpu_seconds') - before.sum('process_cpu_seconds');
      await cluster.remove(batch);
      await operator.settled('pods', reconciles + (reconcilesPerPod + 1) * patches);
      return (seconds * 1000) / patches;
    },
  };
}

interface PatcherOptions {
  readonly file: string;
  readonly cluster: ScriptedCluster;
  readonly patches: number;
}

async function patcher(
  name: string,
  { file, cluster, patches: count }: PatcherOptions,
): Promise<readonly [Contestant, () => Promise<void>]> {
  const worker = startWorker(`contestants/${file}`);
  const { server, ca, token, kubeconfig } = cluster;
  await worker.ask('connect', { server, ca, token, kubeconfig });
  const measure = async (round: number): Promise<number> => {
    const batch = batchOf(name.charAt(0), round, count);
    await cluster.add(batch);
    const microseconds = await worker.ask<number>('patch', placesOf(batch));
    await cluster.remove(batch);
    return microseconds / 1000 / count;
  };
  return [{ name, measure }, () => worker.stop()];
}

function batchOf(prefix: string, round: number, count: number): PodBatch {
  return { id: `${prefix}${round + 10}`, count };
}
