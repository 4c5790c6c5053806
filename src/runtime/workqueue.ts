/**
 * A queue of keys with the semantics of client-go's util/workqueue: fair (first in, first out), stingy (a key
 * added many times before it is taken is taken once), never the same key in two hands at a time, and a key
 * added while in hand is queued again when it is done.
 */
import { type Clock, systemClock } from './clock.ts';
import { DueHeap } from './due-heap.ts';
import { Fifo } from './fifo.ts';
import { ExponentialBackoff } from './rate-limiter.ts';

export interface WorkqueueOptions {
  readonly clock?: Clock;
  /** Delays of `addWithBackoff`; default 5 ms doubling up to 60 s. */
  readonly backoff?: ExponentialBackoff;
}

/** setTimeout fires at once for longer delays; a timer that fires early just looks again. */
const longestTimerMs = 2 ** 31 - 1;

export class Workqueue {
  /** In order of taking. Every key in it is in `#dirty` and not in `#processing`. */
  readonly #queue = new Fifo<string>();
  /** Keys that need work: those in `#queue`, and those in `#processing` that were added again meanwhile. */
  readonly #dirty = new Set<string>();
  /** Keys in hand: taken by `get`, not yet `done`. May be dirty too, but is never in `#queue`. */
  readonly #processing = new Set<string>();
  /** Keys to be added later; one that is added before keeps its place here. */
  readonly #delayed = new DueHeap();
  /** Calls of `get` without a key yet; empty while `#queue` is not. */
  readonly #waiting = new Fifo<(key: string | undefined) => void>();
  readonly #clock: Clock;
  readonly #backoff: ExponentialBackoff;
  #shuttingDown = false;
  #drained: (() => void)[] = [];
  #timer: { readonly dueAt: number; readonly cancel: () => void } | undefined;

  constructor({ clock = systemClock, backoff = new ExponentialBackoff() }: WorkqueueOptions = {}) {
    this.#clock = clock;
    this.#backoff = backoff;
  }

  /** Keys ready to be taken; those in hand and those waiting for their time not counted. */
  get depth(): number {
    return this.#queue.size;
  }

  /** Keys waiting for their time. */
  get delayed(): number {
    return this.#delayed.size;
  }

  /** Keys in hand. */
  get inHand(): number {
    return this.#processing.size;
  }

  get shuttingDown(): boolean {
    return this.#shuttingDown;
  }

  /** Marks the key as needing work. Does nothing after shutdown. */
  add(key: string): void {
    if (this.#shuttingDown || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#offer(key);
  }

  /** Adds the key after `delayMs`; of several delays of one key the one that ends first counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#shuttingDown) return;
    // Not `<= 0`: a delay that is not a number means now, too.
    if (!(delayMs > 0)) {
      this.add(key);
      return;
    }
    this.#delayed.add(key, this.#clock.now() + delayMs);
    this.#setTimer();
  }

  /** Adds the key after its backoff, which grows with each call until `forget`, or `atLeastMs` if that is longer; returns the delay in ms. */
  addWithBackoff(key: string, atLeastMs = 0): number {
    const delayMs = Math.max(this.#backoff.next(key), atLeastMs);
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** The key succeeded, or is given up: its next backoff begins anew. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** How often the key was added with backoff since it was last forgotten. */
  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  /** The next key, which the caller must hand to `done`; undefined once shut down and empty. */
  get(): Promise<string | undefined> {
    const key = this.#queue.shift();
    if (key !== undefined) {
      this.#take(key);
      return Promise.resolve(key);
    }
    if (this.#shuttingDown) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The key is out of hand; if it was added meanwhile it is queued again. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#offer(key);
    this.#tellIfDrained();
  }

  /** Takes no more keys and drops delayed ones; those queued are still given out. */
  shutDown(): void {
    this.#shuttingDown = true;
    this.#delayed.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#waiting.size > 0) this.#waiting.shift()?.(undefined);
  }

  /** Like `shutDown`; resolves when all queued keys have been taken and done. */
  shutDownWithDrain(): Promise<void> {
    this.shutDown();
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#tellIfDrained();
    });
  }

  /** Drops what is queued but not in hand; returns how many keys. */
  discard(): number {
    const dropped = this.#queue.size;
    this.#queue.clear();
    this.#dirty.clear();
    this.#delayed.clear();
    this.#tellIfDrained();
    return dropped;
  }

  #offer(key: string): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#queue.push(key);
      return;
    }
    this.#take(key);
    next(key);
  }

  #take(key: string): void {
    this.#processing.add(key);
    this.#dirty.delete(key);
  }

  #tellIfDrained(): void {
    if (!this.#shuttingDown || this.#queue.size > 0 || this.#processing.size > 0) return;
    for (const drained of this.#drained.splice(0)) drained();
  }

  /** One timer for all delayed keys, set to the first. */
  #setTimer(): void {
    const dueAt = this.#delayed.nextDueAt;
    if (dueAt === undefined || (this.#timer && this.#timer.dueAt <= dueAt)) return;
    this.#timer?.cancel();
    const delayMs = Math.min(Math.max(0, dueAt - this.#clock.now()), longestTimerMs);
    this.#timer = { dueAt, cancel: this.#clock.schedule(delayMs, () => this.#addDue()) };
  }

  #addDue(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let key = this.#delayed.takeDue(now); key !== undefined; key = this.#delayed.takeDue(now))
      this.add(key);
    this.#setTimer();
  }
}
