/** StartQuery, GetQueryResults, StopQuery, DescribeQueries. */
import { randomUUID } from 'node:crypto';
import { logGroupIdentifier, logGroupName, nextToken } from '../common-members.ts';
import { expandSavedQueries } from '../insights/expand-saved-queries.ts';
import { InsightsRun } from '../insights/insights-run.ts';
import { maxLimit, parseQuery } from '../insights/parse-query.ts';
import type { ScannedStream } from '../insights/run-query.ts';
import { type InputOf, integer, list, oneOf, required, text } from '../members.ts';
import { operation, type OperationContext } from '../operation.ts';
import { offsetOf, writeToken } from '../page.ts';
import { invalidParameter, notFound, notSupported, Refusal } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import type { LogGroup } from '../state/log-group.ts';
import type { QueryDefinition } from '../state/query-definition.ts';
import { indexAfter, positionAfter, positionBefore } from '../state/log-stream.ts';

const languages = oneOf(['CWLI', 'SQL', 'PPL']);
const startMembers = {
  queryLanguage: languages,
  logGroupName,
  logGroupNames: list(logGroupName),
  logGroupIdentifiers: list(logGroupIdentifier),
  /** Seconds, both inclusive: events later within the second `endTime` are not in the range. */
  startTime: required(integer(0)),
  endTime: required(integer(0)),
  queryString: required(text({ max: 10_000 })),
  limit: integer(1, maxLimit),
};
type StartInput = InputOf<typeof startMembers>;

const defaultLimit = 10_000;
const maxGroups = 50;
/** "up to 100 concurrent CloudWatch Logs insights queries" */
const maxConcurrent = 100;
/** The twin forgets the oldest of more queries or rows, so that it does not grow for ever. */
const maxRemembered = 1_000;
const maxRememberedRows = 500_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
export const startQuery = operation(startMembers, (input, context) => {
  const { account, now } = context;
  if (input.queryLanguage !== undefined && input.queryLanguage !== 'CWLI')
    throw notSupported(`The query language ${input.queryLanguage}`);
  if (input.endTime < input.startTime) throw invalidParameter('endTime must not be before startTime.');
  // First the query: one that names its groups itself, by SOURCE, is told that the twin cannot do that.
  const query = parseQuery(expandSavedQueries(input.queryString, savedQueries(account)));
  const groups = queriedGroups(account, input);
  const running = [...account.queries.values()].filter(({ isOver }) => !isOver);
  if (running.length >= maxConcurrent)
    throw new Refusal(
      'LimitExceededException',
      `Account maximum query concurrency limit of [${maxConcurrent}] reached.`,
    );
  const run = new InsightsRun({
    queryId: randomUUID(),
    queryString: input.queryString,
    query,
    logGroupNames: groups.map(({ name }) => name),
    limit: writtenLimit(query) ?? input.limit ?? defaultLimit,
    createTime: now,
    encryptionKey: account.resultsKmsKeyId,
    scan: () => groups.flatMap((group) => scanGroup(group, input, context)),
  });
  remember(account, run);
  void run.run(account.settings.queryDelayMs);
  return { queryId: run.started.queryId };
});

/** The one that was saved last comes last. */
function savedQueries({ definitions }: Account): readonly QueryDefinition[] {
  return [...definitions.values()]
    .filter(({ queryLanguage }) => queryLanguage === 'CWLI')
    .toSorted((a, b) => a.lastModified - b.lastModified);
}

/** The query's own limit comes first. */
function writtenLimit(query: ReturnType<typeof parseQuery>): number | undefined {
  const command = query.findLast(({ kind }) => kind === 'limit');
  return command?.kind === 'limit' ? command.count : undefined;
}

function queriedGroups(account: Account, input: StartInput): readonly LogGroup[] {
  const single = input.logGroupName === undefined ? undefined : [input.logGroupName];
  const given = [single, input.logGroupNames, input.logGroupIdentifiers].filter(
    (names) => names !== undefined,
  );
  const [names = []] = given;
  if (given.length !== 1 || names.length === 0)
    throw invalidParameter(
      'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must name log groups.',
    );
  if (names.length > maxGroups)
    throw invalidParameter(`A query can read up to ${maxGroups} log groups, not ${names.length}.`);
  const groups = [...new Set(names.map((name) => account.identified(name)))];
  const unreadable = groups.find(({ logGroupClass }) => logGroupClass === 'DELIVERY');
  if (unreadable)
    throw invalidParameter(
      `The log group ${unreadable.name} is of class DELIVERY, which has no Logs Insights queries.`,
    );
  return groups;
}

