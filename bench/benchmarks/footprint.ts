/** What the bundled operator takes of a machine before it does anything. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTwin } from '../../src/twin/start-twin.ts';
import { outputOf } from '../../test/control-plane/run-command.ts';
import { startControlPlane } from '../../test/control-plane/start-control-plane.ts';
import { installChart } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { liveAsInPod, type InPod } from '../processes/live-as-in-pod.ts';
import { bundleOperator, startOperatorBundle } from '../processes/start-operator-bundle.ts';
import { operatorAccount } from '../real-cluster/count-patches.ts';
import { median, takeTurns, type Contestant, type Measured } from '../rounds.ts';

/** The operator gives memory back when it has rested for ten to twenty seconds. */
const idleMs = 30_000;

export const footprint: Benchmark = {
  name: 'footprint',
  measures:
    'resident memory of the idle bundled operator, and the time its import takes, beside a Node that does nothing',
  figures: [
    { name: 'idle-memory', unit: 'MB', goal: { atMost: 90 } },
    { name: 'node-memory', unit: 'MB' },
    { name: 'import', unit: 'ms', goal: { atMost: 200 } },
    { name: 'node-start', unit: 'ms' },
  ],
  run: async (bench) => {
    const program = await bundleOperator(bench);
    const { report } = bench;
    const memory = await memoryOf(bench, program);
    const times = await takeTurns([importOf(program), nodeStart], { unit: 'ms', report });
    return {
      'idle-memory': median(memory['idle-memory'] ?? []),
      'node-memory': median(memory['node-memory'] ?? []),
      import: median(times['import'] ?? []),
      'node-start': median(times['node-start'] ?? []),
    };
  },
};

async function memoryOf(bench: Bench, program: string): Promise<Measured> {
  const controlPlane = await startControlPlane({ parts: [], report: bench.report });
  const twin = await startTwin();
  try {
    const chart = { clusterName: 'bench', region: 'eu-west-1', admission: 'Webhook' as const };
    await installChart(controlPlane, { ...chart, values: ['replicas=1'] });
    const { server, ca } = controlPlane;
    const token = await controlPlane.serviceAccountToken('cortex-logging', operatorAccount);
    const inPod = await liveAsInPod(program, bench.folder, { server, ca, token });
    const operator = idleOperator(bench, { ...inPod, awsEndpointUrl: twin.httpEndpoint });
    return await takeTurns([operator, bareNode], { unit: 'MB', report: bench.report, warmUps: 0 });
  } finally {
    await twin.close();
    await controlPlane.stop();
  }
}

/** Any port, on loopback: nobody calls it here. */
const servesWebhook = ['--admission-host=127.0.0.1', '--admission-port=0'];

/** Once it leads and has looked at its log group there is nothing left to do. */
function idleOperator(
  bench: Bench,
  { program, ...options }: InPod & { readonly awsEndpointUrl: string },
): Contestant {
  return {
    name: 'idle-memory',
    measure: async () => {
      const operator = await startOperatorBundle(bench, program, { ...options, flags: servesWebhook });
      await operator.settled('log-groups', 1);
      await pause(idleMs);
      const values = await operator.metrics();
      await operator.process.stop();
      return values.sum('process_resident_memory_bytes') / 1e6;
    },
  };
}

const bareNode: Contestant = {
  name: 'node-memory',
  measure: async () => {
    const tell = 'process.stdout.write(String(process.memoryUsage().rss))';
    return Number(await outputOf(process.execPath, ['--eval', tell])) / 1e6;
  },
};

function importOf(program: string): Contestant {
  const timer = join(import.meta.dirname, '../contestants/import-bundle.ts');
  return {
    name: 'import',
    measure: async () => Number(await outputOf(process.execPath, [timer, program])),
  };
}

const nodeStart: Contestant = {
  name: 'node-start',
  measure: async () => {
    const startedAt = performance.now();
    await outputOf(process.execPath, ['--eval', '0']);
    return performance.now() - startedAt;
  },
};
