import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { createLogger, type LogLevel } from '../../../src/runtime/logger.ts';

function makeLogger(level: LogLevel = 'info') {
  const stream = new PassThrough();
  const logger = createLogger({ level, stream, name: 'operator', now: () => new Date(0) });
  const text = () => String(stream.read() ?? '');
  const lines = () =>
    text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, text, lines };
}

describe('a line', () => {
  it('is JSON that begins with time, level, logger and message', () => {
    const { logger, text } = makeLogger();
    logger.info('started', { port: 8080, b: { c: [1, null] } });
    expect(text()).toBe(
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","logger":"operator","message":"started","port":8080,"b":{"c":[1,null]}}\n',
    );
  });

  it('is written before the call returns, so that the last one before an exit is not lost', () => {
    const { logger, lines } = makeLogger();
    for (let i = 0; i < 100; i += 1) logger.info('line', { i });
    expect(lines()).toHaveLength(100);
  });

  it('stays one line, whatever is in its fields', () => {
    const { logger, text } = makeLogger();
    logger.info('two\nlines', { text: 'a\nb\u2028c' });
    expect(text().trimEnd().split('\n')).toHaveLength(1);
  });

  it('survives circles, big integers and undefined', () => {
    const { logger, lines } = makeLogger();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger.info('odd', { circle, big: 2n ** 64n, nothing: undefined });
    expect(lines()[0]).toMatchObject({ circle: { self: '[Circular]' }, big: '18446744073709551616' });
  });

  it('keeps its own keys when fields have the same names', () => {
    const { logger, lines } = makeLogger();
    logger.info('kept', { message: 'other', level: 'other', time: 1, logger: 'other' });
    expect(lines()[0]).toMatchObject({
      message: 'kept',
      message_: 'other',
      level: 'info',
      level_: 'other',
      time_: 1,
    });
  });

  it('cuts long texts', () => {
    const { logger, lines } = makeLogger();
    logger.info('page', { page: 'x'.repeat(100_000) });
    expect(lines()[0]?.['page']).toBe(`${'x'.repeat(2_000)}… (100000 characters)`);
  });
});

describe('levels', () => {
  const cases: [LogLevel, string[]][] = [
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ];
  it.each(cases)('at %s are written: %j', (level, expected) => {
    const { logger, lines } = makeLogger(level);
    for (const one of ['debug', 'info', 'warn', 'error'] as const) logger[one]('message');
    expect(lines().map((line) => line['level'])).toEqual(expected);
  });
});

describe('a child', () => {
  it('carries its name and fields, and those of its parents', () => {
    const { logger, lines } = makeLogger();
    logger.child('kube', { server: 's' }).child('watch', { kind: 'k' }).warn('cut', { kind: 'own wins' });
    expect(lines()[0]).toMatchObject({ logger: 'operator.kube.watch', server: 's', kind: 'own wins' });
  });
});

describe('an error', () => {
  const failure = () =>
    Object.assign(new TypeError('broken', { cause: new Error('deeper') }), {
      code: 'ECONNRESET',
      headers: { authorization: 'Bearer abc' },
      body: 'page with abc',
    });

  it('is written as name, message, code and cause, and nothing that hangs on it', () => {
    const { logger, text } = makeLogger();
    logger.error('failed', { error: failure() });
    const line = text();
    expect(JSON.parse(line)).toMatchObject({
      error: {
        name: 'TypeError',
        message: 'broken',
        code: 'ECONNRESET',
        cause: { name: 'Error', message: 'deeper' },
      },
    });
    expect(line).not.toContain('abc');
    expect(line).not.toContain('stack');
  });

  it('is written with its stack at level debug', () => {
    const { logger, lines } = makeLogger('debug');
    logger.error('failed', { error: failure() });
    expect(lines()[0]?.['error']).toMatchObject({ stack: expect.stringContaining('logger.test.ts') });
  });

  it('that is its own cause ends', () => {
    const { logger, lines } = makeLogger();
    const error = new Error('broken');
    error.cause = error;
    logger.error('failed', { error });
    expect(lines()).toHaveLength(1);
  });
});

describe('secrets', () => {
  it.each(['token', 'Authorization', 'clientSecret', 'password', 'headers', 'body', 'set-cookie'])(
    'in a field named %s are not written',
    (name) => {
      const { logger, text } = makeLogger();
      logger.info('request', { [name]: 'abc' });
      expect(text()).toContain('[not logged]');
    },
  );
});
