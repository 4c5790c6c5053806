import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProcessGuard, type ProcessGuard } from '../../control-plane/process-guard.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { isProcessRunning } from '../../support/is-process-running.ts';

const stubborn = `process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000);`;
let folder: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cortex-guard-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function spawnStubborn(guard: ProcessGuard) {
  return guard.spawn(process.execPath, ['--eval', stubborn], { logFile: join(folder, 'log') });
}

describe('a process guard', () => {
  it('kills what does not heed SIGTERM in time', async () => {
    const guard = openProcessGuard();
    const guarded = spawnStubborn(guard);
    await waitFor(async () => (await guarded.logTail()) === 'up', { describe: 'the program to be up' });
    await guarded.stop({ graceMs: 50 });
    expect(await guarded.exited).toBe('SIGKILL');
    await guard.close();
  });

  it('ends everything and removes its folders when it is closed', async () => {
    const guard = openProcessGuard();
    const guarded = guard.spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], {
      logFile: join(folder, 'log'),
      expendable: true,
    });
    guard.removeAtEnd(folder);
    await guard.close();
    expect(isProcessRunning(guarded.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('kills what is expendable with all that it has started', async () => {
    const guard = openProcessGuard();
    const guarded = guard.spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; wait'], {
      logFile: join(folder, 'log'),
      expendable: true,
    });
    const child = Number(
      await waitFor(async () => (await guarded.logTail()) || undefined, { describe: 'the child' }),
    );
    await guard.close();
    await waitFor(() => !isProcessRunning(child), { describe: 'the child to be gone' });
  });

  it('keeps no folder that comes after it was closed', async () => {
    const guard = openProcessGuard();
    await guard.close();
    guard.removeAtEnd(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('says which program there is not', () => {
    const guard = openProcessGuard();
    expect(() => guard.spawn('/nowhere/etcd', [], { logFile: join(folder, 'log') })).toThrow(
      'etcd cannot be started: there is no program /nowhere/etcd.',
    );
    return guard.close();
  });

  it('leaves nothing running and nothing on disk when its own process is killed', async () => {
    const owner = startOwner();
    const [line] = (await once(owner.stdout!, 'data')) as [Buffer];
    const pid = Number(String(line));
    expect(isProcessRunning(pid)).toBe(true);
    owner.kill('SIGKILL');
    await waitFor(() => !isProcessRunning(pid) && !existsSync(folder), {
      describe: 'the watchdog to clean up',
    });
  });
});

/** A process with a guard and one program; it prints the program's process ID. */
function startOwner(): ChildProcess {
  const source = `
    import { openProcessGuard } from '${new URL('../../control-plane/process-guard.ts', import.meta.url).href}';
    const guard = openProcessGuard();
    guard.removeAtEnd('${folder}');
    const { pid } = guard.spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], { logFile: '${folder}/log' });
    console.log(pid);
    setInterval(() => undefined, 1000);
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
