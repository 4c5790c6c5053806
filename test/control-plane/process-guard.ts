/**
 * Starts programs that must not outlive this process: each in a process group of its own (a terminal's Ctrl-C
 * reaches only this process, which ends them in order), and known to a watchdog that kills them when this process
 * ends without having done so, by SIGKILL too.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface GuardedProcess {
  readonly pid: number;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly isRunning: boolean;
  /** Sends a signal to the process alone. */
  signal(signal: NodeJS.Signals): void;
  /**
   * Asks by `signal` (default SIGTERM), and kills its whole group when it is still there after `graceMs` (5000);
   * SIGKILL goes to the whole group at once.
   */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly graceMs?: number }): Promise<void>;
  /** The end of what it printed to its log file. */
  logTail(lines?: number): Promise<string>;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** At the end it is killed without being asked: nothing that it holds is worth a second. Default false. */
  readonly expendable?: boolean;
}

export interface ProcessGuard {
  /** @throws Error when there is no such program, or the guard is closed */
  spawn(program: string, args: readonly string[], options: SpawnOptions): GuardedProcess;
  /** The folder is removed at the end, whatever the end is; at once, when the guard is closed already. */
  removeAtEnd(folder: string): void;
  /** Stops what still runs, the youngest first, and removes the folders; nothing can be started from the call on. */
  close(): Promise<void>;
}

/** Starts a guard and its watchdog. */
export function openProcessGuard(): ProcessGuard {
  const watchdog = startWatchdog();
  const running = new Map<GuardedProcess, SpawnOptions>();
  const folders: string[] = [];
  let isClosed = false;
  const tell = (order: string) => void watchdog.stdin?.write(`${order}\n`);
  return {
    spawn(program, args, options) {
      if (isClosed) throw new Error(`${basename(program)} is not started: everything is being stopped.`);
      const guarded = startProcess(program, args, options);
      tell(`watch ${guarded.pid}`);
      running.set(guarded, options);
      void guarded.exited.then(() => {
        running.delete(guarded);
        tell(`forget ${guarded.pid}`);
      });
      return guarded;
    },
    removeAtEnd(folder) {
      if (isClosed) rmSync(folder, { recursive: true, force: true });
      folders.push(folder);
      tell(`remove ${folder}`);
    },
    async close() {
      isClosed = true;
      for (const [guarded, { expendable }] of [...running].reverse())
        await guarded.stop(expendable ? { signal: 'SIGKILL' } : {});
      for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      watchdog.stdin?.end();
    },
  };
}

function startWatchdog(): ChildProcess {
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  // It must hold nobody back: neither the end of this process nor a test runner that waits for open handles.
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  watchdog.stdin.on('error', () => undefined);
  return watchdog;
}

function startProcess(program: string, args: readonly string[], options: SpawnOptions): GuardedProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...(options.env ?? process.env) },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    child.on('error', () => undefined);
    throw new Error(`${basename(program)} cannot be started: there is no program ${program}.`);
  }
  return guard(child, pid, options.logFile);
}

function guard(child: ChildProcess, pid: number, logFile: string): GuardedProcess {
  let isRunning = true;
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      isRunning = false;
      resolve(code ?? signal ?? 1);
    });
  });
  return {
    pid,
    exited,
    get isRunning() {
      return isRunning;
    },
    signal: (signal) => void child.kill(signal),
    async stop({ signal = 'SIGTERM', graceMs = 5000 } = {}) {
      if (!isRunning) return;
      if (signal === 'SIGKILL') killGroup(pid);
      else child.kill(signal);
      const timer = setTimeout(() => killGroup(pid), graceMs);
      await exited;
      clearTimeout(timer);
    },
    logTail: (lines = 20) => tailOf(logFile, lines),
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

/** The last lines of a file; empty when there is none. */
export async function tailOf(path: string, lines: number): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
