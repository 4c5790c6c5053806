/** How long a started operator takes until it knows all pods, on a real API server. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { startTwin } from '../../src/twin/start-twin.ts';
import { startControlPlane } from '../../test/control-plane/start-control-plane.ts';
import type { ControlPlane } from '../../test/control-plane/start-control-plane.ts';
import { installChart } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { bundleOperator, environment, flagsOf } from '../processes/start-operator-bundle.ts';
import { timeToList, type Listed } from '../processes/time-to-list.ts';
import { operatorAccount } from '../real-cluster/count-patches.ts';
import { createPods } from '../real-cluster/create-pods.ts';
import { median, medianRatio, takeTurns, type Contestant } from '../rounds.ts';

const pods = 10_000;

export const startToSynced: Benchmark = {
  name: 'start-to-synced',
  measures:
    'from start to all of 10,000 pods known, against a program that lists them raw: metadata only, page by page',
  figures: [
    { name: 'operator-to-raw', unit: 'x', goal: { atMost: 1.3 } },
    { name: 'list-to-raw', unit: 'x', goal: { atMost: 1.3 } },
    { name: 'operator', unit: 'ms' },
    { name: 'raw', unit: 'ms' },
    { name: 'operator-list', unit: 'ms' },
    { name: 'raw-list', unit: 'ms' },
  ],
  run: async (bench) => {
    const controlPlane = await startControlPlane({ parts: [], report: bench.report });
    try {
      return await runOn(controlPlane, bench);
    } finally {
      await controlPlane.stop();
    }
  },
};

async function runOn(controlPlane: ControlPlane, bench: Bench): Promise<Readonly<Record<string, number>>> {
  const { report } = bench;
  const twin = await startTwin();
  await installChart(controlPlane, { clusterName: 'bench', region: 'eu-west-1', values: ['replicas=1'] });
  report(`making ${pods} pods`);
  await createPods(controlPlane.admin, 'ml', pods);
  const starts = {
    operator: await operatorStart(controlPlane, bench, twin.httpEndpoint),
    raw: await rawStart(controlPlane, bench),
  };
  const lists: Record<string, number[]> = { operator: [], raw: [] };
  const contestants = Object.entries(starts).map(([name, start]): Contestant => ({
    name,
    measure: async (round) => {
      const { sinceStartMs, listMs, count } = await start();
      if (count !== pods) throw new Error(`${name} listed ${count} pods, not ${pods}.`);
      if (round >= 0) lists[name]?.push(listMs);
      return sinceStartMs;
    },
  }));
  const measured = await takeTurns(contestants, { unit: 'ms', report });
  await twin.close();
  return {
    'operator-to-raw': medianRatio(measured, 'operator', 'raw'),
    'list-to-raw': medianRatio(lists, 'operator', 'raw'),
    operator: median(measured['operator'] ?? []),
    raw: median(measured['raw'] ?? []),
    'operator-list': median(lists['operator'] ?? []),
    'raw-list': median(lists['raw'] ?? []),
  };
}

async function operatorStart(
  controlPlane: ControlPlane,
  bench: Bench,
  awsEndpointUrl: string,
): Promise<() => Promise<Listed>> {
  const kubeconfig = await controlPlane.serviceAccountKubeconfig('cortex-logging', operatorAccount);
  const program = await bundleOperator(bench);
  return () => timeToList([program, ...flagsOf({ kubeconfig, awsEndpointUrl }, 0)], environment);
}

/** Bundled as the operator is, since loading files one by one is no part of a list. */
async function rawStart(
  { server, ca, adminToken: token }: ControlPlane,
  { folder }: Bench,
): Promise<() => Promise<Listed>> {
  const program = join(folder, 'list-raw.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../contestants/list-raw.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'warning',
  });
  return () => timeToList([program, JSON.stringify({ server, ca, token })], environment);
}
