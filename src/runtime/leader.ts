/**
 * Leader election by a lease, with the rules of client-go's tools/leaderelection: candidates measure by their
 * own clock how long a lease has not changed and never compare another machine's time with theirs; a leader
 * that could not renew within the renew deadline stops leading before the lease runs out for others. Unlike
 * there a loss does not end the candidacy: an API server that is away for a minute is no cause for a restart.
 */
import { type Clock, sleep, systemClock, timedOut, within } from './clock.ts';
import { LeaderMetrics } from './leader-metrics.ts';
import { heldRecord, isSameRecord, releasedRecord, type LeaseRecord } from './lease-record.ts';
import type { Logger } from './logger.ts';
import type { MetricRegistry } from './metrics.ts';

/** Port: one lease. */
export interface LeaseStore {
  /** Undefined where there is none. */
  read(): Promise<LeaseRecord | undefined>;
  /** Undefined: another was first. */
  create(record: LeaseRecord): Promise<LeaseRecord | undefined>;
  /** Undefined: it has another resourceVersion by now. */
  update(record: LeaseRecord): Promise<LeaseRecord | undefined>;
}

export interface LeaseTiming {
  /** Others wait so long after the last renewal that they saw; default 15,000. */
  readonly leaseDurationMs: number;
  /** A leader gives up so long after its last renewal; less than the lease duration; default 10,000. */
  readonly renewDeadlineMs: number;
  /** Between two attempts; default 2,000; candidates wait up to 2.2 times longer, by chance. */
  readonly retryPeriodMs: number;
}

export const defaultLeaseTiming: LeaseTiming = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

export interface LeaderElectorOptions {
  /** Unique among the candidates at any one time. */
  readonly identity: string;
  readonly store: LeaseStore;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  /** Called when this candidate begins to lead: for the first time, or again after a loss. */
  readonly onLeading: () => void;
  /** Called when leadership was lost, not at `stop`; the candidacy goes on. */
  readonly onLost: (reason: string) => void;
  readonly timing?: LeaseTiming;
  readonly clock?: Clock;
  /** 0 <= random() < 1. */
  readonly random?: () => number;
}

/** client-go's JitterFactor. */
const candidateJitter = 1.2;
/** A release that takes longer is left: the lease runs out by itself. */
const longestReleaseMs = 3_000;

/** Attempts fail every two seconds; a person needs to read it once, and that it goes on. */
const repeatFailureAfterMs = 60_000;

export class LeaderElector {
  readonly #options: Required<LeaderElectorOptions>;
  readonly #metrics: LeaderMetrics;
  readonly #ended = new AbortController();
  /** The lease as last read or written, and when it was first seen so, by our clock. */
  #observed: { readonly record: LeaseRecord; readonly at: number } | undefined;
  /** When the last successful renewal was *begun*, while leading: others saw it later, never earlier. */
  #renewedAt: number | undefined;
  /** While attempts fail: when that was last told. */
  #toldFailureAt: number | undefined;
  #cancelDeadline = (): void => undefined;
  #running: Promise<void> | undefined;

