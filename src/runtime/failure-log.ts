import type { Clock } from './clock.ts';
import { messageOf } from '../kernel/errors.ts';
import type { LogFields, Logger } from './logger.ts';
import { TokenBucket } from './rate-limiter.ts';

const repeatAfterMs = 60_000;
/** Of all keys together: when everything fails, a few examples and a count tell as much as thousands of lines. */
const linesPerSecond = 5;
const burstOfLines = 50;

/**
 * Tells of failing keys without flooding the log. A key's failures are told at the first, the 2nd, 4th, 8th…
 * in a row, and after a minute of silence; a terminal one once, until it succeeds or fails differently.
 */
export class FailureLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #lines: TokenBucket;
  readonly #toldAt = new Map<string, number>();
  readonly #terminal = new Map<string, string>();
  #suppressed = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
    this.#lines = new TokenBucket({ perSecond: linesPerSecond, burst: burstOfLines, clock });
  }

  /** The `failures`-th failure in a row; the key is tried again in `retryInMs`. `message`: what a person reads. */
  retried(
    key: string,
    error: unknown,
    {
      failures,
      retryInMs,
      message = 'reconcile failed, will retry',
    }: { failures: number; retryInMs: number; message?: string },
  ): void {
    const toldAt = this.#toldAt.get(key);
    const isLong = toldAt === undefined || this.#clock.now() - toldAt >= repeatAfterMs;
    if (!isLong && !isPowerOfTwo(failures)) return;
    if (!this.#tell(message, { key, error, failures, retryInMs: Math.round(retryInMs) })) return;
    this.#toldAt.set(key, this.#clock.now());
  }

  gaveUp(key: string, error: unknown): void {
    const message = messageOf(error);
    if (this.#terminal.get(key) === message) return;
    if (this.#tell('reconcile failed, will not retry until the object changes', { key, error })) {
      this.#terminal.set(key, message);
    }
  }

  succeeded(key: string): void {
    this.#toldAt.delete(key);
    this.#terminal.delete(key);
  }

  #tell(message: string, fields: LogFields): boolean {
    if (!this.#lines.tryTake()) {
      this.#suppressed += 1;
      return false;
    }
    const suppressed = this.#suppressed > 0 ? { notTold: this.#suppressed } : {};
    this.#suppressed = 0;
    this.#logger.error(message, { ...fields, ...suppressed });
    return true;
  }
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}
