/** `--exit`: whether the demo shows what it says, from what is on the pods and in the log group. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Identity } from '../src/kernel/identity.ts';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import { operatorUser } from '../test/support/team.ts';
import { formatLabelTruth, measureLabelTruth, type StoredLine } from './label-truth.ts';
import { fourQueries } from './four-queries.ts';
import type { RunQuery } from './run-query.ts';
import { identityOfPod } from './scenes.ts';
import { isAsDeclared, wronglyLabeled } from './wait-until-settled.ts';
import { messageOfLine, type ContainerLogs } from './write-container-logs.ts';

interface Options {
  readonly controlPlane: ControlPlane;
  readonly client: CloudWatchLogsClient;
  readonly runQuery: RunQuery;
  readonly logs: ContainerLogs;
}

interface ReadBack {
  readonly pod: string;
  readonly lines: number;
  readonly identity: Identity;
  readonly stored: readonly StoredLine[];
}

export async function checkDemo({ controlPlane, client, runQuery, logs }: Options): Promise<boolean> {
  const pods = await readBack(runQuery, logs);
  const truth = measureLabelTruth(pods);
  const problems = [
    ...(await wronglyLabeled(controlPlane.admin)).map((pod) => `the pod ${pod} does not carry its labels`),
    ...((await isAsDeclared(client)) ? [] : ['the log group is not as declared']),
    ...(await checkQueries(runQuery, pods)),
    ...(truth.lost + truth.doubled > 0 ? ['lines were lost or doubled'] : []),
  ];
  const repaired = new Set(await repairedPods(controlPlane));
  for (const pod of pods) process.stdout.write(`  ${describePod(pod, repaired)}\n`);
  for (const problem of problems) process.stdout.write(`FAILED: ${problem}\n`);
  process.stdout.write(`${formatLabelTruth(truth)}\n`);
  return problems.length === 0;
}

/** Pods that the operator patched: what the others carry they were born with. */
async function repairedPods(controlPlane: ControlPlane): Promise<readonly string[]> {
  const patches = (await controlPlane.auditEvents()).filter(
    ({ verb, user, objectRef }) =>
      verb === 'patch' && objectRef?.resource === 'pods' && user.username === operatorUser,
  );
  return patches.map(({ objectRef }) => objectRef?.name ?? '');
}

function describePod(pod: ReadBack, repaired: ReadonlySet<string>): string {
  const { apiKind, apiName, jobID } = pod.identity;
  const of = [apiKind, apiName, ...(jobID === undefined ? [] : [jobID])].join('/');
  const since = repaired.has(pod.pod) ? 'labeled by repair' : 'labeled at birth';
  return `${pod.pod} (${of}), ${since}: ${formatLabelTruth(measureLabelTruth([pod]))}`;
}

/** Every record of every pod that wrote, whatever labels it was stored with. */
async function readBack(runQuery: RunQuery, { written }: ContainerLogs): Promise<readonly ReadBack[]> {
  const pods: ReadBack[] = [];
  for (const { name, uid, lines } of written.values()) {
    const fields = 'fields n, labels.apiName, labels.apiKind, labels.jobID';
    const rows = await runQuery(`${fields} | filter pod_uid="${uid}"`, 10_000);
    const stored = rows.map((row) => ({
      number: Number(row['n']),
      labels: labelsOf(row),
    }));
    pods.push({ pod: name, lines, identity: identityOfPod(name), stored });
  }
  return pods;
}

function labelsOf(row: Readonly<Record<string, string>>): StoredLine['labels'] {
  return Object.fromEntries(
    (['apiName', 'apiKind', 'jobID'] as const)
      .map((key) => [key, row[`labels.${key}`]] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** Each of the four queries must answer exactly the lines that are stored with that identity, oldest first. */
async function checkQueries(runQuery: RunQuery, pods: readonly ReadBack[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { identity, text } of fourQueries) {
    const rows = await runQuery(text);
    const answered = rows.map((row) => row['message'] ?? '');
    const times = rows.map((row) => row['@timestamp'] ?? '');
    const wanted = pods.flatMap((pod) => messagesOf(pod, identity));
    process.stdout.write(
      `  the query for ${identity.apiKind} ${identity.apiName} answers ${rows.length} lines\n`,
    );
    const isExact = answered.toSorted().join('\n') === wanted.toSorted().join('\n') && wanted.length > 0;
    const isSorted = times.every((time, index) => index === 0 || (times[index - 1] ?? '') <= time);
    if (!isExact)
      problems.push(
        `the query for ${identity.apiName} answers ${rows.length} lines, not the ${wanted.length} right ones`,
      );
    if (!isSorted) problems.push(`the query for ${identity.apiName} is not sorted by time`);
  }
  return problems;
}

/** What the pod wrote and is stored under this identity. */
function messagesOf({ pod, stored }: ReadBack, { apiName, apiKind, jobID }: Identity): readonly string[] {
  return stored
    .filter(
      ({ labels }) => labels.apiName === apiName && labels.apiKind === apiKind && labels.jobID === jobID,
    )
    .map(({ number }) => messageOfLine(pod, number));
}
