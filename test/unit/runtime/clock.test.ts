import { describe, expect, it } from '@jest/globals';
import { sleep, systemClock, timedOut, within } from '../../../src/runtime/clock.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  await settle();
  return (await Promise.race([promise, Promise.resolve(timedOut)])) !== timedOut;
}

describe('sleep', () => {
  it('ends after its time and not before', async () => {
    const clock = new ManualClock();
    const asleep = sleep(clock, 100);
    await clock.advance(99);
    expect(await isSettled(asleep)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(asleep)).toBe(true);
  });

  it('ends at once when its signal is aborted, and leaves no timer', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const asleep = sleep(clock, 100, abort.signal);
    abort.abort();
    await asleep;
    expect(clock.pending).toBe(0);
  });

  it('does not begin when its signal is aborted already', async () => {
    const clock = new ManualClock();
    await sleep(clock, 100, AbortSignal.abort());
    expect(clock.pending).toBe(0);
  });
});

describe('within', () => {
  it('gives the result that came in time, and leaves no timer', async () => {
    const clock = new ManualClock();
    expect(await within(clock, 100, Promise.resolve('result'))).toBe('result');
    expect(clock.pending).toBe(0);
  });

  it('passes a failure on, and leaves no timer', async () => {
    const clock = new ManualClock();
    await expect(within(clock, 100, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(clock.pending).toBe(0);
  });

  it('says so when the time was up first', async () => {
    const clock = new ManualClock();
    const result = within(clock, 100, Promise.withResolvers().promise);
    await clock.advance(100);
    expect(await result).toBe(timedOut);
  });
});

describe('the system clock', () => {
  it('never goes back, breathes, and calls what is scheduled unless it was cancelled', async () => {
    const before = systemClock.now();
    const called: string[] = [];
    systemClock.schedule(0, () => called.push('cancelled'))();
    await new Promise<void>((resolve) => {
      systemClock.schedule(1, () => {
        called.push('due');
        resolve();
      });
    });
    await systemClock.breathe();
    expect(called).toEqual(['due']);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(systemClock.date().getTime() - Date.now())).toBeLessThan(1_000);
  });
});
