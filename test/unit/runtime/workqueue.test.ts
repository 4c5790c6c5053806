import { describe, expect, it } from '@jest/globals';
import { ExponentialBackoff } from '../../../src/runtime/rate-limiter.ts';
import { Workqueue } from '../../../src/runtime/workqueue.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { forSeeds } from '../../support/seeded-random.ts';

function makeQueue() {
  const clock = new ManualClock();
  const queue = new Workqueue({ clock, backoff: new ExponentialBackoff({ jitter: 0 }) });
  return { clock, queue };
}

/** Takes all that is ready, without waiting for more. */
async function takeReady(queue: Workqueue): Promise<string[]> {
  const taken: string[] = [];
  while (queue.depth > 0) taken.push((await queue.get()) ?? '');
  return taken;
}

describe('adding and taking', () => {
  it('gives keys out in the order in which they came', async () => {
    const { queue } = makeQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(await takeReady(queue)).toEqual(['a', 'b', 'c']);
  });

  it('gives a key that was added many times before it was taken out once, at its first place', async () => {
    const { queue } = makeQueue();
    for (const key of ['a', 'b', 'a', 'b', 'a']) queue.add(key);
    expect(await takeReady(queue)).toEqual(['a', 'b']);
  });

  it('does not give a key out that is in hand, but queues it again when it is done', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(await takeReady(queue)).toEqual(['a']);
    queue.done('a');
    expect(queue.depth).toBe(0);
  });

  it('queues a key that was added while in hand behind the others', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('b');
    queue.done('a');
    expect(await takeReady(queue)).toEqual(['b', 'a']);
  });

  it('lets takers wait, and serves them in the order in which they came', async () => {
    const { queue } = makeQueue();
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect(await first).toBe('a');
    expect(await second).toBe('b');
    expect(queue.inHand).toBe(2);
  });
});

describe('adding later', () => {
  it('adds a key when its time has come', async () => {
    const { clock, queue } = makeQueue();
    queue.addAfter('a', 100);
    await clock.advance(99);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await takeReady(queue)).toEqual(['a']);
    expect(queue.delayed).toBe(0);
  });

  it.each([0, -5, Number.NaN])('adds a key at once when the delay is %p', (delayMs) => {
    const { queue } = makeQueue();
    queue.addAfter('a', delayMs);
    expect(queue.depth).toBe(1);
  });

  it.each([
    ['a shorter delay after a longer one', [500, 100]],
    ['a longer delay after a shorter one', [100, 500]],
  ])('coalesces %s to the one that ends first', async (_, delays) => {
    const { clock, queue } = makeQueue();
    for (const delay of delays) queue.addAfter('a', delay);
    await clock.advance(100);
    expect(await takeReady(queue)).toEqual(['a']);
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.depth).toBe(0);
  });

  it('needs one timer for any number of keys', () => {
    const { clock, queue } = makeQueue();
    for (let i = 0; i < 1_000; i += 1) queue.addAfter(`k${i}`, 1_000 - i);
    expect(clock.pending).toBe(1);
    expect(queue.delayed).toBe(1_000);
  });

  it('waits for delays that no timer can hold', async () => {
    const { clock, queue } = makeQueue();
    const thirtyDaysMs = 30 * 24 * 3_600_000;
    queue.addAfter('a', thirtyDaysMs);
    await clock.advance(thirtyDaysMs - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.depth).toBe(1);
  });
});

describe('backoff', () => {
  it('doubles from 5 ms per key, and begins anew after forget', () => {
    const { queue } = makeQueue();
    expect([1, 2, 3].map(() => queue.addWithBackoff('a'))).toEqual([5, 10, 20]);
    expect(queue.addWithBackoff('b')).toBe(5);
    expect(queue.failures('a')).toBe(3);
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
    expect(queue.addWithBackoff('a')).toBe(5);
  });

  it('waits at least as long as the other side has asked for', async () => {
    const { clock, queue } = makeQueue();
    expect(queue.addWithBackoff('a', 3_000)).toBe(3_000);
    await clock.advance(2_999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.depth).toBe(1);
  });
});

describe('shutting down', () => {
  it('takes no more keys, gives out what is queued, and then says that it is over', async () => {
    const { clock, queue } = makeQueue();
    queue.add('a');
    queue.addAfter('later', 10);
    queue.shutDown();
    queue.add('b');
    queue.addAfter('c', 10);
    expect(queue.shuttingDown).toBe(true);
    expect(await queue.get()).toBe('a');
    expect(await queue.get()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('sends waiting takers home', async () => {
    const { queue } = makeQueue();
    const takers = [queue.get(), queue.get()];
    queue.shutDown();
    expect(await Promise.all(takers)).toEqual([undefined, undefined]);
  });

  it('with drain resolves only when all that was queued and in hand is done', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    queue.add('b');
    await queue.get();
    let drained = false;
    void queue.shutDownWithDrain().then(() => (drained = true));
    queue.done('a');
    await settle();
    expect(drained).toBe(false);
    await queue.get();
    queue.done('b');
    await settle();
    expect(drained).toBe(true);
  });

  it('with drain resolves at once when there is nothing', async () => {
    const { queue } = makeQueue();
    await expect(queue.shutDownWithDrain()).resolves.toBeUndefined();
  });

  it('drops what is queued on discard, and says how many', async () => {
    const { queue } = makeQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await queue.get();
    queue.add('a');
    queue.addAfter('d', 10);
    expect(queue.discard()).toBe(2);
    queue.done('a');
    expect([queue.depth, queue.delayed, queue.inHand]).toEqual([0, 0, 0]);
  });
});

describe('whatever is added, taken, delayed and done', () => {
  it('no key is in two hands at a time, and none that was added is lost', () =>
    forSeeds(30, async (random) => {
      const { clock, queue } = makeQueue();
      const inHand = new Set<string>();
      /** Keys added since they were last taken. */
      const owed = new Set<string>();
      const later = new Set<string>();
      const take = async () => {
        const key = (await queue.get()) ?? '';
        expect(inHand.has(key)).toBe(false);
        inHand.add(key);
        owed.delete(key);
        later.delete(key);
      };
      const steps: (() => unknown)[] = [
        () => {
          const key = `k${random.below(12)}`;
          queue.add(key);
          owed.add(key);
        },
        () => {
          const key = `k${random.below(12)}`;
          queue.addAfter(key, 1 + random.below(50));
          later.add(key);
        },
        () => (queue.depth > 0 ? take() : undefined),
        () => {
          const [key] = inHand;
          if (key === undefined) return;
          inHand.delete(key);
          queue.done(key);
        },
        () => clock.advance(random.below(20)),
      ];
      for (let step = 0; step < 300; step += 1) {
        await steps[random.below(steps.length)]!();
        expect(queue.inHand).toBe(inHand.size);
      }
      await clock.advance(1_000);
      for (const key of inHand) queue.done(key);
      inHand.clear();
      while (queue.depth > 0) await take();
      expect([...owed, ...later]).toEqual([]);
    }));

  it('each key of a large set is taken once, by many takers', async () => {
    const { queue } = makeQueue();
    const counts = new Map<string, number>();
    const taker = async () => {
      for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        await Promise.resolve();
        queue.done(key);
      }
    };
    const takers = Array.from({ length: 16 }, taker);
    for (let i = 0; i < 20_000; i += 1) queue.add(`k${i}`);
    await queue.shutDownWithDrain();
    await Promise.all(takers);
    expect(counts.size).toBe(20_000);
    expect(Math.max(...counts.values())).toBe(1);
  });
});
