/** In processes of its own: real signals, and programs that must not be left running. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../control-plane/wait-for.ts';
import { isProcessRunning } from '../../support/is-process-running.ts';

const root = new URL('../../../', import.meta.url).href;
const willing = 'console.log("up"); setInterval(() => undefined, 1000)';
const stubborn = `process.on('SIGTERM', () => undefined); ${willing}`;
let folder: string;
let owner: ChildProcess;
let output: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cortex-stop-'))));
afterEach(() => {
  owner.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that runs `program` by its guard; resolves with the program's process ID once that is up. */
async function start(program: string, more = ''): Promise<number> {
  const source = `
    import { openProcessGuard } from '${root}test/control-plane/process-guard.ts';
    import { stopOnSignals } from '${root}demo/stop-on-signals.ts';
    const guard = openProcessGuard();
    guard.removeAtEnd('${folder}');
    const isStopping = stopOnSignals(guard, console.log);
    const child = guard.spawn(process.execPath, ['--eval', ${JSON.stringify(program)}], { logFile: '${folder}/log' });
    while (!(await child.logTail()).includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
    console.log('pid ' + child.pid);
    ${more}
    setInterval(() => undefined, 1000);
  `;
  output = '';
  owner = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owner.stdout?.on('data', (chunk) => (output += String(chunk)));
  const [, pid] = await waitFor(() => /pid (\d+)/.exec(output), { describe: 'the program to be up' });
  return Number(pid);
}

async function ended(): Promise<number | null> {
  if (owner.exitCode === null && owner.signalCode === null) await once(owner, 'exit');
  return owner.exitCode;
}

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends what was started, removes its folders, and exits with %d', async (signal, code) => {
    const pid = await start(willing);
    owner.kill(signal);
    expect(await ended()).toBe(code);
    expect(isProcessRunning(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('that comes again exits at once, and leaves nothing running either', async () => {
    const pid = await start(stubborn);
    owner.kill('SIGINT');
    await waitFor(() => output.includes('stopping everything'), { describe: 'the stop to begin' });
    expect(isProcessRunning(pid)).toBe(true);
    owner.kill('SIGINT');
    expect(await ended()).toBe(130);
    await waitFor(() => !isProcessRunning(pid) && !existsSync(folder), {
      describe: 'the watchdog to clean up',
    });
  });

  it('is not undone by what fails for it, or is started meanwhile', async () => {
    const pid = await start(
      willing,
      `void child.exited.then(() => {
         try { guard.spawn(process.execPath, ['--version'], { logFile: '${folder}/log' }); }
         catch (error) { console.log(isStopping() + ': ' + error.message); }
         throw new Error('lost it');
       });`,
    );
    owner.kill('SIGINT');
    expect(await ended()).toBe(130);
    expect(output).toContain('true: node is not started: everything is being stopped.');
    expect(isProcessRunning(pid)).toBe(false);
  });
});
