/** A Live Tail session: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
import { randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import type { LogGroup } from './log-group.ts';
import type { LogEvent } from './log-stream.ts';

/** "A sessionResults array can include as many as 500 log events." */
const maxEventsPerUpdate = 500;
/** What one message of an event stream can hold, with some room for the rest of it. */
const maxBytesPerUpdate = 15 * 1_048_576;
/** "Live Tail sessions time out after three hours." */
const lifetimeMs = 3 * 3_600_000;

export interface LiveTailRequest {
  readonly groups: readonly LogGroup[];
  readonly logStreamNames: readonly string[] | undefined;
  readonly logStreamNamePrefixes: readonly string[] | undefined;
  readonly logEventFilterPattern: string | undefined;
  readonly isWanted: (message: string) => boolean;
}

interface Matched {
  readonly group: LogGroup;
  readonly logStreamName: string;
  readonly event: LogEvent;
}

export interface LiveTailUpdate {
  readonly sessionMetadata: { readonly sampled: boolean };
  readonly sessionResults: readonly Readonly<Record<string, unknown>>[];
}

export class LiveTailSession {
  /** Called when somebody ends the session from outside. */
  onCut: (() => void) | undefined;
  readonly #account: Account;
  readonly #request: LiveTailRequest;
  readonly #endsAt: number;
  #kept: Matched[] = [];
  #matchedCount = 0;

  /** The account shows it what is ingested, until it is closed. */
  constructor(account: Account, request: LiveTailRequest, now: number) {
    account.liveTails.add(this);
    this.#account = account;
    this.#request = request;
    this.#endsAt = now + lifetimeMs;
  }

  /** The first event. */
  start(): Record<string, unknown> {
    const { logStreamNames, logStreamNamePrefixes, logEventFilterPattern } = this.#request;
    return {
      requestId: randomUUID(),
      sessionId: randomUUID(),
      logGroupIdentifiers: this.#request.groups.map(({ arn }) => arn),
      ...(logStreamNames ? { logStreamNames } : {}),
      ...(logStreamNamePrefixes ? { logStreamNamePrefixes } : {}),
      ...(logEventFilterPattern === undefined ? {} : { logEventFilterPattern }),
    };
  }

  hasTimedOut(now: number): boolean {
    return now >= this.#endsAt;
  }

  /** An event that has just been ingested. Of very many, each is kept with the same chance. */
  offer(group: LogGroup, logStreamName: string, event: LogEvent): void {
    if (!this.#request.groups.includes(group) || !this.#isStreamWanted(logStreamName)) return;
    if (!this.#request.isWanted(event.message)) return;
    const place = this.#matchedCount++;
    const chosen = place < maxEventsPerUpdate ? place : Math.floor(Math.random() * this.#matchedCount);
    if (chosen < maxEventsPerUpdate) this.#kept[chosen] = { group, logStreamName, event };
  }

  #isStreamWanted(name: string): boolean {
    const { logStreamNames, logStreamNamePrefixes } = this.#request;
    if (logStreamNames) return logStreamNames.includes(name);
    return logStreamNamePrefixes?.some((prefix) => name.startsWith(prefix)) ?? true;
  }

  /** What came since the last one. */
  takeUpdate(now: number): LiveTailUpdate {
    for (const group of this.#request.groups) this.#account.settle(group, now);
    const kept = this.#kept.sort((a, b) => a.event.sequence - b.event.sequence);
    const matchedCount = this.#matchedCount;
    this.#kept = [];
    this.#matchedCount = 0;
    const sessionResults = fitting(kept.map(describe));
    return { sessionMetadata: { sampled: sessionResults.length < matchedCount }, sessionResults };
  }

  /** Ends the session as a broken connection does. */
  cut(): void {
    this.onCut?.();
  }

  /** Its client has gone. */
  close(): void {
    this.#account.liveTails.delete(this);
  }
}

function describe({ group, logStreamName, event }: Matched): Record<string, unknown> {
  const { message, timestamp, ingestionTime } = event;
  return { logStreamName, logGroupIdentifier: group.arn, message, timestamp, ingestionTime };
}

function fitting(results: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  let bytes = 0;
  const end = results.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > maxBytesPerUpdate;
  });
  return end < 0 ? results : results.slice(0, end);
}
