/** PutLogEvents. */
import { logGroupName, logStreamName } from '../common-members.ts';
import { type InputOf, integer, isRecord, list, map, required, structure, text } from '../members.ts';
import { operation, type OperationContext } from '../operation.ts';
import { invalidParameter, notSupported, Refusal } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { maskMessage } from '../state/data-protection.ts';
import type { LogGroup } from '../state/log-group.ts';
import { bytesOf, type LogStream } from '../state/log-stream.ts';

const hourMs = 3_600_000;

/** The limits of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const putLimits = {
  events: 10_000,
  /** Of all messages in UTF-8, plus 26 for each event. One event may fill the batch. */
  batchBytes: 1_048_576,
  spanMs: 24 * hourMs,
  pastMs: 14 * 24 * hourMs,
  futureMs: 2 * hourMs,
} as const;

const logEvent = structure({ timestamp: required(integer(0)), message: required(text({ min: 1 })) });
const anyEvents = list(logEvent, { min: 1, max: putLimits.events });

/** Nearly all batches are as they should be: those are taken as they came, and nothing is built for each event. */
const logEvents: typeof anyEvents = (value, path, problems) =>
  isBatch(value) ? value : anyEvents(value, path, problems);

type Batch = NonNullable<ReturnType<typeof anyEvents>>;

function isBatch(value: unknown): value is Batch {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= putLimits.events && value.every(isLogEvent)
  );
}

function isLogEvent(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { timestamp, message } = value;
  return (
    Number.isInteger(timestamp) && Number(timestamp) >= 0 && typeof message === 'string' && message !== ''
  );
}

const members = {
  logGroupName: required(logGroupName),
  logStreamName: required(logStreamName),
  logEvents: required(logEvents),
  /** "now ignored". */
  sequenceToken: text({ min: 1 }),
  entity: structure({
    keyAttributes: map(text({ min: 1, max: 32 }), text({ min: 1, max: 512 }), { min: 2, max: 4 }),
    attributes: map(text({ min: 1, max: 256 }), text({ min: 1, max: 512 }), { max: 10 }),
  }),
};
type Events = InputOf<typeof members>['logEvents'];

export const putLogEvents = operation(members, (input, context) => {
  const { account, now } = context;
  if (input.entity) throw notSupported('An entity of log events');
  const { logEvents } = input;
  const group = account.group(input.logGroupName);
  const stream = account.stream(group, input.logStreamName);
  refuseTooLarge(logEvents);
  refuseDisorder(logEvents);
  const { accepted, rejectedLogEventsInfo } = resolveWindow(logEvents, account.expiryOf(group, now), now);
  refuseLongSpan(accepted);
  refuseOverflow(account);
  store(accepted, stream, group, context);
  return {
    nextSequenceToken: String(account.nextSequence()).padStart(56, '4'),
    ...(rejectedLogEventsInfo === undefined ? {} : { rejectedLogEventsInfo }),
  };
});

function refuseTooLarge(events: Events): void {
  let total = 0;
  for (const { message } of events) {
    const bytes = bytesOf(message);
    if (bytes > putLimits.batchBytes)
      throw invalidParameter(`Log event too large: ${bytes} bytes exceeds limit of ${putLimits.batchBytes}`);
    total += bytes;
  }
  if (total > putLimits.batchBytes)
    throw invalidParameter(`Upload too large: ${total} bytes exceeds limit of ${putLimits.batchBytes}`);
}

function refuseDisorder(events: Events): void {
  const late = events.findIndex(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0));
  if (late >= 0)
    throw invalidParameter(
      `Log events in a single PutLogEvents request must be in chronological order; event ${late} is older than the one before it.`,
    );
}

/** Only valid events count for the span. */
function refuseLongSpan(accepted: Events): void {
  const first = accepted[0]?.timestamp ?? 0;
  const last = accepted.at(-1)?.timestamp ?? 0;
  if (last - first > putLimits.spanMs)
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
}

/** AWS keeps as much as it is paid for; this is the twin's own limit. */
function refuseOverflow(account: Account): void {
  const { maxStoredBytes } = account.settings;
  if (account.storedBytes() >= maxStoredBytes)
    throw new Refusal(
      'ServiceUnavailableException',
      `The twin is full: it keeps events in memory, up to ${maxStoredBytes} bytes. Delete groups or streams, set a retention, or raise --max-stored-bytes.`,
    );
}

interface Window {
  readonly accepted: Events;
  readonly rejectedLogEventsInfo: Readonly<Record<string, number>> | undefined;
}

/**
 * Events are in order, so each kind of rejected ones is a run at one end:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_RejectedLogEventsInfo.html
 */
function resolveWindow(events: Events, expiry: number, now: number): Window {
  const countBefore = (time: number): number => {
    const index = events.findIndex(({ timestamp }) => timestamp >= time);
    return index < 0 ? events.length : index;
  };
  const tooOld = countBefore(now - putLimits.pastMs);
  const expired = countBefore(expiry);
  const tooNew = countBefore(now + putLimits.futureMs + 1);
  const info = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
  };
  return {
    accepted: events.slice(Math.max(tooOld, expired), tooNew),
    rejectedLogEventsInfo: Object.keys(info).length > 0 ? info : undefined,
  };
}

function store(accepted: Events, stream: LogStream, group: LogGroup, context: OperationContext): void {
  const { account, now, effects } = context;
  const mask = account.maskOf(group);
  const events = accepted.map(({ timestamp, message }) => {
    const shown = mask ? maskMessage(message, mask) : message;
    const event = { timestamp, ingestionTime: now, message: shown, sequence: account.nextSequence() };
    return shown === message ? event : { ...event, unmasked: message };
  });
  const batch = { stream, events, isLost: effects.isLost };
  if (effects.lateMs > 0) group.late = [...group.late, { ...batch, visibleFrom: now + effects.lateMs }];
  else account.deliver(group, batch);
}
