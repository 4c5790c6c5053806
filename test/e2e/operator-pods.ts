/** The operator's replicas, looked at from outside. */
import type { KubeClient } from '../control-plane/kube-client.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { leaseName, operatorName, systemNamespace as namespace } from './names.ts';
import type { Pod } from './pod-journal.ts';
import type { Scene } from './scene.ts';

const healthPort = 8080;
const labelSelector = 'app.kubernetes.io/component=operator';

/** Also those that are on their way out. */
export function allOperatorPods(admin: KubeClient): Promise<readonly Pod[]> {
  return admin.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
}

/** Those that stay. */
export async function operatorPods(admin: KubeClient): Promise<readonly Pod[]> {
  return (await allOperatorPods(admin)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The pod that the Lease names; empty while nobody leads. */
export async function leaderName(admin: KubeClient): Promise<string> {
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: leaseName };
  const { spec } = (await admin.get<{ spec: { holderIdentity?: string } }>(lease)) ?? { spec: {} };
  return spec.holderIdentity ?? '';
}

/** The leader, once it is none of `others`. */
export function waitForLeader(admin: KubeClient, others: readonly string[] = []): Promise<string> {
  const isNew = (name: string) => name !== '' && !others.includes(name) && name;
  return waitFor(async () => isNew(await leaderName(admin)), {
    describe: `a replica other than ${others.join(', ') || 'none'} to lead`,
    timeoutMs: 40_000,
  });
}

/** One of a replica's figures; the sum, if it is told by label. */
export async function metricOf({ admin }: Scene, pod: string, name: string): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${healthPort}/proxy/metrics`;
  const isIt = new RegExp(`^cortex_logging_${name}(\\{| )`);
  const lines = (await admin.request<string>('GET', path)).split('\n');
  const values = lines.filter((line) => isIt.test(line));
  return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export async function logOf({ runKubectl }: Scene, pod: string): Promise<readonly LogLine[]> {
  const text = await runKubectl(['--namespace', namespace, 'logs', pod]);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
}

/** From the first line that the program writes until it has listed everything, in ms. */
export function startUpMs(log: readonly LogLine[]): number {
  const at = (message: string) =>
    log.filter((line) => line.message === message).map(({ time }) => Date.parse(time));
  return Math.max(...at('listed')) - Math.min(...at('starting'));
}

export interface Usage {
  /** As `kubectl top` counts it. */
  readonly memoryBytes: number;
  /** What the containers have written into their own file systems, mount points included. */
  readonly fileBytes: number;
}

/** What the kubelet says of a pod. */
export async function usageOf({ admin }: Scene, { metadata, spec }: Pod): Promise<Usage> {
  const path = `/api/v1/nodes/${spec.nodeName ?? ''}/proxy/stats/summary`;
  const { pods } = await admin.request<StatsSummary>('GET', path);
  const { containers = [] } = pods.find(({ podRef }) => podRef.uid === metadata.uid) ?? {};
  const sum = (read: (container: ContainerStats) => number | undefined) =>
    containers.reduce((total, container) => total + (read(container) ?? 0), 0);
  return {
    memoryBytes: sum(({ memory }) => memory?.workingSetBytes),
    fileBytes: sum(({ rootfs }) => rootfs?.usedBytes),
  };
}

interface ContainerStats {
  readonly memory?: { readonly workingSetBytes?: number };
  readonly rootfs?: { readonly usedBytes?: number };
}

interface StatsSummary {
  readonly pods: readonly {
    readonly podRef: { readonly uid: string };
    readonly containers?: readonly ContainerStats[];
  }[];
}

/** Ends when all replicas are as the Deployment wants them. */
export async function waitForRollout({ runKubectl }: Scene): Promise<void> {
  await runKubectl([
    '--namespace',
    namespace,
    'rollout',
    'status',
    `deployment/${operatorName}`,
    '--timeout=90s',
  ]);
}
