/**
 * A Kubernetes control plane for tests and the demo: etcd, kube-apiserver and, unless left out,
 * kube-controller-manager, kube-scheduler and kwok with fake nodes. On loopback, on free ports, its state in a
 * temporary folder; nothing of it outlives this process.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BinaryName } from './binary-catalog.ts';
import {
  apiServerArguments,
  controllerManagerArguments,
  etcdArguments,
  kwokArguments,
  schedulerArguments,
} from './component-flags.ts';
import type { ControlPlanePorts } from './component-flags.ts';
import { connectToControlPlane } from './connect-to-control-plane.ts';
import type { ControlPlaneConnection } from './connect-to-control-plane.ts';
import { writeControlPlaneFiles } from './control-plane-files.ts';
import type { WrittenFiles } from './control-plane-files.ts';
import { freePorts } from './free-port.ts';
import { KubeClient } from './kube-client.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { openProcessGuard } from './process-guard.ts';
import type { GuardedProcess, ProcessGuard } from './process-guard.ts';
import { resolveBinaries } from './resolve-binaries.ts';
import { waitFor } from './wait-for.ts';

export type Part = 'controller-manager' | 'scheduler' | 'kwok';

export interface ControlPlaneOptions {
  /** Parts beside etcd and kube-apiserver; default: all. */
  readonly parts?: readonly Part[];
  /** How many fake nodes; default 1. Needs kwok. */
  readonly nodes?: number;
  /** Further kube-apiserver flags, such as `--runtime-config=…`. */
  readonly apiServerArguments?: readonly string[];
  /** Where a kubelet double listens, for `pods/log`. */
  readonly kubeletPort?: number;
  /** Closed, and all that runs by it ended, with the control plane; default: one of its own. */
  readonly guard?: ProcessGuard;
  /** Progress, a line at a time; default: standard error. */
  readonly report?: (line: string) => void;
}

export interface ControlPlane extends ControlPlaneConnection {
  /** Starts programs that end with the control plane, and before it. */
  readonly guard: ProcessGuard;
  /** Where etcd's clients come: `http://…`, see etcd-objects.ts. */
  readonly etcd: string;
  /** Ends the API server as a rolling restart does (SIGTERM), or by `SIGKILL`. */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port, ready when it returns. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
  stop(): Promise<void>;
}

const allParts: readonly Part[] = ['controller-manager', 'scheduler', 'kwok'];
const partBinaries: Readonly<Record<Part, BinaryName>> = {
  'controller-manager': 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  kwok: 'kwok',
};
const readyTimeoutMs = 60_000;

interface Running {
  readonly binaries: Readonly<Partial<Record<BinaryName, string>>>;
  readonly written: WrittenFiles;
  readonly ports: ControlPlanePorts;
  readonly guard: ProcessGuard;
  readonly options: ControlPlaneOptions;
  readonly parts: readonly Part[];
  readonly admin: KubeClient;
  readonly server: string;
}

/** Starts one and returns when it is ready: the API server answers, default ServiceAccounts exist, nodes are Ready. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const parts = options.parts ?? allParts;
  const names: BinaryName[] = [
    'etcd',
    'kube-apiserver',
    'kubectl',
    'helm',
    ...parts.map((part) => partBinaries[part]),
  ];
  const guard = options.guard ?? openProcessGuard();
  try {
    const { report } = options;
    const binaries = await resolveBinaries(names, report === undefined ? { guard } : { guard, report });
    return await startWith(binaries, parts, { guard, options });
  } catch (error) {
    await guard.close();
    throw error;
  }
}

async function startWith(
  binaries: Running['binaries'],
  parts: readonly Part[],
  { guard, options }: Pick<Running, 'guard' | 'options'>,
): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-control-plane-'));
  guard.removeAtEnd(folder);
  const [etcdClient = 0, etcdPeer = 0, apiServer = 0] = await freePorts(3);
  const written = writeControlPlaneFiles(folder);
  const server = `https://127.0.0.1:${apiServer}`;
  const admin = new KubeClient({ server, ca: written.authority.certificate, token: written.tokens.admin });
  const ports = { etcdClient, etcdPeer, apiServer };
  const running: Running = { binaries, written, ports, guard, options, parts, admin, server };
  await startEtcd(running);
  const apiServerProcess = await startApiServer(running);
  await startParts(running);
  return handleOf(running, apiServerProcess);
}

function start(running: Running, name: BinaryName, args: readonly string[]): GuardedProcess {
  const { binaries, written, guard } = running;
  return guard.spawn(binaries[name] ?? name, args, {
    logFile: join(written.files.folder, `${name}.log`),
    expendable: true,
  });
}

async function startEtcd(running: Running): Promise<void> {
  const etcd = start(running, 'etcd', etcdArguments(running.written.files, running.ports));
  const health = `${etcdOf(running)}/health`;
  await readyOr(etcd, 'etcd', async () => (await fetch(health)).ok);
}

function etcdOf({ ports }: Running): string {
  return `http://127.0.0.1:${ports.etcdClient}`;
}

async function startApiServer(running: Running): Promise<GuardedProcess> {
  const { options, parts, admin } = running;
  const args = apiServerArguments(running.written.files, running.ports, {
    withControllers: parts.includes('controller-manager'),
    extraArguments: options.apiServerArguments ?? [],
  });
  const apiServer = start(running, 'kube-apiserver', args);
  await readyOr(
    apiServer,
    'kube-apiserver',
    async () => (await admin.request<string>('GET', '/readyz')) === 'ok',
  );
  return apiServer;
}

/** Waits until `ready`; a program that ended before that is told with the end of its log. */
async function readyOr(guarded: GuardedProcess, name: string, ready: () => Promise<boolean>): Promise<void> {
  const ended = () => !guarded.isRunning;
  await waitFor(async () => ended() || (await ready()), {
    timeoutMs: readyTimeoutMs,
    intervalMs: 30,
    describe: `${name} to be ready`,
  });
  if (ended()) throw new Error(`${name} ended before it was ready:\n${await guarded.logTail()}`);
}

