import { describe, expect, it } from '@jest/globals';
import { RetryableError, TerminalError } from '../../../src/kernel/errors.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { Controller, type ControllerOptions, type Reconcile } from '../../../src/runtime/controller.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { ExponentialBackoff } from '../../../src/runtime/rate-limiter.ts';
import { Workqueue } from '../../../src/runtime/workqueue.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { forSeeds } from '../../support/seeded-random.ts';

function makeController(reconcile: Reconcile, options: Partial<ControllerOptions> = {}) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const metrics = new Metrics();
  const queue = new Workqueue({ clock, backoff: new ExponentialBackoff({ jitter: 0 }) });
  const controller = new Controller({ name: 'test', reconcile, logger, metrics, clock, queue, ...options });
  const metric = async (line: string) => {
    const found = (await metrics.render()).split('\n').find((one) => one.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.slice(line.length + 1));
  };
  return { clock, logger, controller, metric, queue };
}

const total = (result: string) => `controller_reconcile_total{controller="test",result="${result}"}`;

describe('a reconcile that returns', () => {
  it('is done, and its key comes back only when it is asked for', async () => {
    const seen: string[] = [];
    const { clock, controller, metric } = makeController((key) => {
      seen.push(key);
      return Promise.resolve();
    });
    controller.enqueue('a');
    controller.start();
    controller.start();
    await clock.advance(3_600_000);
    expect(seen).toEqual(['a']);
    controller.enqueue('a');
    await settle();
    expect(seen).toEqual(['a', 'a']);
    expect(await metric(total('success'))).toBe(2);
    expect(controller.isIdle).toBe(true);
  });

  it('with requeueAfterMs comes back then, without counting as a failure', async () => {
    const at: number[] = [];
    const { clock, controller, metric } = makeController(() => {
      at.push(clock.now());
      return Promise.resolve({ requeueAfterMs: 500 });
    });
    controller.enqueue('a');
    controller.start();
    await clock.advance(1_000);
    expect(at).toEqual([0, 500, 1_000]);
    expect(await metric(total('requeue_after'))).toBe(3);
    expect(await metric('workqueue_retries_total{controller="test"}')).toBeUndefined();
  });

  it('comes back later when that was asked for from outside', async () => {
    const at: number[] = [];
    const { clock, controller } = makeController(() => Promise.resolve(void at.push(clock.now())));
    controller.start();
    controller.enqueueAfter('a', 250);
    await clock.advance(1_000);
    expect(at).toEqual([250]);
  });
});

describe('a reconcile that throws', () => {
  const cases: [string, () => unknown, number[]][] = [
    ['any error is tried again with backoff', () => new Error('broken'), [0, 5, 15, 35]],
    ['something that is no error is tried again with backoff', () => 'broken', [0, 5, 15, 35]],
    ['a retryable error is tried again with backoff', () => new RetryableError('busy'), [0, 5, 15, 35]],
    [
      'a retryable error with a time is tried again not before that',
      () => new RetryableError('busy', { retryAfterMs: 12 }),
      [0, 12, 24, 44],
    ],
    ['a terminal error is not tried again', () => new TerminalError('illegal'), [0]],
  ];
  it.each(cases)('%s', async (_, error, expected) => {
    const at: number[] = [];
    const { clock, controller } = makeController(() => {
      at.push(clock.now());
      throw error();
    });
    controller.enqueue('a');
    controller.start();
    await clock.advance(60);
    expect(at).toEqual(expected);
  });

  it('because the other side wants a year of peace is tried again after five minutes', async () => {
    const at: number[] = [];
    const { clock, controller } = makeController(() => {
      at.push(clock.now());
      throw new RetryableError('busy', { retryAfterMs: 31_536_000_000 });
    });
    controller.enqueue('a');
    controller.start();
    await clock.advance(600_000);
    expect(at).toEqual([0, 300_000, 600_000]);
  });

  it('after a success begins its backoff anew', async () => {
    const at: number[] = [];
    const { clock, controller } = makeController(() => {
      at.push(clock.now());
      return at.length === 3 ? Promise.resolve() : Promise.reject(new Error('broken'));
    });
    controller.enqueue('a');
    controller.start();
    await clock.advance(100);
    controller.enqueue('a');
    await clock.advance(5);
    expect(at).toEqual([0, 5, 15, 100, 105]);
  });

  it('for ever does not keep other keys from their turn', async () => {
    const seen: string[] = [];
    const { clock, controller } = makeController((key) => {
      seen.push(key);
      return key === 'bad' ? Promise.reject(new Error('broken')) : Promise.resolve();
    });
    controller.enqueue('bad');
    controller.start();
    for (let i = 0; i < 1_000; i += 1) {
      controller.enqueue(`good${i}`);
      await clock.advance(10);
    }
    expect(seen.filter((key) => key !== 'bad')).toHaveLength(1_000);
    expect(seen.length).toBeLessThan(1_020);
  });

  it('is counted as retry and result', async () => {
    const { clock, controller, metric } = makeController((key) => {
      throw key === 'bad' ? new TerminalError('illegal') : new Error('broken');
    });
    controller.start();
    controller.enqueue('bad');
    controller.enqueue('weak');
    await clock.advance(6);
    expect(await metric(total('terminal_error'))).toBe(1);
    expect(await metric(total('error'))).toBe(2);
    expect(await metric('workqueue_retries_total{controller="test"}')).toBe(2);
    expect(await metric('workqueue_delayed{controller="test"}')).toBe(1);
  });
});

