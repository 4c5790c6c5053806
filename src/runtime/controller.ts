/**
 * Workers that reconcile keys. A reconcile gets nothing but the key; what it returns or throws decides when
 * the key comes back: nothing = done, `requeueAfterMs` = look again then, TerminalError = not before something
 * changes, any other error = again with backoff. This file alone looks at the class of an error.
 */
import { RetryableError, TerminalError } from '../kernel/errors.ts';
import { type Clock, systemClock, timedOut, within } from './clock.ts';
import { ControllerMetrics, type ReconcileOutcome } from './controller-metrics.ts';
import { FailureLog } from './failure-log.ts';
import type { Logger } from './logger.ts';
import type { MetricRegistry } from './metrics.ts';
import { Workqueue } from './workqueue.ts';

/** Waiting is a result, not an error. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a reconcile that is done just returns
export type ReconcileResult = { readonly requeueAfterMs?: number } | undefined | void;

/** Brings the world to what the key asks for. `signal` is aborted when a stop can wait no longer. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

export interface ControllerOptions {
  /** In logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  /** Reconciles at a time; default 1. */
  readonly workers?: number;
  /** Default: a queue of its own. */
  readonly queue?: Workqueue;
  readonly clock?: Clock;
}

export interface StopOptions {
  /** Reconcile what is queued before stopping; default false: it is dropped, and found again by the next start. */
  readonly drain?: boolean;
  /** After so many ms the signal of running reconciles is aborted and they are left to themselves; default 20,000. */
  readonly deadlineMs?: number;
}

/** Reconciles that need no input or output would keep timers and sockets waiting; after so long these come first. */
const longestSliceMs = 10;

export class Controller {
  readonly name: string;
  readonly #reconcile: Reconcile;
  readonly #workers: number;
  readonly #queue: Workqueue;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: ControllerMetrics;
  readonly #failures: FailureLog;
  readonly #abort = new AbortController();
  /** When each running reconcile began, oldest first. */
  readonly #inFlight = new Map<string, number>();
  #running: Promise<unknown> | undefined;
  #sliceEndsAt = 0;
  #breath: Promise<void> | undefined;

  constructor({
    name,
    reconcile,
    logger,
    metrics,
    workers = 1,
    queue,
    clock = systemClock,
  }: ControllerOptions) {
    this.name = name;
    this.#reconcile = reconcile;
    this.#workers = workers;
    this.#clock = clock;
    this.#queue = queue ?? new Workqueue({ clock });
    this.#logger = logger.child(name);
    this.#failures = new FailureLog(this.#logger, clock);
    this.#metrics = new ControllerMetrics(metrics, name, {
      depth: () => this.#queue.depth,
      delayed: () => this.#queue.delayed,
      inFlight: () => this.#inFlight.size,
      longestRunningMs: () => this.#longestRunningMs(),
    });
  }

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.#queue.depth;
  }

  /** Whether nothing is queued or running; keys that wait for their time do not count. */
  get isIdle(): boolean {
    return this.#queue.depth === 0 && this.#queue.inHand === 0;
  }

  /** Asks for a reconcile of the key; may be called at any time, also before `start`. */
  enqueue(key: string): void {
    this.#queue.add(key);
  }

  /** Asks for a reconcile of the key in `delayMs`, or earlier if an earlier one is asked for. */
  enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  /** Starts the workers, once. */
  start(): void {
    if (this.#running) return;
    this.#running = Promise.all(Array.from({ length: this.#workers }, () => this.#work()));
    this.#logger.info('controller started', { workers: this.#workers });
  }

  /** Resolves when no reconcile runs any more, or at the deadline. Takes no more keys from the moment of the call. */
  async stop({ drain = false, deadlineMs = 20_000 }: StopOptions = {}): Promise<void> {
    const dropped = drain && this.#running ? 0 : this.#queue.discard();
    this.#queue.shutDown();
    const ended = await within(this.#clock, deadlineMs, this.#running ?? Promise.resolve());
    if (ended === timedOut) {
      const keys = [...this.#inFlight.keys()];
      this.#queue.discard();
      this.#abort.abort(new Error(`the controller ${this.name} is stopping`));
      this.#logger.warn('controller stopped, some reconciles did not end', {
        deadlineMs,
        keys: keys.slice(0, 10),
      });
      return;
    }
    this.#logger.info('controller stopped', { dropped });
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.get(); key !== undefined; key = await this.#queue.get()) {
      await this.#run(key);
      this.#queue.done(key);
      if (this.#clock.now() >= this.#sliceEndsAt) await this.#breathe();
    }
  }

  async #run(key: string): Promise<void> {
    const startedAt = this.#clock.now();
    this.#inFlight.set(key, startedAt);
    let outcome: ReconcileOutcome;
    try {
      outcome = this.#settle(key, await this.#reconcile(key, this.#abort.signal));
    } catch (error) {
      outcome = this.#fail(key, error);
    }
    this.#inFlight.delete(key);
    this.#metrics.ended(outcome, this.#clock.now() - startedAt);
  }

  #settle(key: string, result: ReconcileResult): ReconcileOutcome {
    this.#queue.forget(key);
    this.#failures.succeeded(key);
    if (result?.requeueAfterMs === undefined) return 'success';
    this.#queue.addAfter(key, result.requeueAfterMs);
    return 'requeue_after';
  }

  #fail(key: string, error: unknown): ReconcileOutcome {
    if (error instanceof TerminalError) {
      this.#queue.forget(key);
      this.#failures.gaveUp(key, error);
      return 'terminal_error';
    }
    const atLeastMs = error instanceof RetryableError ? error.retryAfterMs : undefined;
    const retryInMs = this.#queue.addWithBackoff(key, atLeastMs);
    this.#failures.retried(key, error, { failures: this.#queue.failures(key), retryInMs });
    this.#metrics.retried();
    return 'error';
  }

  /** All workers wait for the same turn of the event loop. */
  #breathe(): Promise<void> {
    this.#breath ??= this.#clock.breathe().then(() => {
      this.#breath = undefined;
      this.#sliceEndsAt = this.#clock.now() + longestSliceMs;
    });
    return this.#breath;
  }

  #longestRunningMs(): number {
    const [oldest] = this.#inFlight.values();
    return oldest === undefined ? 0 : this.#clock.now() - oldest;
  }
}
