/** Label patches per second on a real API server, and what others notice of them. */
import { startTwin } from '../../src/twin/start-twin.ts';
import { startControlPlane } from '../../test/control-plane/start-control-plane.ts';
import type { ControlPlane } from '../../test/control-plane/start-control-plane.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import { installChart, startOperator, type RunningOperator } from '../../test/support/install-operator.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { parseMetrics } from '../processes/read-metrics.ts';
import { bundleOperator } from '../processes/start-operator-bundle.ts';
import { startWorker, type Worker } from '../processes/start-worker.ts';
import { operatorAccount, patchRate as rateOf } from '../real-cluster/count-patches.ts';
import { claimPods, createPods } from '../real-cluster/create-pods.ts';
import { median, medianRatio, percentile, takeTurns, type Contestant } from '../rounds.ts';

const pods = 1500;
const idleGets = 300;

export const patchRate: Benchmark = {
  name: 'patch-rate',
  measures:
    'label patches per second on a real API server, 16 in flight, against a raw patcher; lease and another client meanwhile',
  figures: [
    { name: 'operator-to-raw', unit: 'x', goal: { atLeast: 0.9 } },
    { name: 'operator', unit: 'patches/s' },
    { name: 'raw', unit: 'patches/s' },
    { name: 'late-renewals', unit: 'renewals', goal: { atMost: 0 } },
    { name: 'longest-between-renewals', unit: 's' },
    { name: 'get-p99-to-idle', unit: 'x', goal: { atMost: 1.5 } },
    { name: 'get-p99-to-idle-while-raw', unit: 'x' },
    { name: 'get-p99-idle', unit: 'ms' },
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
  const twin = await startTwin();
  await installChart(controlPlane, { clusterName: 'bench', region: 'eu-west-1', values: ['replicas=1'] });
  const operator = await startOperator(controlPlane, {
    guard: bench.guard,
    awsEndpointUrl: twin.httpEndpoint,
    program: await bundleOperator(bench),
  });
  await operator.ready();
  // What the API server asks of the operator's patches, its policies included, it asks of both.
  const raw = await workerOf(controlPlane, 'contestants/patch-raw.ts', {
    namespace: 'cortex-logging',
    name: operatorAccount,
  });
  const prober = await workerOf(controlPlane, 'contestants/probe-gets.ts', await newAdmin(controlPlane));
  const probe = new Probe(prober);
  const contestants = [operatorPatches(controlPlane, operator, probe), rawPatches(controlPlane, raw, probe)];
  const { report } = bench;
  const measured = await takeTurns(contestants, { unit: 'patches/s', report });
  const lease = parseMetrics((await operator.health('/metrics')).body);
  await operator.stop();
  await Promise.all([raw.stop(), prober.stop(), twin.close()]);
  return {
    'operator-to-raw': medianRatio(measured, 'operator', 'raw'),
    operator: median(measured['operator'] ?? []),
    raw: median(measured['raw'] ?? []),
    'late-renewals': lease.sum('leader_election_renewals_late_total'),
    'longest-between-renewals': lease.sum('leader_election_longest_renewal_interval_seconds'),
    'get-p99-to-idle': probe.p99('operator') / probe.p99('idle'),
    'get-p99-to-idle-while-raw': probe.p99('raw') / probe.p99('idle'),
    'get-p99-idle': probe.p99('idle'),
  };
}

/** Another client's GETs, by what goes on meanwhile; the warm-up counts like the others. */
class Probe {
  readonly #worker: Worker;
  readonly #latencies = new Map<string, number[]>();

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** While nothing else goes on, and then during `action`. */
  async during<T>(name: string, action: () => Promise<T>): Promise<T> {
    this.#add('idle', await this.#worker.ask('probe', idleGets));
    await this.#worker.ask('start');
    const result = await action();
    this.#add(name, await this.#worker.ask('stop'));
    return result;
  }

  p99(name: string): number {
    return percentile(this.#latencies.get(name) ?? [], 0.99);
  }

  #add(name: string, latencies: readonly number[]): void {
    this.#latencies.set(name, [...(this.#latencies.get(name) ?? []), ...latencies]);
  }
}

/** The claim comes when the pods are there: all patches are due at once. */
function operatorPatches(controlPlane: ControlPlane, operator: RunningOperator, probe: Probe): Contestant {
  const { admin } = controlPlane;
  return {
    name: 'operator',
    measure: async (round) => {
      const namespace = `operator-${round + 10}`;
      await createPods(admin, namespace, pods);
      const before = await patchesOf(operator);
      await probe.during('operator', async () => {
        await claimPods(admin, namespace);
        await untilPatched(operator, before + pods);
      });
      return rateOf(controlPlane, { by: operatorAccount, namespace }, pods);
    },
  };
}

async function patchesOf(operator: RunningOperator): Promise<number> {
  const { body } = await operator.health('/metrics');
  return parseMetrics(body).sum('pod_label_patches_total');
}

async function untilPatched(operator: RunningOperator, patches: number): Promise<void> {
  const arePatched = async () => (await patchesOf(operator)) >= patches;
  await waitFor(arePatched, { describe: `${patches} patches`, timeoutMs: 120_000, intervalMs: 200 });
}

function rawPatches(controlPlane: ControlPlane, worker: Worker, probe: Probe): Contestant {
  return {
    name: 'raw',
    measure: async (round) => {
      const namespace = `raw-${round + 10}`;
      const places = await createPods(controlPlane.admin, namespace, pods);
      await probe.during('raw', () => worker.ask('patch', places));
      return rateOf(controlPlane, { by: operatorAccount, namespace }, pods);
    },
  };
}

interface Account {
  readonly namespace: string;
  readonly name: string;
}

async function workerOf(
  controlPlane: ControlPlane,
  file: string,
  { namespace, name }: Account,
): Promise<Worker> {
  const { server, ca } = controlPlane;
  const token = await controlPlane.serviceAccountToken(namespace, name);
  const worker = startWorker(file);
  await worker.ask('connect', { server, ca, token });
  return worker;
}

/** A ServiceAccount of its own that may do everything. */
async function newAdmin({ admin }: ControlPlane): Promise<Account> {
  const account = { namespace: 'default', name: 'prober' };
  await admin.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: account.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
  return account;
}
