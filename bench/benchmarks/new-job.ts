/** What one new BatchJob costs among thousands that have ended, against the same among a few. */
import type { Benchmark } from '../benchmark.ts';
import { startWorker, type Worker } from '../processes/start-worker.ts';
import { median, medianRatio, takeTurns, type Contestant } from '../rounds.ts';
import { startScriptedCluster, type ScriptedCluster } from '../scripted-cluster/start-scripted-cluster.ts';

const pods = 10_000;
const many = 5_000;
const few = 50;

interface Cost {
  readonly cpu: number;
  readonly block: number;
}

export const newJob: Benchmark = {
  name: 'new-job',
  measures: `one new BatchJob in a namespace of ${pods} pods and ${many} BatchJobs, against one among ${few}`,
  figures: [
    { name: 'cpu-to-few', unit: 'x', goal: { atMost: 1.5 } },
    { name: 'block-to-few', unit: 'x', goal: { atMost: 1.5 } },
    { name: 'cpu', unit: 'ms' },
    { name: 'block', unit: 'ms', goal: { atMost: 20 } },
    { name: 'cpu-among-few', unit: 'ms' },
    { name: 'block-among-few', unit: 'ms' },
  ],
  run: async ({ folder, report }) => {
    const cluster = await startScriptedCluster(folder);
    await cluster.add({ id: 'pods', count: pods, withJobs: true });
    const workers = [await holding(cluster, many), await holding(cluster, few)] as const;
    const blocks = { many: [] as number[], few: [] as number[] };
    const measured = await takeTurns(
      [adding('many', workers[0], blocks.many), adding('few', workers[1], blocks.few)],
      { unit: 'ms of CPU', report },
    );
    await Promise.all([...workers.map((worker) => worker.stop()), cluster.stop()]);
    return {
      'cpu-to-few': medianRatio(measured, 'many', 'few'),
      'block-to-few': medianRatio(blocks, 'many', 'few'),
      cpu: median(measured['many'] ?? []),
      block: median(blocks.many),
      'cpu-among-few': median(measured['few'] ?? []),
      'block-among-few': median(blocks.few),
    };
  },
};

async function holding(address: ScriptedCluster, jobs: number): Promise<Worker> {
  const worker = startWorker('contestants/hold-jobs.ts');
  const { server, ca, token, kubeconfig } = address;
  await worker.ask('hold', { address: { server, ca, token, kubeconfig }, jobs });
  return worker;
}

/** Its blocks of the event loop go into `blocks`, one a round. */
function adding(name: string, worker: Worker, blocks: number[]): Contestant {
  return {
    name,
    measure: async (round) => {
      const { cpu, block } = await worker.ask<Cost>('addOne');
      if (round >= 0) blocks.push(block);
      return cpu;
    },
  };
}
