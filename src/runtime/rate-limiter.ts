/** How long to wait: per key after failures, and overall by tokens. */
import { type Clock, sleep, systemClock } from './clock.ts';

export interface BackoffOptions {
  /** Delay after the first failure, in ms; default 5. */
  readonly baseMs?: number;
  /** No delay is longer, in ms; default 60,000. */
  readonly maxMs?: number;
  /** Share of each delay that chance may take off, 0..1, so that what failed together is not retried together; default 0.25. */
  readonly jitter?: number;
  /** 0 <= random() < 1. */
  readonly random?: () => number;
}

/**
 * Exponential backoff per key: after the n-th failure in a row (from 1) `min(baseMs * 2^(n-1), maxMs)`, less
 * up to `jitter` of it.
 */
export class ExponentialBackoff {
  readonly #failures = new Map<string, number>();
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: () => number;

  constructor({ baseMs = 5, maxMs = 60_000, jitter = 0.25, random = Math.random }: BackoffOptions = {}) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#jitter = jitter;
    this.#random = random;
  }

  /** Counts a failure of the key; returns how long to wait before the next try, in ms. */
  next(key: string): number {
    const before = this.failures(key);
    this.#failures.set(key, before + 1);
    // 2^n is Infinity from n = 1024, which min() takes well.
    const delayMs = Math.min(this.#baseMs * 2 ** before, this.#maxMs);
    return delayMs * (1 - this.#jitter * this.#random());
  }

  /** Failures in a row. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Keys with at least one failure in a row. */
  get size(): number {
    return this.#failures.size;
  }
}

export interface TokenBucketOptions {
  /** Tokens that arrive per second; over 0. */
  readonly perSecond: number;
  /** Tokens that can be saved up, at least 1; default 1 or `perSecond`, whichever is more. */
  readonly burst?: number;
  readonly clock?: Clock;
}

/** Tokens that arrive at a steady rate; begins full. Takers that wait are served in the order of asking. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  /** Negative while tokens are promised that have not arrived. */
  #tokens: number;
  #countedAt: number;

  constructor({ perSecond, burst = Math.max(1, perSecond), clock = systemClock }: TokenBucketOptions) {
    if (!(perSecond > 0) || !(burst >= 1)) {
      throw new RangeError(
        `a token bucket needs perSecond > 0 and burst >= 1, got ${perSecond} and ${burst}`,
      );
    }
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#countedAt = clock.now();
  }

  /** Takes a token if there is one. */
  tryTake(): boolean {
    if (this.msUntilNext() > 0) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until `tryTake` can succeed, in ms; 0 if it would now. */
  msUntilNext(): number {
    this.#count();
    // Sums of fractions fall short of whole tokens by an ulp.
    const missing = 1 - this.#tokens;
    return missing <= 1e-9 ? 0 : missing / this.#perMs;
  }

  /** Promises the caller a token; returns in how many ms it may act on it. */
  reserve(): number {
    const waitMs = this.msUntilNext();
    this.#tokens -= 1;
    return waitMs;
  }

  /** Resolves when the caller has its token, or when `signal` is aborted (the token is then lost). */
  async take(signal?: AbortSignal): Promise<void> {
    const waitMs = this.reserve();
    if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
  }

  #count(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
  }
}
