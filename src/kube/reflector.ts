/**
 * Keeps a store equal to one kind of objects on the API server: list, then watch from there, for ever.
 * Rules of client-go's reflector and of https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import { messageOf } from '../kernel/errors.ts';
import { objectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { KubeObject } from '../kernel/object-meta.ts';
import { backoffMs } from './backoff.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { isGone, isNotFound, KubeError } from './kube-errors.ts';
import { listPages, type ListScope, type ListTransport } from './list-pages.ts';
import { storedOf, watchOnce, WatchFailure, type WatchEvent, type WatchTransport } from './watch-once.ts';

/** Where objects go; `Store` is one. */
export interface ReflectorSink<T> {
  replace(objects: readonly T[], untouched: ReadonlySet<ObjectKey>): void;
  upsert(object: T): void;
  remove(object: { readonly namespace: string; readonly name: string; readonly uid: string }): void;
}

export interface ReflectorFailure {
  /** A KubeError's reason, `Silence`, `WatchClosed` or `Unexpected`. */
  readonly reason: string;
  readonly message: string;
  /** Of the first failure in a row; milliseconds since the epoch. */
  readonly since: number;
}

/** For logs and metrics; `resource` is the watch's title. Must not throw. */
export interface ReflectorObserver {
  onList(resource: string, list: { readonly count: number; readonly durationMs: number }): void;
  onFailure(resource: string, failure: ReflectorFailure & { readonly retryInMs: number }): void;
  onRecovery(resource: string, afterMs: number): void;
  /** Decoding or storing one object failed; the others go on. */
  onObjectError(resource: string, key: ObjectKey, error: Error): void;
}

