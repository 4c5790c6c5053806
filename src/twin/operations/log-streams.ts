/** CreateLogStream, DeleteLogStream, DescribeLogStreams. */
import { logGroupIdentifier, logGroupName, logStreamName, nextToken } from '../common-members.ts';
import { flag, type InputOf, integer, oneOf, required } from '../members.ts';
import { operation } from '../operation.ts';
import { pageOfSorted } from '../page.ts';
import { invalidParameter, Refusal } from '../refusal.ts';
import { compareNames, type LogGroup } from '../state/log-group.ts';
import { bytesOf, LogStream } from '../state/log-stream.ts';
import { groupOf } from './group-of.ts';

const streamMembers = { logGroupName: required(logGroupName), logStreamName: required(logStreamName) };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const createLogStream = operation(streamMembers, (input, { account, now }) => {
  const { streams } = account.group(input.logGroupName);
  if (streams.has(input.logStreamName))
    throw new Refusal('ResourceAlreadyExistsException', 'The specified log stream already exists');
  streams.set(input.logStreamName, new LogStream(input.logStreamName, now));
  return undefined;
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html */
export const deleteLogStream = operation(streamMembers, (input, { account }) => {
  const group = account.group(input.logGroupName);
  const stream = account.stream(group, input.logStreamName);
  // "blocks all deletion operations": https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html
  if (group.deletionProtectionEnabled)
    throw new Refusal(
      'ValidationException',
      `The log group ${group.name} has deletion protection enabled: disable it first.`,
    );
  for (const { message } of stream.events) group.storedBytes -= bytesOf(message);
  group.streams.delete(stream.name);
  return undefined;
});

const describeMembers = {
  logGroupName,
  logGroupIdentifier,
  logStreamNamePrefix: logStreamName,
  orderBy: oneOf(['LogStreamName', 'LastEventTime']),
  descending: flag,
  nextToken,
  limit: integer(1, 50),
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams = operation(describeMembers, (input, { account, now }) => {
  const group = groupOf(account, input);
  if (input.orderBy === 'LastEventTime' && input.logStreamNamePrefix !== undefined)
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  account.settle(group, now);
  const { items, nextToken } = pageOfStreams(group, input);
  return {
    logStreams: items.map((stream) => describe(stream, group)),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
});

function pageOfStreams(
  group: LogGroup,
  input: InputOf<typeof describeMembers>,
): { readonly items: readonly LogStream[]; readonly nextToken?: string } {
  const { logStreamNamePrefix: prefix = '', orderBy, descending } = input;
  const keyOf = orderBy === 'LastEventTime' ? keyByLastEvent : ({ name }: LogStream): string => name;
  const compareKeys = (a: string, b: string): number =>
    descending ? compareNames(b, a) : compareNames(a, b);
  const streams = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix));
  const sorted = streams.sort((a, b) => compareKeys(keyOf(a), keyOf(b)));
  return pageOfSorted(sorted, { limit: input.limit ?? 50, nextToken: input.nextToken, keyOf }, compareKeys);
}

/** A stream without events counts as the oldest. */
function keyByLastEvent(stream: LogStream): string {
  const last = stream.events.at(-1)?.timestamp ?? 0;
  return `${String(last).padStart(16, '0')} ${stream.name}`;
}

function describe(stream: LogStream, group: LogGroup): Record<string, unknown> {
  const { name, creationTime, events, lastIngestionTime } = stream;
  return {
    logStreamName: name,
    creationTime,
    ...(events.length === 0
      ? {}
      : { firstEventTimestamp: events[0]?.timestamp, lastEventTimestamp: events.at(-1)?.timestamp }),
    ...(lastIngestionTime === undefined ? {} : { lastIngestionTime }),
    // Documented as ignored, and still there.
    uploadSequenceToken: `${creationTime}`,
    arn: `${group.arn}:log-stream:${name}`,
    // "always reported as zero" since June 17, 2019.
    storedBytes: 0,
  };
}
