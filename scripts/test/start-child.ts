/** Starts the tools that check, as children that end with this process. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Ended {
  readonly exitCode: number;
  /** What it printed; empty when it printed to this process's own output. */
  readonly output: string;
}

const preload = new URL('../setup/end-with-parent.mjs', import.meta.url).href;
const running = new Set<ChildProcess>();

interface ChildOptions {
  readonly stdio: 'inherit' | 'collect';
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs Node with `args` (a script's path relative to the root, and its arguments) until it ends. */
export function runNode(args: readonly string[], { stdio, env }: ChildOptions): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', preload, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: stdio === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** Ends the children, then this process, at the first signal; what a test started is ended by its own watchdog. */
export function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.exit(128 + constants.signals[signal]);
    });
}
