/** Memory per watched pod: the operator's store against the informer of client-node, and all that the operator keeps. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTwin } from '../../src/twin/start-twin.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import {
  bundleOperator,
  startOperatorBundle,
  type BundledOperator,
} from '../processes/start-operator-bundle.ts';
import { startWorker } from '../processes/start-worker.ts';
import { median, medianRatio, takeTurns, type Contestant, type Measured } from '../rounds.ts';
import type { PodBatch } from '../scripted-cluster/generate-pods.ts';
import { startScriptedCluster, type ScriptedCluster } from '../scripted-cluster/start-scripted-cluster.ts';

const withGc = ['--expose-gc', '--max-old-space-size=4096'];

export const podHeap: Benchmark = {
  name: 'pod-heap',
  measures: "heap per watched pod with ten labels, against client-node's informer",
  figures: [
    { name: 'watch-10k', unit: 'KB', goal: { atMost: 0.5 } },
    { name: 'watch-50k', unit: 'KB', goal: { atMost: 0.5 } },
    { name: 'informer-to-watch-10k', unit: 'x', goal: { atLeast: 25 } },
    { name: 'informer-to-watch-50k', unit: 'x', goal: { atLeast: 25 } },
    { name: 'informer-10k', unit: 'KB' },
    { name: 'informer-50k', unit: 'KB' },
    { name: 'operator-10k', unit: 'KB' },
  ],
  run: async (bench) => {
    const [small, large] = [await watches(bench, 10_000), await watches(bench, 50_000)];
    const of = (measured: Measured, name: string): number => median(measured[name] ?? []);
    return {
      'watch-10k': of(small, 'watch'),
      'watch-50k': of(large, 'watch'),
      'informer-to-watch-10k': medianRatio(small, 'informer', 'watch'),
      'informer-to-watch-50k': medianRatio(large, 'informer', 'watch'),
      'informer-10k': of(small, 'informer'),
      'informer-50k': of(large, 'informer'),
      'operator-10k': await wholeOperator(bench, 10_000),
    };
  },
};

async function watches({ folder, report }: Bench, count: number): Promise<Measured> {
  const empty = await startScriptedCluster(folder);
  const full = await startScriptedCluster(folder);
  await full.add(batchOf(count));
  const contestants = [
    holder('watch', 'contestants/watch-pods.ts', { empty, full, count }),
    holder('informer', 'contestants/watch-with-informer.ts', { empty, full, count }),
  ];
  report(`${count} pods`);
  const measured = await takeTurns(contestants, { unit: 'KB', report, warmUps: 0 });
  await Promise.all([empty.stop(), full.stop()]);
  return measured;
}

interface Clusters {
  readonly empty: ScriptedCluster;
  readonly full: ScriptedCluster;
  readonly count: number;
}

/** A new process each time. It holds an empty cluster first, so that what code costs is not counted. */
function holder(name: string, file: string, { empty, full, count }: Clusters): Contestant {
  return {
    name,
    measure: async () => {
      const worker = startWorker(file, withGc);
      const before = await worker.ask<number>('hold', addressOf(empty));
      const after = await worker.ask<number>('hold', addressOf(full));
      await worker.stop();
      return (after - before) / 1024 / count;
    },
  };
}

function addressOf({ server, ca, token, kubeconfig }: ScriptedCluster) {
  return { server, ca, token, kubeconfig };
}

/** The most that the operator ever keeps: all pods claimed, written by itself and seen since, with its outcome and counts. */
async function wholeOperator(bench: Bench, count: number): Promise<number> {
  const twin = await startTwin();
  const cluster = await startScriptedCluster(bench.folder);
  const preload = join(import.meta.dirname, '../processes/collect-garbage.ts');
  const operator = await startOperatorBundle(bench, await bundleOperator(bench), {
    kubeconfig: cluster.kubeconfig,
    awsEndpointUrl: twin.httpEndpoint,
    nodeArguments: ['--expose-gc', '--import', preload],
  });
  let labeled = 0;
  const label = async (batch: PodBatch): Promise<number> => {
    await cluster.addAndAwaitPatches(batch);
    // Events come in order: when a later pod is patched, the echoes of all these patches were read.
    await cluster.addAndAwaitPatches({ id: `after-${batch.id}`, count: 1 });
    await operator.settled('pods', (labeled += batch.count + 1));
    return settledHeapOf(operator);
  };
  // Some pods first, so that what code costs is not counted.
  const few = 500;
  const before = await label({ id: 'few', count: few, withJobs: true });
  const after = await label(batchOf(count));
  await operator.process.stop();
  await Promise.all([cluster.stop(), twin.close()]);
  return (after - before) / 1024 / count;
}

async function settledHeapOf({ process, logFile, metrics }: BundledOperator): Promise<number> {
  const collections = async () => (await readFile(logFile, 'utf8')).split('garbage collected').length;
  const before = await collections();
  process.signal('SIGUSR2');
  await waitFor(async () => (await collections()) > before, { describe: 'the garbage to be collected' });
  return (await metrics()).sum('process_heap_used_bytes');
}

/** Of a mixed cluster: three pods in four share their labels and owner with others, one has them for itself. */
function batchOf(count: number): PodBatch {
  return { id: 'pods', count, withJobs: true };
}