function scanGroup(
  group: LogGroup,
  input: StartInput,
  { account, now }: OperationContext,
): readonly ScannedStream[] {
  account.settle(group, now);
  return [...group.streams.values()].map(({ name, events }) => ({
    log: `${account.settings.accountId}:${group.name}`,
    logStream: name,
    discoversFields: group.logGroupClass === 'STANDARD',
    events: events.slice(
      indexAfter(events, positionBefore(input.startTime * 1_000)),
      indexAfter(events, positionAfter(input.endTime * 1_000)),
    ),
  }));
}

function remember({ queries }: Account, run: InsightsRun): void {
  let rows = 0;
  for (const [index, one] of [...queries.values()].toReversed().entries()) {
    rows += one.results.length;
    if (one.isOver && (index >= maxRemembered - 1 || rows > maxRememberedRows))
      queries.delete(one.started.queryId);
  }
  queries.set(run.started.queryId, run);
}

const queryId = required(text({ min: 1, max: 256 }));
const resultMembers = { queryId, nextToken: text({ max: 1_024 }), maxItems: integer(0, 10_000) };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html */
export const getQueryResults = operation(resultMembers, (input, { account }) => {
  const run = theRun(account, input.queryId);
  const { results, status, statistics, started } = run;
  const begin = offsetOf(input.nextToken);
  const end = begin + (input.maxItems || 10_000);
  return {
    queryLanguage: 'CWLI',
    results: results.slice(begin, end),
    statistics: {
      ...statistics,
      estimatedRecordsSkipped: 0,
      estimatedBytesSkipped: 0,
      logGroupsScanned: started.logGroupNames.length,
      ...(status === 'Complete' ? { resultCount: results.length } : {}),
    },
    status,
    ...(started.encryptionKey === undefined ? {} : { encryptionKey: started.encryptionKey }),
    ...(end < results.length ? { nextToken: writeToken(String(end)) } : {}),
  };
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StopQuery.html */
export const stopQuery = operation({ queryId }, (input, { account }) => {
  const run = theRun(account, input.queryId);
  if (run.isOver) throw invalidParameter(`The query ${input.queryId} is not running: it is ${run.status}.`);
  run.cancel();
  return { success: true };
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroupsForQuery.html */
export const listLogGroupsForQuery = operation(
  { queryId, nextToken, maxResults: integer(50, 500) },
  (input, { account }) => ({
    logGroupIdentifiers: theRun(account, input.queryId).started.logGroupNames.map((name) =>
      account.arnOf(name),
    ),
  }),
);

function theRun(account: Account, queryId: string): InsightsRun {
  const run = account.queries.get(queryId);
  if (!run) throw notFound(`The query ${queryId} does not exist.`);
  return run;
}

const describeMembers = {
  logGroupName,
  status: oneOf(['Scheduled', 'Running', 'Complete', 'Failed', 'Cancelled', 'Timeout', 'Unknown']),
  maxResults: integer(1, 1_000),
  nextToken,
  queryLanguage: languages,
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueries.html */
export const describeQueries = operation(describeMembers, (input, { account }) => {
  const selected = [...account.queries.values()]
    .filter(() => (input.queryLanguage ?? 'CWLI') === 'CWLI')
    .filter(({ status }) => input.status === undefined || input.status === status)
    .filter(
      ({ started }) => input.logGroupName === undefined || started.logGroupNames.includes(input.logGroupName),
    )
    .toReversed();
  const begin = offsetOf(input.nextToken);
  const end = begin + (input.maxResults ?? 1_000);
  return {
    queries: selected.slice(begin, end).map(describeRun),
    ...(end < selected.length ? { nextToken: writeToken(String(end)) } : {}),
  };
});

function describeRun({ started, status, statistics }: InsightsRun): Record<string, unknown> {
  return {
    queryLanguage: 'CWLI',
    queryId: started.queryId,
    queryString: started.queryString,
    status,
    createTime: started.createTime,
    logGroupName: started.logGroupNames[0],
    bytesScanned: statistics.bytesScanned,
  };
}
