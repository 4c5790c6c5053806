import { describe, expect, it } from '@jest/globals';
import { CallRates, publishedRate } from '../../../src/operator/call-rates.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Calls of one operation as fast as they may be made, with the time of each. */
function callAll(
  rates: CallRates,
  clock: ManualClock,
  { operation, count }: { operation: string; count: number },
): number[] {
  const times: number[] = [];
  for (let call = 0; call < count; call++) void rates.before(operation).then(() => times.push(clock.now()));
  return times;
}

/** Most calls within any second. */
function peakOf(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length));
}

describe('the rate of calls', () => {
  it.each(['DescribeLogGroups', 'ListTagsForResource', 'PutQueryDefinition'])(
    'of %s is never over the published one, and near it in the long run',
    async (operation) => {
      const clock = new ManualClock();
      const times = callAll(new CallRates(clock), clock, { operation, count: 300 });
      await clock.advance(120_000);
      expect(times).toHaveLength(300);
      expect(peakOf(times)).toBeLessThanOrEqual(publishedRate(operation));
      expect(300_000 / (times.at(-1) ?? 0)).toBeGreaterThan(publishedRate(operation) * 0.75);
    },
  );

  it('is counted for each operation by itself', async () => {
    const clock = new ManualClock();
    const rates = new CallRates(clock);
    callAll(rates, clock, { operation: 'ListTagsForResource', count: 100 });
    const others = callAll(rates, clock, { operation: 'DescribeLogGroups', count: 1 });
    await clock.advance(0);
    expect(others).toEqual([0]);
  });
});

describe('an operation that AWS throttles', () => {
  it('pauses for all callers, longer each time, and recovers with the first that succeeds', async () => {
    const clock = new ManualClock();
    const rates = new CallRates(clock);
    const waits: number[] = [];
    for (const outcome of ['Throttled', 'Throttled', 'Throttled', 'Other', 'Throttled', 'Other'] as const) {
      await clock.advance(10_000);
      const from = clock.now();
      rates.after('TagResource', outcome);
      const [time] = await granted(rates, clock, 'TagResource');
      waits.push((time ?? 0) - from);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 0, 500, 0]);
  });

  it('pauses once for calls that were under way together', async () => {
    const clock = new ManualClock();
    const rates = new CallRates(clock);
    for (let call = 0; call < 10; call++) rates.after('TagResource', 'Throttled');
    expect(await granted(rates, clock, 'TagResource')).toEqual([500]);
  });

  it('never pauses longer than ten seconds, less than a stop waits', async () => {
    const clock = new ManualClock();
    const rates = new CallRates(clock);
    for (let call = 0; call < 20; call++) {
      rates.after('TagResource', 'Throttled');
      await clock.advance(30_000);
    }
    const from = clock.now();
    rates.after('TagResource', 'Throttled');
    expect(await granted(rates, clock, 'TagResource')).toEqual([from + 10_000]);
  });

  it('does not hold up other operations', async () => {
    const clock = new ManualClock();
    const rates = new CallRates(clock);
    rates.after('TagResource', 'Throttled');
    expect(await granted(rates, clock, 'DescribeLogGroups')).toEqual([0]);
  });
});

async function granted(rates: CallRates, clock: ManualClock, operation: string): Promise<readonly number[]> {
  const times = callAll(rates, clock, { operation, count: 1 });
  await clock.advance(60_000);
  return times;
}
