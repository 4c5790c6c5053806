import { describe, expect, it } from '@jest/globals';
import { ExponentialBackoff, TokenBucket } from '../../../src/runtime/rate-limiter.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { forSeeds } from '../../support/seeded-random.ts';

describe('ExponentialBackoff', () => {
  it('doubles from 5 ms up to a minute and stays there', () => {
    const backoff = new ExponentialBackoff({ jitter: 0 });
    const delays = Array.from({ length: 16 }, () => backoff.next('a'));
    expect(delays.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(delays.slice(13)).toEqual([40_960, 60_000, 60_000]);
  });

  it('never ends in a delay that is no number, however often a key fails', () => {
    const backoff = new ExponentialBackoff({ jitter: 0 });
    for (let i = 0; i < 2_000; i += 1) backoff.next('a');
    expect(backoff.next('a')).toBe(60_000);
  });

  it('takes off up to its jitter and never adds', () =>
    forSeeds(20, (random) => {
      const backoff = new ExponentialBackoff({
        baseMs: 100,
        maxMs: 1_000,
        jitter: 0.25,
        random: random.fraction,
      });
      for (const full of [100, 200, 400, 800, 1_000, 1_000]) {
        const delay = backoff.next('a');
        expect(delay).toBeGreaterThan(full * 0.75);
        expect(delay).toBeLessThanOrEqual(full);
      }
    }));

  it('keeps nothing of keys that were forgotten', () => {
    const backoff = new ExponentialBackoff();
    backoff.next('a');
    backoff.next('b');
    backoff.forget('a');
    expect([backoff.size, backoff.failures('a'), backoff.failures('b')]).toEqual([1, 0, 1]);
  });
});

describe('TokenBucket', () => {
  it('begins full, and then gives tokens at its rate', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 3, clock });
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    expect(bucket.msUntilNext()).toBeCloseTo(100);
    await clock.advance(100);
    expect(bucket.tryTake()).toBe(true);
    expect(bucket.tryTake()).toBe(false);
  });

  it('saves no more than its burst', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 2, clock });
    await clock.advance(3_600_000);
    expect([1, 2, 3].map(() => bucket.tryTake())).toEqual([true, true, false]);
  });

  it('serves those who wait in order, one per interval', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 1, clock });
    const served: string[] = [];
    for (const name of ['a', 'b', 'c']) void bucket.take().then(() => served.push(name));
    await clock.advance(0);
    expect(served).toEqual(['a']);
    await clock.advance(100);
    expect(served).toEqual(['a', 'b']);
    await clock.advance(100);
    expect(served).toEqual(['a', 'b', 'c']);
  });

  it('lets a taker go whose signal is aborted', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 1, burst: 1, clock });
    bucket.tryTake();
    const abort = new AbortController();
    const taken = bucket.take(abort.signal);
    abort.abort();
    await expect(taken).resolves.toBeUndefined();
  });

  it('never gives more than burst plus rate, however it is asked', () =>
    forSeeds(30, async (random) => {
      const clock = new ManualClock();
      const bucket = new TokenBucket({ perSecond: 50, burst: 5, clock });
      let taken = 0;
      for (let step = 0; step < 200; step += 1) {
        if (bucket.tryTake()) taken += 1;
        clock.freeze(random.below(30));
        expect(taken).toBeLessThanOrEqual(5 + (clock.now() / 1000) * 50 + 1e-6);
      }
      await clock.advance(1_000);
      expect(bucket.msUntilNext()).toBe(0);
    }));

  it.each([{ perSecond: 0 }, { perSecond: -1 }, { perSecond: Number.NaN }, { perSecond: 1, burst: 0.5 }])(
    'cannot be made of %j',
    (options) => {
      expect(() => new TokenBucket(options)).toThrow(RangeError);
    },
  );
});
