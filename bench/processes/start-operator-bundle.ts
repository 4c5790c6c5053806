/** The operator as it is shipped, bundled, against a scripted cluster and the twin. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { bundleProgram } from '../../scripts/build/bundle-program.ts';
import { freePorts } from '../../test/control-plane/free-port.ts';
import type { GuardedProcess } from '../../test/control-plane/process-guard.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import { readStages, settingsOf } from '../../test/support/read-dockerfile.ts';
import type { Bench } from '../benchmark.ts';
import { parseMetrics, type MetricValues } from './read-metrics.ts';

export interface BundledOperator {
  readonly logFile: string;
  readonly process: GuardedProcess;
  readonly metrics: () => Promise<MetricValues>;
  /** Resolves when nothing is queued or running, and this controller has reconciled at least so often. */
  settled(controller: string, reconciles: number): Promise<MetricValues>;
}

export interface OperatorOptions {
  /** Default: as in a pod, by `env`. */
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  readonly nodeArguments?: readonly string[];
  /** Default: the watch loop alone runs, without the webhook. */
  readonly flags?: readonly string[];
}

const watchLoopAlone = ['--admission=false'];

/** Path of the bundle, made anew. */
export async function bundleOperator({ folder }: Bench): Promise<string> {
  await bundleProgram('operator', folder);
  return join(folder, 'operator.js');
}

const dockerfile = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8');

/** The image's own, and credentials, whatever they are: AWS's client wants some. */
export const environment = {
  ...Object.fromEntries(settingsOf(readStages(dockerfile).at(-1)?.instructions ?? [], 'ENV')),
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
};

/** Resolves when it is ready. */
export async function startOperatorBundle(
  { guard, folder }: Bench,
  program: string,
  options: OperatorOptions,
): Promise<BundledOperator> {
  const [port = 0] = await freePorts(1);
  const logFile = join(folder, `operator-${port}.log`);
  const args = [...(options.nodeArguments ?? []), program, ...flagsOf(options, port)];
  const operator = guard.spawn(process.execPath, args, {
    logFile,
    env: { ...environment, ...options.env },
  });
  await untilReady(operator, port);
  const metrics = (): Promise<MetricValues> => readMetrics(port);
  return { process: operator, logFile, metrics, settled: (...what) => settled(metrics, ...what) };
}

async function readMetrics(port: number): Promise<MetricValues> {
  const { body } = await request(`http://127.0.0.1:${port}/metrics`);
  return parseMetrics(await body.text());
}

/** The command line; port 0 takes a free one. */
export function flagsOf(
  { kubeconfig, awsEndpointUrl, flags = watchLoopAlone }: OperatorOptions,
  port: number,
): readonly string[] {
  return [
    '--cluster-name=bench',
    '--region=eu-west-1',
    '--pod-name=operator-1',
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--aws-endpoint-url=${awsEndpointUrl}`,
    '--health-host=127.0.0.1',
    `--health-port=${port}`,
    ...flags,
  ];
}

async function untilReady(operator: GuardedProcess, port: number): Promise<void> {
  const answersReady = async () => (await request(`http://127.0.0.1:${port}/readyz`)).statusCode === 200;
  await waitFor(async () => !operator.isRunning || (await answersReady()), {
    describe: 'the operator to be ready',
    timeoutMs: 120_000,
  });
  if (!operator.isRunning) throw new Error(`The operator ended:\n${await operator.logTail()}`);
}

function settled(
  metrics: () => Promise<MetricValues>,
  controller: string,
  reconciles: number,
): Promise<MetricValues> {
  const look = async () => {
    const values = await metrics();
    const isIdle = values.sum('workqueue_depth') === 0 && values.sum('controller_active_workers') === 0;
    const done = values.sum('controller_reconcile_total', `controller="${controller}"`);
    return isIdle && done >= reconciles && values;
  };
  return waitFor(look, { describe: 'the operator to settle', timeoutMs: 120_000 });
}
