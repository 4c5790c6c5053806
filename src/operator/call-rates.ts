/** One rate for each operation of CloudWatch Logs, shared by all log groups. */
import type { Pace } from '../aws/connect.ts';
import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { TokenBucket } from '../runtime/rate-limiter.ts';

/**
 * Calls a second that AWS allows an account in a region, of all its users:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 *
 * For operations that the page does not name, such as those on saved queries, the least of its rates is taken.
 */
const publishedRates: Readonly<Record<string, number>> = {
  CreateLogGroup: 10,
  DeleteLogGroup: 10,
  DescribeLogGroups: 10,
};
const leastRate = 5;

export function publishedRate(operation: string): number {
  return publishedRates[operation] ?? leastRate;
}

/** Of the published rate, in the long run; in no second is the rate itself exceeded. */
const share = 0.8;

/** After a throttled call all calls of the operation wait so long, twice as long after each further one; a stop waits for them. */
const firstPauseMs = 500;
const longestPauseMs = 10_000;

interface Lane {
  readonly bucket: TokenBucket;
  pausedUntil: number;
  pauseMs: number;
}

export class CallRates implements Pace {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  async before(operation: string): Promise<void> {
    const lane = this.#laneOf(operation);
    for (let waitMs = this.#pauseLeft(lane); waitMs > 0; waitMs = this.#pauseLeft(lane))
      await sleep(this.#clock, waitMs);
    await lane.bucket.take();
  }

  after(operation: string, outcome: 'Throttled' | 'Other'): void {
    const lane = this.#laneOf(operation);
    if (outcome === 'Other') lane.pauseMs = 0;
    // Calls that were under way together are throttled together: one pause is for all of them.
    else if (this.#pauseLeft(lane) <= 0) {
      lane.pauseMs = Math.min(Math.max(firstPauseMs, lane.pauseMs * 2), longestPauseMs);
      lane.pausedUntil = this.#clock.now() + lane.pauseMs;
    }
  }

  #pauseLeft({ pausedUntil }: Lane): number {
    return pausedUntil - this.#clock.now();
  }

  #laneOf(operation: string): Lane {
    const known = this.#lanes.get(operation);
    if (known) return known;
    const rate = publishedRate(operation);
    // Burst and steady flow together make up the published rate.
    const perSecond = rate * share;
    const limits = { perSecond, burst: Math.max(1, rate - perSecond), clock: this.#clock };
    const lane = { bucket: new TokenBucket(limits), pausedUntil: 0, pauseMs: 0 };
    this.#lanes.set(operation, lane);
    return lane;
  }
}
