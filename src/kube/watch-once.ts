/** One watch: events from a resource version on, until the server ends it or something breaks. */
import type { KubeObject } from '../kernel/object-meta.ts';
import type { Clock } from './clock.ts';
import { skipManagedFields } from './skip-managed-fields.ts';
import { metadataOnly as metadataAccept } from './transport.ts';
import { resourcePath, type Query, type ResourceTarget } from './resource-path.ts';
import { errorOfStatus } from './translate-failure.ts';

/** The part of `Transport` that watches. */
export interface WatchTransport {
  stream(
    path: string,
    query: Query,
    options: { readonly signal: AbortSignal; readonly accept?: string },
  ): Promise<AsyncIterable<string>>;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

interface Watch {
  readonly target: ResourceTarget;
  readonly metadataOnly?: boolean;
  readonly manager?: string;
  readonly query?: Query;
  readonly resourceVersion: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** The server has accepted. */
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
}

/** A watch that ended otherwise than by an answer of the server; `reason` as a KubeError's. */
export class WatchFailure extends Error {
  override readonly name = 'WatchFailure';
  readonly reason: 'Silence' | 'WatchClosed' | 'MalformedEvent';

  constructor(reason: WatchFailure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Bookmarks come about once a minute, so that this much silence is a dead connection. */
const silenceMs = 70_000;

/** Random, so that many watches don't end together; client-go's spread. */
const timeoutSeconds = { from: 290, to: 580 };

/**
 * Resolves when the server ends the watch in order. Throws `KubeError` for its refusals and ERROR events
 * (410: list again) and for a broken connection, `WatchFailure` for silence and for lines that are no
 * event, and the signal's reason when that is aborted.
 */
export async function watchOnce(transport: WatchTransport, watch: Watch): Promise<void> {
  const ended = new AbortController();
  const watchdog = new Watchdog(watch.clock, () =>
    ended.abort(new WatchFailure('Silence', `nothing came for ${silenceMs / 1000} s, not even a bookmark`)),
  );
  const onAbort = (): void => ended.abort(watch.signal.reason);
  watch.signal.addEventListener('abort', onAbort);
  if (watch.signal.aborted) onAbort();
  try {
    const lines = await transport.stream(resourcePath(watch.target), queryOf(watch), {
      signal: ended.signal,
      accept: watch.metadataOnly ? metadataAccept.object : 'application/json',
    });
    watch.onOpen();
    const path = resourcePath(watch.target);
    for await (const line of lines) {
      watchdog.feed();
      watch.onEvent(parseEvent(readableOf(line, watch), path));
    }
  } finally {
    watchdog.stop();
    watch.signal.removeEventListener('abort', onAbort);
  }
}

function queryOf({ query, resourceVersion, random }: Watch): Query {
  const { from, to } = timeoutSeconds;
  return {
    ...query,
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion,
    timeoutSeconds: from + Math.floor(random() * (to - from + 1)),
  };
}

function readableOf(line: string, { metadataOnly = false, manager }: Watch): string {
  return metadataOnly && manager !== undefined ? skipManagedFields(line, manager) : line;
}

function parseEvent(line: string, path: string): WatchEvent {
  const event = parseJson(line);
  if (event?.type === 'ERROR') {
    throw errorOfStatus({ method: 'WATCH', path }, event.object ?? {});
  }
  if (!isWatchEvent(event)) {
    throw new WatchFailure('MalformedEvent', `a line of the watch on ${path} is not a watch event`);
  }
  return event;
}

function parseJson(line: string): { readonly type?: unknown; readonly object?: unknown } | null {
  try {
    return JSON.parse(line) as { type?: unknown } | null;
  } catch {
    return null;
  }
}

const eventTypes: readonly unknown[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];

function isWatchEvent(event: { type?: unknown; object?: unknown } | null): event is WatchEvent {
  return (
    eventTypes.includes(event?.type) && (event?.object as Partial<KubeObject> | null)?.metadata !== undefined
  );
}

/** Name, namespace and UID of an object: enough to remove it. */
export function storedOf({ metadata }: KubeObject): { namespace: string; name: string; uid: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid };
}

/** One timer that is moved on rather than made anew with every line: a busy watch has thousands a second. */
class Watchdog {
  readonly #clock: Clock;
  readonly #bark: () => void;
  #fedAt: number;
  #cancel: () => void;

  constructor(clock: Clock, bark: () => void) {
    this.#clock = clock;
    this.#bark = bark;
    this.#fedAt = clock.now();
    this.#cancel = clock.schedule(silenceMs, this.#check);
  }

  feed(): void {
    this.#fedAt = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  readonly #check = (): void => {
    const left = silenceMs - (this.#clock.now() - this.#fedAt);
    if (left <= 0) this.#bark();
    else this.#cancel = this.#clock.schedule(left, this.#check);
  };
}
