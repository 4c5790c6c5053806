/** Writes to pods over their whole life, counted by the API server's audit log. */
import { startTwin } from '../../src/twin/start-twin.ts';
import { startControlPlane } from '../../test/control-plane/start-control-plane.ts';
import type { ControlPlane } from '../../test/control-plane/start-control-plane.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import { installChart, startOperator, type RunningOperator } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { parseMetrics } from '../processes/read-metrics.ts';
import { bundleOperator } from '../processes/start-operator-bundle.ts';
import { operatorAccount, podPatches } from '../real-cluster/count-patches.ts';
import { applyWorkloads, untilFinished } from '../real-cluster/run-workloads.ts';
import { median, takeTurns } from '../rounds.ts';

const resyncs = 3;

export const writesPerPod: Benchmark = {
  name: 'writes-per-pod',
  measures:
    'label writes per pod over create, run, finish, three resyncs and a restart of the operator (audit log of a real API server)',
  figures: [
    { name: 'writes', unit: 'per pod', goal: { atMost: 1.01 } },
    { name: 'most', unit: 'per pod' },
    { name: 'least', unit: 'per pod', goal: { atLeast: 1 } },
  ],
  run: async (bench) => {
    const controlPlane = await startControlPlane(bench);
    const twin = await startTwin();
    try {
      return await runOn(controlPlane, bench, twin.httpEndpoint);
    } finally {
      await controlPlane.stop();
      await twin.close();
    }
  },
};

async function runOn(
  controlPlane: ControlPlane,
  bench: Bench,
  awsEndpointUrl: string,
): Promise<Readonly<Record<string, number>>> {
  await installChart(controlPlane, { clusterName: 'bench', region: 'eu-west-1', values: ['replicas=1'] });
  const program = await bundleOperator(bench);
  const start = () => startBenchOperator(controlPlane, { bench, awsEndpointUrl, program });
  const life = {
    name: 'operator',
    measure: (round: number) => lifeOfPods(controlPlane, start, `round-${round + 1}`),
  };
  const { report } = bench;
  const { operator: writes = [] } = await takeTurns([life], { unit: 'writes per pod', report, warmUps: 0 });
  return { writes: median(writes), most: Math.max(...writes), least: Math.min(...writes) };
}

interface Program {
  readonly bench: Bench;
  readonly awsEndpointUrl: string;
  readonly program: string;
}

/** It looks at everything again every two seconds. */
async function startBenchOperator(
  controlPlane: ControlPlane,
  { bench, ...options }: Program,
): Promise<RunningOperator> {
  const flags = ['--resync-minutes', '0.03'];
  const operator = await startOperator(controlPlane, { guard: bench.guard, flags, ...options });
  await operator.ready();
  return operator;
}

/** Pods are made, run and in part end, are looked at again three times, and the operator starts anew. */
async function lifeOfPods(
  controlPlane: ControlPlane,
  start: () => Promise<RunningOperator>,
  namespace: string,
): Promise<number> {
  const first = await start();
  const pods = await applyWorkloads(controlPlane.admin, namespace);
  await untilFinished(controlPlane.admin, namespace);
  await resynced(first, resyncs);
  await first.stop();
  const second = await start();
  await resynced(second, 1);
  await second.stop();
  const writes = podPatches(await controlPlane.auditEvents(), { by: operatorAccount, namespace });
  return writes.length / pods;
}

/** A resync reconciles every pod once more. */
async function resynced(operator: RunningOperator, times: number): Promise<void> {
  const reconciles = async () => {
    const values = parseMetrics((await operator.health('/metrics')).body);
    const pods = values.sum('watch_objects', 'resource="pods"');
    return { pods, done: values.sum('controller_reconcile_total', 'controller="pods"') };
  };
  const before = await reconciles();
  await waitFor(
    async () => {
      const { pods, done } = await reconciles();
      return pods > 0 && done >= before.done + (times + 1) * pods;
    },
    { describe: `${times} resyncs`, timeoutMs: 60_000, intervalMs: 100 },
  );
}
