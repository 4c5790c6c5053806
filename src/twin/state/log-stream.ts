/** A log stream and its events. */

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  /** As readers see it: with asterisks for what a data protection policy masks. */
  readonly message: string;
  /** As it came, where that differs. */
  readonly unmasked?: string;
  /** Unique in the account, rising in the order of arrival. */
  readonly sequence: number;
}

/** A place between events: those up to and including it lie before. */
export type Position = Pick<LogEvent, 'timestamp' | 'ingestionTime' | 'sequence'>;

/**
 * By timestamp, ingestion time and order of arrival, see
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function comparePositions(a: Position, b: Position): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || a.sequence - b.sequence;
}

/** AWS counts these bytes for each event on top of its message. */
export const eventOverheadBytes = 26;

export class LogStream {
  readonly name: string;
  readonly creationTime: number;
  lastIngestionTime: number | undefined;
  #events: LogEvent[] = [];
  #isSorted = true;

  constructor(name: string, creationTime: number) {
    this.name = name;
    this.creationTime = creationTime;
  }

  append(event: LogEvent): void {
    const last = this.#events.at(-1);
    if (last && comparePositions(last, event) > 0) this.#isSorted = false;
    this.#events.push(event);
    this.lastIngestionTime = event.ingestionTime;
  }

  /** In the order of `comparePositions`. Sorted at reading, so that late batches cost nothing at writing. */
  get events(): readonly LogEvent[] {
    if (!this.#isSorted) this.#events.sort(comparePositions);
    this.#isSorted = true;
    return this.#events;
  }

  /** Forgets the events before `timestamp`; answers the bytes they took. */
  expireBefore(timestamp: number): number {
    const count = indexAfter(this.events, { timestamp, ingestionTime: -1, sequence: -1 });
    if (count === 0) return 0;
    const expired = this.#events.slice(0, count);
    this.#events = this.#events.slice(count);
    return expired.reduce((bytes, event) => bytes + bytesOf(event.message), 0);
  }
}

export function bytesOf(message: string): number {
  return Buffer.byteLength(message) + eventOverheadBytes;
}

/** What who may unmask gets on demand. */
export function shownMessage(
  { message, unmasked }: LogEvent,
  { unmask }: { readonly unmask: boolean | undefined },
): string {
  return (unmask ? unmasked : undefined) ?? message;
}

/** The index of the first event after `position`. */
export function indexAfter(events: readonly LogEvent[], position: Position): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && comparePositions(event, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Before every event with this timestamp. */
export function positionBefore(timestamp: number): Position {
  return { timestamp, ingestionTime: -1, sequence: -1 };
}

/** After every event with this timestamp. */
export function positionAfter(timestamp: number): Position {
  return { timestamp, ingestionTime: Infinity, sequence: Infinity };
}
