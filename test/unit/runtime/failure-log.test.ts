import { describe, expect, it } from '@jest/globals';
import { TerminalError } from '../../../src/kernel/errors.ts';
import { FailureLog } from '../../../src/runtime/failure-log.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

function makeLog() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  return { clock, logger, log: new FailureLog(logger, clock) };
}

const failuresTold = (logger: RecordingLogger) => logger.lines.map(({ fields }) => fields['failures']);

describe('failures in a row of one key', () => {
  it('are told at the first and then at powers of two', () => {
    const { logger, log } = makeLog();
    for (let failures = 1; failures <= 100; failures += 1) {
      log.retried('a', new Error('broken'), { failures, retryInMs: 5 });
    }
    expect(failuresTold(logger)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it('are told again after a minute of silence', () => {
    const { clock, logger, log } = makeLog();
    log.retried('a', new Error('broken'), { failures: 64, retryInMs: 5 });
    clock.freeze(59_999);
    log.retried('a', new Error('broken'), { failures: 65, retryInMs: 5 });
    clock.freeze(1);
    log.retried('a', new Error('broken'), { failures: 66, retryInMs: 5 });
    expect(failuresTold(logger)).toEqual([64, 66]);
  });

  it('are told with key, error, count and the time of the next try', () => {
    const { logger, log } = makeLog();
    const error = new Error('broken');
    log.retried('a', error, { failures: 1, retryInMs: 4.6 });
    expect(logger.lines[0]).toEqual({
      level: 'error',
      message: 'reconcile failed, will retry',
      fields: { key: 'a', error, failures: 1, retryInMs: 5 },
    });
  });
});

describe('a terminal failure', () => {
  it('is told once, however often it comes back', () => {
    const { logger, log } = makeLog();
    for (let i = 0; i < 10; i += 1) log.gaveUp('a', new TerminalError('illegal'));
    expect(logger.lines).toHaveLength(1);
  });

  it('is told again when it is another, or after a success', () => {
    const { logger, log } = makeLog();
    log.gaveUp('a', new TerminalError('illegal'));
    log.gaveUp('a', new TerminalError('illegal in another way'));
    log.succeeded('a');
    log.gaveUp('a', new TerminalError('illegal in another way'));
    expect(logger.lines).toHaveLength(3);
  });
});

describe('when everything fails at once', () => {
  it('a few examples are told, and how many were not', () => {
    const { clock, logger, log } = makeLog();
    for (let i = 0; i < 10_000; i += 1)
      log.retried(`k${i}`, new Error('broken'), { failures: 1, retryInMs: 5 });
    expect(logger.lines).toHaveLength(50);
    clock.freeze(1_000);
    log.retried('k0', new Error('broken'), { failures: 2, retryInMs: 5 });
    expect(logger.lines.at(-1)?.fields['notTold']).toBe(9_950);
    log.retried('k1', new Error('broken'), { failures: 2, retryInMs: 5 });
    expect(logger.lines.at(-1)?.fields).not.toHaveProperty('notTold');
  });
});
