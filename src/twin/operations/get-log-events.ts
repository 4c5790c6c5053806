/** GetLogEvents. */
import { logGroupIdentifier, logGroupName, logStreamName, nextToken } from '../common-members.ts';
import { flag, type InputOf, integer, required } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter } from '../refusal.ts';
import { eventIdOf, positionOf } from '../state/event-id.ts';
import {
  bytesOf,
  indexAfter,
  type LogEvent,
  positionAfter,
  positionBefore,
  type Position,
  shownMessage,
} from '../state/log-stream.ts';
import { groupOf } from './group-of.ts';
import { maxEventsPerPage, maxPageBytes } from './page-limits.ts';
import { refuseOtherClasses } from './refuse-other-classes.ts';

const members = {
  logGroupName,
  logGroupIdentifier,
  logStreamName: required(logStreamName),
  startTime: integer(0),
  endTime: integer(0),
  nextToken,
  limit: integer(1, maxEventsPerPage),
  startFromHead: flag,
  unmask: flag,
};
type Input = InputOf<typeof members>;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 *
 * Tokens name a place between two events: `f/…` goes on after it, `b/…` before it. At an end of the stream
 * the token passed in comes back. Events of a page are always oldest first.
 */
export const getLogEvents = operation(members, (input, { account, now }) => {
  const group = groupOf(account, input);
  refuseOtherClasses(group, 'GetLogEvents');
  const stream = account.stream(group, input.logStreamName);
  account.settle(group, now);
  const inRange = cutToRange(stream.events, input);
  const { begin, end } = resolvePage(inRange, input);
  const page = inRange.slice(begin, end);
  return {
    events: page.map((event) => ({
      timestamp: event.timestamp,
      message: shownMessage(event, input),
      ingestionTime: event.ingestionTime,
    })),
    nextForwardToken: `f/${eventIdOf(placeBefore(inRange, end, input))}`,
    nextBackwardToken: `b/${eventIdOf(placeBefore(inRange, begin, input))}`,
  };
});

/** `startTime` is in the range, `endTime` is not. */
function cutToRange(events: readonly LogEvent[], { startTime, endTime }: Input): readonly LogEvent[] {
  const begin = startTime === undefined ? 0 : indexAfter(events, positionBefore(startTime));
  const end = endTime === undefined ? events.length : indexAfter(events, positionBefore(endTime));
  return events.slice(begin, end);
}

interface Bounds {
  readonly begin: number;
  readonly end: number;
}

function resolvePage(events: readonly LogEvent[], input: Input): Bounds {
  const token = readToken(input);
  const limit = input.limit ?? maxEventsPerPage;
  if (!token) return input.startFromHead ? forward(events, 0, limit) : backward(events, events.length, limit);
  const at = indexAfter(events, token.position);
  return token.isForward ? forward(events, at, limit) : backward(events, at, limit);
}

function readToken({
  nextToken,
  startFromHead,
}: Input): { isForward: boolean; position: Position } | undefined {
  if (nextToken === undefined) return undefined;
  const position = positionOf(nextToken.slice(2));
  const isForward = nextToken.startsWith('f/');
  if (!position || !(isForward || nextToken.startsWith('b/')))
    throw invalidParameter('The specified nextToken is invalid.');
  if (isForward && !startFromHead)
    throw invalidParameter('With a nextForwardToken as nextToken, startFromHead must be true.');
  return { isForward, position };
}

function forward(events: readonly LogEvent[], begin: number, limit: number): Bounds {
  let bytes = 0;
  let end = begin;
  while (end < events.length && end - begin < limit) {
    bytes += bytesOf(events[end]?.message ?? '');
    if (bytes > maxPageBytes && end > begin) break;
    end++;
  }
  return { begin, end };
}

function backward(events: readonly LogEvent[], end: number, limit: number): Bounds {
  let bytes = 0;
  let begin = end;
  while (begin > 0 && end - begin < limit) {
    bytes += bytesOf(events[begin - 1]?.message ?? '');
    if (bytes > maxPageBytes && begin < end) break;
    begin--;
  }
  return { begin, end };
}

/** The place right after the event before `index`; before the first one, the beginning of the range. */
function placeBefore(
  events: readonly LogEvent[],
  index: number,
  { startTime = 0, nextToken }: Input,
): Position {
  const event = events[index - 1];
  if (event) return event;
  const first = events[0];
  if (first) return { ...positionBefore(first.timestamp), ingestionTime: 0, sequence: 0 };
  return (
    positionOf(nextToken?.slice(2) ?? '') ??
    (startTime === 0 ? positionBefore(0) : positionAfter(startTime - 1))
  );
}