async function startParts(running: Running): Promise<void> {
  const { parts, written, options, admin } = running;
  const configOf = (user: string, token: string) =>
    writeKubeconfig(join(written.files.folder, `${user}.kubeconfig`), {
      server: running.server,
      ca: written.authority.certificate,
      user,
      token,
    });
  if (parts.includes('controller-manager')) {
    const kubeconfig = configOf('controller-manager', written.tokens.controllerManager);
    start(running, 'kube-controller-manager', controllerManagerArguments(written.files, kubeconfig));
  }
  if (parts.includes('scheduler'))
    start(running, 'kube-scheduler', schedulerArguments(configOf('scheduler', written.tokens.scheduler)));
  if (parts.includes('kwok')) {
    const kubeconfig = configOf('kwok', written.tokens.kwok);
    start(running, 'kwok', kwokArguments(written.files, kubeconfig, options.kubeletPort));
    await createNodes(admin, options.nodes ?? 1);
  }
  await waitUntilUsable(running);
}

async function createNodes(admin: KubeClient, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const name = `node-${index}`;
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    };
    await admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  }
}

interface NodeObject {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function waitUntilUsable({ parts, admin }: Running): Promise<void> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' };
  if (parts.includes('controller-manager'))
    await waitFor(() => admin.get(account), {
      timeoutMs: readyTimeoutMs,
      describe: 'the controller manager to make the default ServiceAccount',
    });
  if (parts.includes('kwok'))
    await waitFor(
      async () => (await admin.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' })).every(isUsable(parts)),
      {
        timeoutMs: readyTimeoutMs,
        describe: 'the nodes to be Ready',
      },
    );
}

/** Only the node lifecycle controller takes away the taint that every new node gets. */
function isUsable(parts: readonly Part[]) {
  return ({ spec, status }: NodeObject): boolean => {
    const ready =
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
    return ready && (!parts.includes('controller-manager') || (spec.taints ?? []).length === 0);
  };
}

function handleOf(running: Running, first: GuardedProcess): ControlPlane {
  const { written, guard, admin, server, binaries } = running;
  const { files, authority, tokens } = written;
  const ca = authority.certificate;
  const connection = connectToControlPlane({
    server,
    ca,
    adminToken: tokens.admin,
    kubeconfig: writeKubeconfig(join(files.folder, 'admin.kubeconfig'), {
      server,
      ca,
      user: 'admin',
      token: tokens.admin,
    }),
    auditLog: files.auditLog,
    folder: files.folder,
    kubectl: binaries.kubectl ?? '',
    helm: binaries.helm ?? '',
  });
  let apiServer = first;
  const stopApiServer = (signal: NodeJS.Signals = 'SIGTERM') => apiServer.stop({ signal, graceMs: 10_000 });
  const restart = async () => {
    if (!apiServer.isRunning) apiServer = await startApiServer(running);
  };
  return {
    ...connection,
    guard,
    etcd: etcdOf(running),
    stopApiServer,
    startApiServer: restart,
    restartApiServer: () => stopApiServer().then(restart),
    stop: async () => {
      await Promise.all([admin.close(), connection.close()]);
      await guard.close();
    },
  };
}