export interface ReflectorOptions<T> extends Omit<ListScope, 'signal'> {
  readonly transport: ListTransport & WatchTransport;
  /** Tells watches of one resource apart; default the plural, as in URLs. */
  readonly title?: string;
  /** What is kept of an object; undefined keeps nothing of it. */
  readonly decode: (object: KubeObject) => T | undefined;
  readonly sink: ReflectorSink<T>;
  readonly observer?: ReflectorObserver;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/** For readiness and metrics. Times in milliseconds since the epoch. */
export interface ReflectorState {
  /** One complete list has been stored. Stays true when the watch fails later: see `failing`. */
  readonly synced: boolean;
  /** When the last complete list began: what was written before is in the store. */
  readonly lastListAt: number | undefined;
  /** The last line of a watch, bookmarks included. */
  readonly lastEventAt: number | undefined;
  readonly failing: ReflectorFailure | undefined;
}

/** A watch that ends sooner than this, without an event, counts as a failure. */
const shortWatchMs = 1000;

/** Watches that fail in a row where the server keeps answering: its state and ours may have parted. */
const maxStreamFailures = 3;

export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #resource: string;
  #state: ReflectorState = {
    synced: false,
    lastListAt: undefined,
    lastEventAt: undefined,
    failing: undefined,
  };
  /** Where the watch goes on; undefined: list first. */
  #resourceVersion: string | undefined;
  #failures = 0;
  #streamFailures = 0;
  /** The last answer was that the version has expired. */
  #isExpired = false;
  /** No answer came to the last try. */
  #isUnanswered = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#resource = options.title ?? options.target.resource;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** Resolves only when `signal` is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#resourceVersion ??= await this.#list(signal);
        await this.#watch(this.#resourceVersion, signal);
      } catch (error) {
        await this.#onFailure(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const startedAt = this.#clock.now();
    const lastListAt = this.#clock.date().getTime();
    const objects: T[] = [];
    const undecoded = new Set<ObjectKey>();
    const list = await listPages(this.#options.transport, { ...this.#options, signal }, (object) => {
      const isDecoded = this.#guard(object, () => {
        const decoded = this.#options.decode(object);
        if (decoded !== undefined) objects.push(decoded);
      });
      if (!isDecoded) undecoded.add(keyOf(object));
    });
    this.#options.sink.replace(objects, undecoded);
    this.#state = { ...this.#state, synced: true, lastListAt };
    this.#options.observer?.onList(this.#resource, {
      count: list.count,
      durationMs: this.#clock.now() - startedAt,
    });
    return list.resourceVersion;
  }

  /** One watch until the server ends it in order. */
  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const openedAt = this.#clock.now();
    let events = 0;
    await watchOnce(this.#options.transport, {
      ...this.#options,
      clock: this.#clock,
      random: this.#random,
      resourceVersion,
      signal,
      onOpen: () => this.#onRecovery(),
      onEvent: (event) => {
        events += 1;
        this.#apply(event);
      },
    });
    if (events === 0 && this.#clock.now() - openedAt < shortWatchMs) {
      throw new WatchFailure('WatchClosed', 'the API server ended the watch at once, without an event');
    }
    this.#succeeded();
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#isExpired = false;
  }

  #apply({ type, object }: WatchEvent): void {
    this.#succeeded();
    this.#streamFailures = 0;
    this.#state = { ...this.#state, lastEventAt: this.#clock.date().getTime() };
    if (type !== 'BOOKMARK') {
      this.#guard(object, () => {
        const decoded = type === 'DELETED' ? undefined : this.#options.decode(object);
        if (decoded === undefined) this.#options.sink.remove(storedOf(object));
        else this.#options.sink.upsert(decoded);
      });
    }
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  /** Whether the action went well; one bad object must not stop the others. */
  #guard(object: KubeObject, action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      const told = error instanceof Error ? error : new Error(messageOf(error));
      this.#options.observer?.onObjectError(this.#resource, keyOf(object), told);
      return false;
    }
  }

  async #onFailure(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const wasExpired = this.#isExpired;
    this.#isExpired = isGone(error);
    this.#countFailure(error);
    if (this.#needsList(error)) this.#resourceVersion = undefined;
    // An expired watch is the ordinary way to learn that a list is due, also after every restart of the API server.
    if (this.#isExpired && !wasExpired) return;
    const failure = this.#failureOf(error);
    const retryAfterMs = error instanceof KubeError ? error.retryAfterMs : undefined;
    const retryInMs = backoffMs(this.#failures, this.#random(), retryAfterMs);
    this.#state = { ...this.#state, failing: failure };
    this.#options.observer?.onFailure(this.#resource, { ...failure, retryInMs });
    await sleep(this.#clock, retryInMs, signal);
  }

  /** A server that answers again is back: patience with its absence is no measure for patience with its answers. */
  #countFailure(error: unknown): void {
    const wasUnanswered = this.#isUnanswered;
    this.#isUnanswered = error instanceof KubeError && error.status === 0;
    this.#failures = wasUnanswered && error instanceof KubeError && error.status > 0 ? 1 : this.#failures + 1;
    this.#streamFailures += this.#isUnanswered ? 0 : 1;
  }

  /** A kind that was gone may come back with other objects, whatever their versions. */
  #needsList(error: unknown): boolean {
    if (this.#streamFailures >= maxStreamFailures) {
      this.#streamFailures = 0;
      return true;
    }
    return isGone(error) || isNotFound(error);
  }

  #failureOf(error: unknown): ReflectorFailure {
    const known = error instanceof KubeError || error instanceof WatchFailure;
    return {
      reason: known ? error.reason : 'Unexpected',
      message: messageOf(error),
      since: this.#state.failing?.since ?? this.#clock.date().getTime(),
    };
  }

  #onRecovery(): void {
    const { failing } = this.#state;
    if (failing === undefined) return;
    this.#state = { ...this.#state, failing: undefined };
    this.#options.observer?.onRecovery(this.#resource, this.#clock.date().getTime() - failing.since);
  }
}

function keyOf(object: KubeObject): ObjectKey {
  return objectKey(object.metadata);
}