  constructor(options: LeaderElectorOptions) {
    this.#options = { timing: defaultLeaseTiming, clock: systemClock, random: Math.random, ...options };
    this.#metrics = new LeaderMetrics(options.metrics, this.#options.timing.retryPeriodMs, {
      isLeader: () => this.isLeader(),
      transitions: () => this.#observed?.record.leaseTransitions ?? 0,
    });
  }

  /** Whether this candidate leads at this moment. True only inside the renew deadline, also if no timer had its turn since. */
  isLeader(): boolean {
    return (
      this.#renewedAt !== undefined &&
      this.#options.clock.now() < this.#renewedAt + this.#options.timing.renewDeadlineMs
    );
  }

  /** Who held the lease when it was last looked at; undefined while unknown. */
  get holder(): string | undefined {
    return this.#observed?.record.holderIdentity;
  }

  /** Begins to stand as a candidate, once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the candidacy; gives the lease back if this candidate holds it. Call it after the work has stopped. */
  async stop(): Promise<void> {
    const { clock } = this.#options;
    this.#ended.abort();
    this.#cancelDeadline();
    await within(clock, longestReleaseMs, this.#running ?? Promise.resolve());
    this.#renewedAt = undefined;
    if (this.holder !== this.#options.identity) return;
    const released = await within(clock, longestReleaseMs, this.#release());
    if (released === timedOut) this.#options.logger.warn('lease not released in time, it will run out');
  }

  async #run(): Promise<void> {
    const { timing, clock, random } = this.#options;
    while (!this.#ended.signal.aborted) {
      await this.#attempt();
      const jitter = this.#renewedAt === undefined ? candidateJitter * random() : 0;
      await sleep(clock, timing.retryPeriodMs * (1 + jitter), this.#ended.signal);
    }
  }

  async #attempt(): Promise<void> {
    const { clock, timing, logger } = this.#options;
    const startedAt = clock.now();
    // Half: one connection that swallows everything must not cost the leadership.
    const timeoutMs = timing.renewDeadlineMs / 2;
    // An attempt that nobody waits for any more must not write when its read comes back late.
    const attempt = new AbortController();
    try {
      const result = await within(clock, timeoutMs, this.#acquireOrRenew(attempt.signal));
      attempt.abort();
      if (result === timedOut) throw new Error(`no answer within ${timeoutMs} ms`);
      if (result === 'held') this.#renewed(startedAt);
      this.#toldFailureAt = undefined;
    } catch (error) {
      this.#metrics.failed();
      if (this.#toldFailureAt !== undefined && startedAt - this.#toldFailureAt < repeatFailureAfterMs) return;
      this.#toldFailureAt = startedAt;
      logger.warn('lease could not be read or written, will retry', { error, leading: this.isLeader() });
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<'held' | 'heldByOther'> {
    const { identity, store } = this.#options;
    if (this.#renewedAt !== undefined && (await this.#renewUnread())) return 'held';
    const found = await store.read();
    if (signal.aborted) return 'heldByOther';
    if (!found) return this.#conclude(await store.create(this.#nextRecord(undefined)));
    this.#observe(found);
    if (found.holderIdentity !== identity && this.#renewedAt !== undefined) {
      this.#lose(`the lease is held by ${found.holderIdentity || 'nobody'}`);
      return 'heldByOther';
    }
    if (this.#isHeldByOther()) return 'heldByOther';
    return this.#conclude(await store.update(this.#nextRecord(found)));
  }

  /** A race lost to another writer is no failure: the next attempt reads what they wrote. */
  #conclude(written: LeaseRecord | undefined): 'held' | 'heldByOther' {
    if (!written) return 'heldByOther';
    this.#observe(written);
    return 'held';
  }

  /** While leading, the lease is most likely as we left it: one request instead of two. */
  async #renewUnread(): Promise<boolean> {
    if (!this.#observed) return false;
    try {
      const written = await this.#options.store.update(this.#nextRecord(this.#observed.record));
      return this.#conclude(written) === 'held';
    } catch {
      // Gone or unreachable: the read that follows finds out.
      return false;
    }
  }

  #isHeldByOther(): boolean {
    const { clock, identity } = this.#options;
    if (!this.#observed) return false;
    const { record, at } = this.#observed;
    if (record.holderIdentity === '' || record.holderIdentity === identity) return false;
    return clock.now() < at + record.leaseDurationSeconds * 1000;
  }

  #observe(record: LeaseRecord): void {
    const before = this.#observed?.record;
    if (before && isSameRecord(before, record)) return;
    this.#observed = { record, at: this.#options.clock.now() };
    if (before?.holderIdentity === record.holderIdentity) return;
    this.#options.logger.info('lease holder changed', { holder: record.holderIdentity });
  }

  #nextRecord(found: LeaseRecord | undefined): LeaseRecord {
    const { identity, timing, clock } = this.#options;
    return heldRecord(found, { identity, leaseDurationMs: timing.leaseDurationMs }, clock.date());
  }

  #renewed(startedAt: number): void {
    const { timing, clock, logger, onLeading } = this.#options;
    const endsInMs = startedAt + timing.renewDeadlineMs - clock.now();
    // Stopped process, slept machine: the answer is too old to lead on it. After a stop it is nobody's.
    if (endsInMs <= 0 || this.#ended.signal.aborted) return;
    const before = this.#renewedAt;
    this.#renewedAt = startedAt;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.schedule(endsInMs, () =>
      this.#lose(`not renewed within ${timing.renewDeadlineMs} ms`),
    );
    this.#metrics.renewed(before === undefined ? undefined : startedAt - before);
    if (before !== undefined) return;
    logger.info('leading', { identity: this.#options.identity });
    onLeading();
  }

  #lose(reason: string): void {
    if (this.#renewedAt === undefined) return;
    this.#renewedAt = undefined;
    this.#cancelDeadline();
    this.#metrics.lost();
    this.#options.logger.error('leadership lost', { reason });
    this.#options.onLost(reason);
  }

  async #release(): Promise<void> {
    const { store, clock, logger } = this.#options;
    const held = this.#observed?.record;
    if (!held) return;
    try {
      const released = await store.update(releasedRecord(held, clock.date()));
      if (released) logger.info('lease released');
      else logger.info('lease not released, another writer was first');
    } catch (error) {
      logger.warn('lease not released, it will run out', { error });
    }
  }
}
