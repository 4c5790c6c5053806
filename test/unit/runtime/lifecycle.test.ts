import { describe, expect, it } from '@jest/globals';
import { type Component, Lifecycle, type ProcessPort } from '../../../src/runtime/lifecycle.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

/** A process whose signals a test sends and whose exits it sees. */
class FakeProcess implements ProcessPort {
  readonly exits: number[] = [];
  signal: (name: string) => void = () => undefined;
  fault: Parameters<ProcessPort['onFault']>[0] = () => undefined;

  onSignal(listener: (signal: string) => void): void {
    this.signal = listener;
  }

  onFault(listener: Parameters<ProcessPort['onFault']>[0]): void {
    this.fault = listener;
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

function makeProgram(overrides: Record<string, Partial<Component>> = {}) {
  const clock = new ManualClock();
  const process = new FakeProcess();
  const logger = new RecordingLogger();
  const events: string[] = [];
  const components = ['lease', 'watch', 'work'].map((name) => ({
    name,
    start: () => events.push(`start ${name}`),
    stop: () => events.push(`stop ${name}`),
    ...overrides[name],
  }));
  const lifecycle = new Lifecycle({ components, process, logger, clock });
  return { clock, process, logger, events, lifecycle };
}

const never = () => Promise.withResolvers().promise;
const broken = () => Promise.reject(new Error('broken'));

describe('a program', () => {
  it('starts its components in order, each after the one before is up', async () => {
    const gate = Promise.withResolvers();
    const { events, lifecycle } = makeProgram({ lease: { start: () => gate.promise } });
    const run = lifecycle.run();
    await settle();
    expect(events).toEqual([]);
    gate.resolve(undefined);
    await run;
    expect(events).toEqual(['start watch', 'start work']);
  });

  it.each(['SIGTERM', 'SIGINT'])(
    'stops in reverse order at the first %s and exits with 0',
    async (signal) => {
      const { events, lifecycle, process } = makeProgram();
      await lifecycle.run();
      process.signal(signal);
      await settle();
      expect(events.slice(3)).toEqual(['stop work', 'stop watch', 'stop lease']);
      expect(process.exits).toEqual([0]);
    },
  );

  it('waits in its stop for each component before the next', async () => {
    const gate = Promise.withResolvers();
    const { events, lifecycle, process } = makeProgram({ work: { stop: () => gate.promise } });
    await lifecycle.run();
    process.signal('SIGTERM');
    await settle();
    expect(events).not.toContain('stop watch');
    gate.resolve(undefined);
    await settle();
    expect(events.slice(-2)).toEqual(['stop watch', 'stop lease']);
    expect(process.exits).toEqual([0]);
  });

  it('exits at once with 1 at the second signal', async () => {
    const { lifecycle, logger, process } = makeProgram({ work: { stop: never } });
    await lifecycle.run();
    process.signal('SIGTERM');
    await settle();
    expect(process.exits).toEqual([]);
    process.signal('SIGTERM');
    expect(process.exits).toEqual([1]);
    expect(logger.lines.at(-1)?.fields).toEqual({ signal: 'SIGTERM', inStop: 'work' });
  });

  it('exits with 1 when its stop takes 25 s, and says which component did not end', async () => {
    const { clock, lifecycle, logger, process } = makeProgram({ watch: { stop: never } });
    await lifecycle.run();
    process.signal('SIGTERM');
    await clock.advance(24_999);
    expect(process.exits).toEqual([]);
    await clock.advance(1);
    expect(process.exits).toEqual([1]);
    expect(logger.lines.at(-1)).toEqual({
      level: 'error',
      message: 'stop took too long, exiting',
      fields: { stopDeadlineMs: 25_000, inStop: 'watch' },
    });
  });

  it.each(['uncaughtException', 'unhandledRejection'] as const)(
    'tells of an %s, stops in order and exits with 1',
    async (kind) => {
      const { events, lifecycle, logger, process } = makeProgram();
      await lifecycle.run();
      const error = new Error('forgotten');
      process.fault(kind, error);
      await settle();
      expect(logger.lines[0]?.fields).toEqual({ kind, error });
      expect(events.slice(-1)).toEqual(['stop lease']);
      expect(process.exits).toEqual([1]);
    },
  );

  it('that was asked to stop exits with 1 when a fault comes while it stops', async () => {
    const gate = Promise.withResolvers();
    const { lifecycle, process } = makeProgram({ work: { stop: () => gate.promise } });
    await lifecycle.run();
    process.signal('SIGTERM');
    process.fault('unhandledRejection', new Error('forgotten'));
    gate.resolve(undefined);
    await settle();
    expect(process.exits).toEqual([1]);
  });

  it('stops what was begun and exits with 1 when a component cannot start', async () => {
    const { events, lifecycle, logger, process } = makeProgram({ watch: { start: broken } });
    await lifecycle.run();
    expect(events).toEqual(['start lease', 'stop watch', 'stop lease']);
    expect(process.exits).toEqual([1]);
    expect(logger.messages('error')).toEqual(['could not start']);
  });

  it('stops also while a component is still starting', async () => {
    const { events, lifecycle, process } = makeProgram({ watch: { start: never } });
    void lifecycle.run();
    await settle();
    process.signal('SIGTERM');
    await settle();
    expect(events).toEqual(['start lease', 'stop watch', 'stop lease']);
    expect(process.exits).toEqual([0]);
  });

  it('starts nothing more once it stops', async () => {
    const gate = Promise.withResolvers();
    const { events, lifecycle, process } = makeProgram({ watch: { start: () => gate.promise } });
    const run = lifecycle.run();
    await settle();
    process.signal('SIGTERM');
    gate.resolve(undefined);
    await run;
    await settle();
    expect(events).not.toContain('start work');
  });

  it('stops the others and exits with 1 when a component cannot stop', async () => {
    const { events, lifecycle, process } = makeProgram({ work: { stop: broken } });
    await lifecycle.run();
    await lifecycle.stop('test');
    expect(events.slice(-2)).toEqual(['stop watch', 'stop lease']);
    expect(process.exits).toEqual([1]);
  });

  it('exits once, however often it is told to stop', async () => {
    const { events, lifecycle, process } = makeProgram();
    await lifecycle.run();
    await Promise.all([lifecycle.stop('one'), lifecycle.stop('leadership lost', 1), lifecycle.stop('three')]);
    expect(events.filter((event) => event === 'stop work')).toHaveLength(1);
    expect(process.exits).toEqual([1]);
  });
});
