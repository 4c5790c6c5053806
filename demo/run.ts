/**
 * `npm run demo`: the whole product on this machine; `--help` tells the rest.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readArguments } from '../scripts/read-arguments.ts';
import { checkDemo } from './check-demo.ts';
import { findFluentBit, startFluentBit } from './fluent-bit-shipper.ts';
import { describeTries } from './describe-tries.ts';
import { installOperator } from './install-operator.ts';
import { queryRunner } from './run-query.ts';
import { applyExamples, applyOlderPods, runJobs } from './scenes.ts';
import type { Shipper } from './shipper.ts';
import { clusterName, namespace, openStage, region, type Stage } from './stage.ts';
import { startStandInShipper } from './stand-in-shipper.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { openProcessGuard } from '../test/control-plane/process-guard.ts';
import { waitUntilSettled } from './wait-until-settled.ts';
import { writeContainerLogs, type ContainerLogs } from './write-container-logs.ts';

/** How long the APIs write before they are measured, in ms. */
const actMs = 8_000;

const startedAt = performance.now();
const say = (line: string): void => {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${line}\n`);
};

const { switches } = readArguments({
  command: 'npm run demo',
  about:
    'The whole product on this machine: a real control plane, a local CloudWatch Logs, the operator, the examples.',
  switches: {
    exit: 'Measures label truth, checks what it shows and ends, with 0 if all is right. Else it stays until Ctrl-C.',
    'without-admission': 'Labels come only by repair, after the birth of a pod.',
  },
});
const doesExit = switches.has('exit');
const withAdmission = !switches.has('without-admission');
const guard = openProcessGuard();
const isStopping = stopOnSignals(guard, say);

try {
  process.exitCode = await run();
} catch (error) {
  if (!isStopping()) throw error;
}

async function run(): Promise<number> {
  say(
    'starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and a local CloudWatch Logs',
  );
  const stage = await openStage(guard, say);
  try {
    return await play(stage);
  } finally {
    if (!isStopping()) say('stopping everything');
    await stage.close();
  }
}

async function play({ controlPlane, ...stage }: Stage): Promise<number> {
  const { twin, client, folder } = stage;
  await applyOlderPods(controlPlane);
  const logs = writeContainerLogs(controlPlane.admin, namespace, folder);
  say(`a pod that is older than the operator runs in the namespace ${namespace}`);

  await installOperator(controlPlane, { awsEndpointUrl: twin.httpEndpoint, withAdmission });
  say('the chart is installed, and the operator runs with the rights that it gives');
  say(
    withAdmission
      ? 'pods are labeled at their birth'
      : 'admission is off: pods are labeled after their birth',
  );

  const shipper = await startShipper({ controlPlane, ...stage }, logs);
  say(`records are shipped by ${shipper.name}`);
  const files = await applyExamples(controlPlane);
  await runJobs(controlPlane);
  say(
    `applied ${files.length} examples, a run of the CronJob by hand, a job that lives one second, and a pod with forged labels`,
  );

  await waitUntilSettled(controlPlane, { client, written: logs.written });
  say('every pod of every API carries its labels, and the log group is as declared');
  process.stdout.write(`\n${await controlPlane.runKubectl(['get', 'cortex', '-A'])}\n`);
  const runQuery = queryRunner(client, clusterName);
  if (doesExit) return await finish(logs, shipper, () => checkDemo({ controlPlane, client, runQuery, logs }));
  process.stdout.write(`${describeTries({ controlPlane, twin })}\n`);
  return await untilStopped();
}

function startShipper({ controlPlane, twin, client, folder }: Stage, logs: ContainerLogs): Promise<Shipper> {
  const program = findFluentBit(process.env);
  const common = { folder: logs.folder, logGroupName: clusterName };
  if (program === undefined)
    return Promise.resolve(startStandInShipper({ ...common, admin: controlPlane.admin, client }));
  return startFluentBit({
    ...common,
    program,
    controlPlane,
    workFolder: folder,
    region,
    endpoint: twin.httpsEndpoint ?? '',
  });
}

/** The act, its end, and what is left of it in the log group. */
async function finish(logs: ContainerLogs, shipper: Shipper, check: () => Promise<boolean>): Promise<number> {
  await pause(actMs);
  await logs.stop();
  await shipper.stop();
  return (await check()) ? 0 : 1;
}

/** A signal ends the process. */
function untilStopped(): Promise<never> {
  // Nothing else keeps a process alive that only waits for a signal.
  setInterval(() => undefined, 60_000);
  return new Promise(() => undefined);
}
