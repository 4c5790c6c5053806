/** A control plane of its own with an operator behind a proxy that fails on demand, and claimed pods in it. */
import { expect } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { ControlPlane } from '../../control-plane/start-control-plane.ts';
import { startControlPlane } from '../../control-plane/start-control-plane.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { installChart, startOperator, type RunningOperator } from '../../support/install-operator.ts';

const operatorNamespace = 'cortex-logging';
const account = 'cortex-logging-operator';
/** Nothing listens there: all that is proved here goes on while AWS cannot be reached. */
const noAws = 'http://127.0.0.1:9';

/** For what has no bound of its own to prove: the machine may be busy with other things. */
const patienceMs = 45_000;

export interface Replica extends RunningOperator {
  /** The Authorization header that it began with: tells its requests from those of other replicas. */
  readonly authorization: string;
}

export interface FaultWorld {
  readonly controlPlane: ControlPlane;
  readonly proxy: FaultProxy;
  /** One replica behind the proxy. */
  readonly startReplica: (podName?: string, flags?: readonly string[]) => Promise<Replica>;
  readonly stop: () => Promise<void>;
}

/** Without controllers: pods are what the tests make them. */
export async function startFaultWorld(): Promise<FaultWorld> {
  const controlPlane = await startControlPlane({ parts: [] });
  await installChart(controlPlane, { clusterName: 'faults', region: 'eu-west-1' });
  const proxy = await new FaultProxy(controlPlane).start();
  return {
    controlPlane,
    proxy,
    startReplica: async (podName = 'operator-1', flags = []) => {
      const { kubeconfig, token } = await proxiedKubeconfig(controlPlane, proxy, podName);
      const { guard } = controlPlane;
      const options = { guard, awsEndpointUrl: noAws, podName, kubeconfig, flags };
      return { ...(await startOperator(controlPlane, options)), authorization: `Bearer ${token}` };
    },
    stop: async () => {
      await proxy.stop();
      await controlPlane.stop();
    },
  };
}

/** Rewritten at each call, with a new token. */
export async function proxiedKubeconfig(
  controlPlane: ControlPlane,
  { server, ca }: FaultProxy,
  name: string,
): Promise<{ readonly kubeconfig: string; readonly token: string }> {
  const token = await controlPlane.serviceAccountToken(operatorNamespace, account);
  return { kubeconfig: controlPlane.tokenKubeconfig(name, { token, server, ca }), token };
}

export interface Team {
  readonly namespace: string;
  /** Pods of the ReplicaSet that the API claims, made by hand. */
  readonly createPods: (count: number, prefix?: string) => Promise<readonly string[]>;
  readonly createPod: (name: string, metadata?: Readonly<Record<string, unknown>>) => Promise<AnyObject>;
  readonly deletePod: (name: string) => Promise<void>;
  readonly labelsOf: (name: string) => Promise<Readonly<Record<string, string>> | undefined>;
  /** Resolves when each of these pods carries the labels of the API. */
  readonly labeled: (names: readonly string[], timeoutMs?: number) => Promise<void>;
  /** How many label writes of the operator were answered 2xx, by pod. */
  readonly labelWrites: () => Promise<ReadonlyMap<string, number>>;
}

/** A namespace with a RealtimeAPI `api` that claims what a ReplicaSet owns. */
export async function createTeam(controlPlane: ControlPlane, namespace: string): Promise<Team> {
  const { admin } = controlPlane;
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const template = { metadata: { labels: { app: 'api' } }, spec: podSpec };
  const spec = { replicas: 0, selector: { matchLabels: { app: 'api' } }, template };
  const metadata = { name: 'api', namespace };
  const replicaSet = await admin.create({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec });
  const { uid } = replicaSet.metadata;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api', uid, controller: true };
  const workloadRef = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api' };
  await admin.create({
    apiVersion: 'cortex.dev/v1alpha1',
    kind: 'RealtimeAPI',
    metadata,
    spec: { workloadRef },
  });
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  const createPod: Team['createPod'] = (name, more = {}) =>
    admin.create({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name, namespace, labels: { app: 'api' }, ownerReferences: [owner], ...more },
      spec: podSpec,
    });
  const list = () => admin.list({ apiVersion: 'v1', kind: 'Pod', namespace });
  return {
    namespace,
    createPod,
    createPods: async (count, prefix = 'pod') => {
      const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
      await inParallel(names, (name) => createPod(name));
      return names;
    },
    deletePod: (name) => admin.delete(pod(name), { gracePeriodSeconds: 0 }),
    labelsOf: async (name) => (await admin.get(pod(name)))?.metadata.labels,
    labeled: async (names, timeoutMs = patienceMs) => {
      await waitFor(
        async () => {
          const labeled = (await list()).filter(({ metadata: { labels } }) => isOfApi(labels));
          const found = new Set(labeled.map(({ metadata: { name } }) => name));
          return names.every((name) => found.has(name));
        },
        { timeoutMs, describe: `labels on ${names.length} pods such as ${names[0] ?? ''}` },
      );
    },
    labelWrites: async () => {
      const counts = new Map<string, number>();
      for (const { verb, objectRef, responseStatus, user } of await controlPlane.auditEvents()) {
        const isOurs = user.username.endsWith(`:${account}`) && verb === 'patch';
        if (!isOurs || objectRef?.resource !== 'pods' || objectRef.namespace !== namespace) continue;
        if ((responseStatus?.code ?? 0) >= 300) continue;
        counts.set(objectRef.name ?? '', (counts.get(objectRef.name ?? '') ?? 0) + 1);
      }
      return counts;
    },
  };
}

/** The pods of the team that the operator has written ever are these, and each was written exactly once. */
export async function expectOneWriteEach(team: Team, names: readonly string[]): Promise<void> {
  const writes = await waitFor(
    async () => {
      const seen = await team.labelWrites();
      return seen.size >= names.length && seen;
    },
    { describe: 'the audit log to show the writes' },
  );
  expect(Object.fromEntries(writes)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
}

const podSpec = { containers: [{ name: 'api', image: 'example/api:1' }] };

function isOfApi(labels: Readonly<Record<string, string>> = {}): boolean {
  return labels['apiName'] === 'api' && labels['apiKind'] === 'RealtimeAPI';
}

/** The API server takes writes faster from a few connections than from one. */
export async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** What the operator has logged so far. */
export async function logOf({ logFile }: RunningOperator): Promise<readonly LogLine[]> {
  const text = await readFile(logFile, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
}

/** Resolves with the first line that has these fields. */
export function logged(
  operator: RunningOperator,
  fields: Readonly<Record<string, unknown>>,
  options: { readonly after?: number; readonly timeoutMs?: number } = {},
): Promise<LogLine> {
  const { after = 0, timeoutMs = patienceMs } = options;
  const wanted = Object.entries(fields);
  return waitFor(
    async () =>
      (await logOf(operator))
        .slice(after)
        .find((line) => wanted.every(([name, value]) => matches(line[name], value))),
    { timeoutMs, describe: `a log line with ${JSON.stringify(fields)}` },
  );
}

function matches(value: unknown, wanted: unknown): boolean {
  if (!(wanted instanceof RegExp)) return value === wanted;
  return wanted.test(typeof value === 'string' ? value : JSON.stringify(value));
}

/** One number of /metrics, by its name with labels as it stands there. */
export async function metricOf(operator: RunningOperator, name: string): Promise<number> {
  const { body } = await operator.health('/metrics');
  const line = body.split('\n').find((one) => one.startsWith(`cortex_logging_${name} `));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}
