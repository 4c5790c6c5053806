/** FilterLogEvents. */
import { logGroupIdentifier, logGroupName, logStreamName, nextToken } from '../common-members.ts';
import { compilePattern } from '../filter-pattern/compile-pattern.ts';
import { flag, type InputOf, integer, list, text } from '../members.ts';
import { operation } from '../operation.ts';
import { readToken, writeToken } from '../page.ts';
import { invalidParameter } from '../refusal.ts';
import { eventIdOf, positionOf } from '../state/event-id.ts';
import type { LogGroup } from '../state/log-group.ts';
import {
  bytesOf,
  type LogStream,
  positionAfter,
  positionBefore,
  type Position,
  shownMessage,
} from '../state/log-stream.ts';
import { type Direction, mergeStreams, type StreamEvent } from '../state/merge-streams.ts';
import { groupOf } from './group-of.ts';
import { maxEventsPerPage, maxPageBytes, maxScannedPerPage } from './page-limits.ts';
import { refuseOtherClasses } from './refuse-other-classes.ts';

const members = {
  logGroupName,
  logGroupIdentifier,
  logStreamNames: list(logStreamName, { min: 1, max: 100 }),
  logStreamNamePrefix: logStreamName,
  startTime: integer(0),
  endTime: integer(0),
  filterPattern: text({ max: 1_024 }),
  nextToken,
  limit: integer(1, maxEventsPerPage),
  startFromHead: flag,
  /** "this parameter is ignored" since June 17, 2019. */
  interleaved: flag,
  unmask: flag,
};
type Input = InputOf<typeof members>;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents = operation(members, (input, { account, now }) => {
  const group = groupOf(account, input);
  refuseOtherClasses(group, 'FilterLogEvents');
  const isWanted = compilePattern(input.filterPattern ?? '');
  refuseBackwardInThePast(input);
  account.settle(group, now);
  const page = readPage(selectStreams(group, input), input, isWanted);
  return {
    events: page.events.map(({ event, logStreamName }) => ({
      logStreamName,
      timestamp: event.timestamp,
      message: shownMessage(event, input),
      ingestionTime: event.ingestionTime,
      eventId: eventIdOf(event),
    })),
    // "This parameter returns an empty list" since May 15, 2020.
    searchedLogStreams: [],
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
});

const year2024 = Date.UTC(2024, 0, 1);

function refuseBackwardInThePast({ startFromHead, startTime = 0, nextToken }: Input): void {
  if (startFromHead === false && nextToken === undefined && startTime < year2024)
    throw invalidParameter(
      'startFromHead can be false only if startTime is on or after Jan 1, 2024 00:00:00 UTC.',
    );
}

function selectStreams(
  group: LogGroup,
  { logStreamNames, logStreamNamePrefix }: Input,
): readonly LogStream[] {
  if (logStreamNames && logStreamNamePrefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be given.');
  const streams = [...group.streams.values()];
  if (!logStreamNames) return streams.filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''));
  const wanted = new Set(logStreamNames);
  return streams.filter(({ name }) => wanted.has(name));
}

interface EventPage {
  readonly events: readonly StreamEvent[];
  readonly nextToken?: string;
}

function readPage(
  streams: readonly LogStream[],
  input: Input,
  isWanted: (message: string) => boolean,
): EventPage {
  const { direction, from } = resolveStart(input);
  const events: StreamEvent[] = [];
  const room = { events: input.limit ?? maxEventsPerPage, bytes: maxPageBytes, scanned: maxScannedPerPage };
  let last: Position = from;
  for (const one of mergeStreams(streams, from, direction)) {
    if (isBeyond(one.event.timestamp, input, direction)) return { events };
    const isMatch = isWanted(one.event.message);
    const bytes = isMatch ? bytesOf(one.event.message) : 0;
    const isFull = room.events === 0 || room.scanned === 0 || (room.bytes < bytes && events.length > 0);
    if (isFull) return { events, nextToken: writeToken(`${direction}/${eventIdOf(last)}`) };
    room.scanned--;
    last = one.event;
    if (!isMatch) continue;
    room.events--;
    room.bytes -= bytes;
    events.push(one);
  }
  return { events };
}

/** The token decides the direction, whatever startFromHead says now. */
function resolveStart(input: Input): { readonly direction: Direction; readonly from: Position } {
  if (input.nextToken === undefined) return firstStart(input);
  const [, direction, eventId = ''] = /^(forward|backward)\/(\d+)$/.exec(readToken(input.nextToken)) ?? [];
  const from = positionOf(eventId);
  if (!from) throw invalidParameter('The specified nextToken is invalid.');
  return { direction: direction as Direction, from };
}

function firstStart({ startFromHead = true, startTime = 0, endTime = Infinity }: Input): {
  readonly direction: Direction;
  readonly from: Position;
} {
  return startFromHead
    ? { direction: 'forward', from: positionBefore(startTime) }
    : { direction: 'backward', from: positionAfter(endTime) };
}

/** Both times are in the range. */
function isBeyond(
  timestamp: number,
  { startTime = 0, endTime = Infinity }: Input,
  direction: Direction,
): boolean {
  return direction === 'forward' ? timestamp > endTime : timestamp < startTime;
}
