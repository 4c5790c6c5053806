/** The operator's pod path over a cluster's pods, with as many BatchJobs beside them as it is told, and one more at a time. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { readOperatorConfig } from '../../src/config/read-operator-config.ts';
import { objectKey } from '../../src/kernel/object-key.ts';
import type { EventRecorder } from '../../src/kube/events.ts';
import { Transport } from '../../src/kube/transport.ts';
import { makePodPath, type PodPath } from '../../src/operator/pod-path.ts';
import { ClusterWatch } from '../../src/operator/watch-cluster.ts';
import { Metrics } from '../../src/runtime/metrics.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { serveOrders } from '../processes/serve-orders.ts';
import { namespace } from '../scripted-cluster/generate-pods.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';
import { connectionTo } from './connection.ts';

const argv = ['--cluster-name=bench', '--region=eu-west-1', '--namespace=cortex-system'];
const observer = {
  onList: () => undefined,
  onFailure: () => undefined,
  onRecovery: () => undefined,
  onObjectError: () => undefined,
};

let watch: ClusterWatch;
let path: PodPath;
let known = 0;

/** A run of the first declared BatchAPI whose Job is yet to come, as when both are applied together. */
function newJob(): Workload {
  const name = `run-${(known += 1)}`;
  return {
    ...{ kind: 'BatchJob', namespace, name, uid: name, generation: 1, status: {} },
    creationTimestamp: '2026-11-24T08:00:00Z',
    spec: { apiName: 'training-0', workloadRef: { apiVersion: 'batch/v1', kind: 'Job', name } },
  };
}

/** The API's status is written whenever its counts change, so that was never long ago. */
function add(): void {
  const apis = watch.workloads.get('BatchAPI')?.store;
  const api = apis?.get(objectKey({ namespace, name: 'training-0' }));
  if (api) apis?.upsert({ ...api, status: { observedGeneration: 1 } });
  watch.workloads.get('BatchJob')?.store.upsert(newJob());
}

/** What changes of claims cause waits for a moment when there are many. */
async function rest(): Promise<void> {
  const isIdle = (): boolean => path.controllers.every((controller) => controller.isIdle);
  for (let quiet = 0; quiet < 5; quiet = isIdle() ? quiet + 1 : 0) await pause(100);
}

async function hold({ address, jobs }: { address: ClusterAddress; jobs: number }): Promise<void> {
  const transport = new Transport(connectionTo(address));
  watch = new ClusterWatch({ transport, observer, logger: silentLogger });
  path = makePodPath(
    {
      config: readOperatorConfig({ argv, env: {}, hostname: 'operator' }),
      cluster: watch,
      transport,
      isLeader: () => true,
      events: { record: () => undefined } as unknown as EventRecorder,
      logger: silentLogger,
      metrics: new Metrics('bench_'),
    },
    () => undefined,
  );
  watch.start();
  const synced = (): boolean => watch.all.every(({ state }) => state.synced);
  await waitFor(synced, { describe: 'the watches to be synced', timeoutMs: 120_000 });
  for (let count = 0; count < jobs; count += 1) add();
  for (const controller of path.controllers) controller.start();
  path.enqueueAll();
  await rest();
}

const samples = 5;

/** Milliseconds for one new job: CPU time of the whole process, and the longest that nothing else could run. */
async function addOne(): Promise<{ readonly cpu: number; readonly block: number }> {
  const cpus: number[] = [];
  let block = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const before = process.cpuUsage();
    add();
    await rest();
    const { user, system } = process.cpuUsage(before);
    cpus.push((user + system) / 1000);
    block = Math.max(block, delay.max / 1e6);
    delay.disable();
  }
  return { cpu: cpus.toSorted((a, b) => a - b)[samples >> 1] ?? Number.NaN, block };
}

serveOrders({ hold, addOne });