describe('workers', () => {
  it('reconcile different keys at a time, as many as there are workers', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { controller, metric, clock } = makeController(() => gate.promise, { workers: 3 });
    controller.start();
    for (let i = 0; i < 5; i += 1) controller.enqueue(`k${i}`);
    await clock.advance(2_000);
    expect(await metric('controller_active_workers{controller="test"}')).toBe(3);
    expect(await metric('workqueue_depth{controller="test"}')).toBe(2);
    expect(await metric('workqueue_longest_running_processor_seconds{controller="test"}')).toBe(2);
    gate.resolve(undefined);
    await settle();
    expect(controller.isIdle).toBe(true);
    expect(await metric('workqueue_longest_running_processor_seconds{controller="test"}')).toBe(0);
  });

  it('never reconcile one key twice at a time, and always after the last change', () =>
    forSeeds(20, async (random) => {
      const version = new Map<string, number>();
      const applied = new Map<string, number>();
      const running = new Set<string>();
      const { clock, controller } = makeController(
        async (key) => {
          expect(running.has(key)).toBe(false);
          running.add(key);
          const observed = version.get(key) ?? 0;
          await new Promise<void>((resolve) => clock.schedule(random.below(20), resolve));
          running.delete(key);
          if (random.below(4) === 0) throw new Error('broken');
          applied.set(key, observed);
        },
        { workers: 4 },
      );
      controller.start();
      for (let step = 0; step < 200; step += 1) {
        const key = `k${random.below(8)}`;
        version.set(key, step);
        controller.enqueue(key);
        await clock.advance(random.below(8));
      }
      await clock.advance(120_000);
      expect(applied).toEqual(version);
    }));

  it('let timers and sockets have their turn while reconciles never wait', async () => {
    let timerFiredAfter = 0;
    let reconciled = 0;
    const { controller } = makeController(
      () => {
        const until = systemClock.now() + 0.05;
        while (systemClock.now() < until);
        reconciled += 1;
        return Promise.resolve();
      },
      { clock: systemClock, queue: new Workqueue() },
    );
    for (let i = 0; i < 4_000; i += 1) controller.enqueue(`k${i}`);
    setTimeout(() => (timerFiredAfter = reconciled), 1);
    controller.start();
    await controller.stop({ drain: true });
    expect(reconciled).toBe(4_000);
    expect(timerFiredAfter).toBeGreaterThan(0);
    expect(timerFiredAfter).toBeLessThan(2_000);
  });
});

describe('a stop', () => {
  const blocked = () => {
    const gate = Promise.withResolvers<undefined>();
    const seen: string[] = [];
    const signals: AbortSignal[] = [];
    const made = makeController((key, signal) => {
      seen.push(key);
      signals.push(signal);
      return gate.promise;
    });
    for (const key of ['a', 'b', 'c']) made.controller.enqueue(key);
    made.controller.start();
    return { ...made, gate, seen, signals };
  };

  it('waits for what runs and drops what is queued', async () => {
    const { controller, gate, seen, signals } = blocked();
    await settle();
    let stopped = false;
    const stop = controller.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    gate.resolve(undefined);
    await stop;
    expect(seen).toEqual(['a']);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('with drain reconciles what is queued first', async () => {
    const { controller, gate, seen } = blocked();
    const stop = controller.stop({ drain: true });
    controller.enqueue('too late');
    gate.resolve(undefined);
    await stop;
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('aborts what does not end by the deadline, and says which keys', async () => {
    const { clock, controller, logger, seen, signals, gate } = blocked();
    await settle();
    const stop = controller.stop({ drain: true, deadlineMs: 100 });
    await clock.advance(99);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    await stop;
    expect(signals[0]?.aborted).toBe(true);
    expect(logger.lines.at(-1)?.fields).toEqual({ deadlineMs: 100, keys: ['a'] });
    gate.resolve(undefined);
    await settle();
    expect(seen).toEqual(['a']);
  });

  it('of a controller that never started ends at once', async () => {
    const { controller } = makeController(() => Promise.resolve());
    controller.enqueue('a');
    await expect(controller.stop({ drain: true })).resolves.toBeUndefined();
  });
});
