/** The lifecycle with a real process: real signals, real faults, and a log that is whole at the end. */
import { describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const src = new URL('../../../src/', import.meta.url).href;

/** `work` is the body of the component's start; `stop` of its stop. */
function program(work: string, stop: string): string {
  return `
    import { portOf } from '${src}operator/process-port.ts';
    import { Lifecycle } from '${src}runtime/lifecycle.ts';
    import { createLogger } from '${src}runtime/logger.ts';
    const logger = createLogger({ level: 'info', stream: process.stdout, name: 'test' });
    const keepAlive = setInterval(() => undefined, 1000);
    await new Lifecycle({
      logger,
      components: [{ name: 'work', start: () => { ${work} }, stop: () => { ${stop} } }],
      process: portOf(process),
    }).run();
    logger.info('up');
  `;
}

class Program {
  readonly #child: ChildProcess;
  #output = '';

  constructor(source: string) {
    const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source];
    this.#child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk) => (this.#output += String(chunk)));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async told(message: string): Promise<void> {
    while (!this.#output.includes(`"message":"${message}"`)) {
      if (this.#child.exitCode !== null) throw new Error(`exited without "${message}": ${this.#output}`);
      await Promise.race([once(this.#child.stdout!, 'data'), once(this.#child, 'close')]);
    }
  }

  /** The exit code and all messages. */
  async ended(): Promise<{ code: number | null; messages: string[] }> {
    await once(this.#child, 'close');
    const lines = this.#output.trim().split('\n');
    const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
    return { code: this.#child.exitCode, messages };
  }
}

describe('a process', () => {
  it('that gets SIGTERM stops, logs to the last line and exits with 0', async () => {
    const running = new Program(program('', 'return new Promise((resolve) => setTimeout(resolve, 50))'));
    await running.told('up');
    running.signal('SIGTERM');
    expect(await running.ended()).toEqual({ code: 0, messages: ['up', 'stopping', 'stopped'] });
  });

  it('that gets SIGTERM again while it stops exits at once with 1', async () => {
    const running = new Program(program('', 'return new Promise(() => undefined)'));
    await running.told('up');
    running.signal('SIGTERM');
    await running.told('stopping');
    running.signal('SIGTERM');
    expect(await running.ended()).toEqual({
      code: 1,
      messages: ['up', 'stopping', 'second signal, exiting at once'],
    });
  });

  const faults: [string, string][] = [
    ['an unhandled rejection', "Promise.reject(new Error('forgotten'))"],
    ['an uncaught exception', "setTimeout(() => { throw new Error('forgotten') }, 1)"],
  ];
  it.each(faults)('that meets %s tells it, stops and exits with 1', async (_, fault) => {
    const { code, messages } = await new Program(program(fault, '')).ended();
    expect(code).toBe(1);
    expect(messages.filter((message) => message !== 'up')).toEqual([
      'fault in the program, stopping',
      'stopping',
      'stopped',
    ]);
  });
});
