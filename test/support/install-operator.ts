/**
 * The operator as a user gets it: the chart installed by helm, and the program run with the arguments, the
 * ServiceAccount and the rights that the chart gives it. Only where it listens and where AWS is differ.
 */
import { join } from 'node:path';
import { request } from 'undici';
import type { ControlPlaneConnection } from '../control-plane/connect-to-control-plane.ts';
import { freePorts } from '../control-plane/free-port.ts';
import type { GuardedProcess, ProcessGuard } from '../control-plane/process-guard.ts';
import { outputOf } from '../control-plane/run-command.ts';
import { waitFor } from '../control-plane/wait-for.ts';

const root = join(import.meta.dirname, '../..');
export const chartFolder = join(root, 'deploy/helm/cortex-logging');

export interface InstallOptions {
  readonly clusterName: string;
  readonly region: string;
  /**
   * Who labels pods at birth; default None. The operator of a test runs beside the control plane and not behind the
   * chart's Service, so the API server could not reach a webhook there: see admission-stage.ts.
   */
  readonly admission?: 'Webhook' | 'Policy' | 'None';
  /** Further values of the chart, as `helm --set` takes them: `logGroup.retentionInDays=30`. */
  readonly values?: readonly string[];
  /** Default `cortex-logging`; made by helm if it is not there. */
  readonly namespace?: string;
}

/** `helm upgrade --install` of the chart; returns when the API server has taken everything. */
export async function installChart(
  controlPlane: ControlPlaneConnection,
  options: InstallOptions,
): Promise<void> {
  const { clusterName, region, values = [], namespace = 'cortex-logging', admission = 'None' } = options;
  const required = [`clusterName=${clusterName}`, `region=${region}`, `admission.mode=${admission}`];
  const settings = [...required, ...values];
  const set = settings.flatMap((setting) => ['--set', setting]);
  const place = ['--kubeconfig', controlPlane.kubeconfig, '--namespace', namespace, '--create-namespace'];
  await outputOf(controlPlane.helm, [
    'upgrade',
    '--install',
    'cortex-logging',
    chartFolder,
    ...place,
    ...set,
  ]);
}

export interface OperatorOptions {
  readonly guard: ProcessGuard;
  /** Of the twin. */
  readonly awsEndpointUrl: string;
  readonly namespace?: string;
  /** Default `operator-1`; two replicas need two names. */
  readonly podName?: string;
  /** Further flags; they stand after the chart's and win over them. */
  readonly flags?: readonly string[];
  /** Another way to the API server, such as a proxy on loopback. */
  readonly kubeServer?: string;
  /** Another kubeconfig than the ServiceAccount's. */
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the bundle that the environment names, else the sources, which take seconds longer to start. */
  readonly program?: string;
}

export type HealthPath = '/healthz' | '/readyz' | `/readyz/${string}` | '/metrics';

export interface RunningOperator {
  readonly process: GuardedProcess;
  readonly logFile: string;
  /** A GET of what is asked about an operator. */
  health(path: HealthPath): Promise<{ readonly status: number; readonly body: string }>;
  /** Resolves when /readyz answers 200. */
  ready(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Holds the path of a bundled operator. */
export const bundleVariable = 'CORTEX_TEST_OPERATOR_BUNDLE';

const serviceAccount = 'cortex-logging-operator';
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cortex-logging-operator' };

/** Starts one replica. It needs the chart (`installChart`). */
export async function startOperator(
  controlPlane: ControlPlaneConnection,
  options: OperatorOptions,
): Promise<RunningOperator> {
  const { guard, namespace = 'cortex-logging', podName = 'operator-1' } = options;
  const [port = 0] = await freePorts(1);
  const kubeconfig =
    options.kubeconfig ?? (await controlPlane.serviceAccountKubeconfig(namespace, serviceAccount));
  const flags = [
    ...(await deployedArguments(controlPlane, namespace, podName)),
    '--kubeconfig',
    kubeconfig,
    '--aws-endpoint-url',
    options.awsEndpointUrl,
    '--health-host',
    '127.0.0.1',
    '--health-port',
    String(port),
    ...(options.kubeServer === undefined ? [] : ['--kube-server', options.kubeServer]),
    ...(options.flags ?? []),
  ];
  const logFile = join(controlPlane.folder, `${podName}.log`);
  const bundle = globalThis.process.env[bundleVariable];
  const program = options.program ?? bundle ?? join(root, 'src/operator.ts');
  const process = guard.spawn(globalThis.process.execPath, [program, ...lastOfEach(flags)], {
    logFile,
    env: { ...environment, ...options.env },
  });
  const health: RunningOperator['health'] = async (path) => {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`);
    return { status: statusCode, body: await body.text() };
  };
  return {
    process,
    logFile,
    health,
    ready: () => untilReady(process, health),
    stop: async (signal = 'SIGTERM') => {
      await process.stop({ signal, graceMs: 30_000 });
      return process.exited;
    },
  };
}

/** AWS's client wants credentials, whatever they are; nothing else of this process's environment gets in. */
const environment = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  NODE_OPTIONS: '',
};

async function untilReady(process: GuardedProcess, health: RunningOperator['health']): Promise<void> {
  await waitFor(async () => !process.isRunning || (await health('/readyz')).status === 200, {
    describe: 'the operator to be ready',
  });
  if (!process.isRunning) throw new Error(`The operator ended:\n${await process.logTail()}`);
}

interface Deployed {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { readonly args: string[] }[] } };
  };
}

/** What the chart's Deployment says, with the variables that the kubelet would fill in. */
async function deployedArguments(
  { admin }: ControlPlaneConnection,
  namespace: string,
  podName: string,
): Promise<readonly string[]> {
  const deployed = await admin.get<Deployed>({ ...deployment, namespace });
  const args = deployed?.spec.template.spec.containers[0]?.args;
  if (args === undefined) throw new Error(`The chart is not installed in the namespace ${namespace}.`);
  return args.map((arg) => arg.replace('$(POD_NAMESPACE)', namespace).replace('$(POD_NAME)', podName));
}

/** A flag that is given twice is refused; here the later one is meant. */
function lastOfEach(flags: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (let index = 0; index < flags.length; index += 1) {
    const [name = '', value] = (flags[index] ?? '').split(/=(.*)/s);
    if (value === undefined) index += 1;
    byName.set(name, value ?? flags[index] ?? '');
  }
  return [...byName].map(([name, value]) => `${name}=${value}`);
}
