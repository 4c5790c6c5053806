/** Runs programs that end with this process. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

export interface Ended {
  /** Undefined when there is no such program. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end; `output` is what it printed, in order. */
export function runCommand(command: string, args: readonly string[], cwd?: string): Promise<Ended> {
  // A group of its own, so that what the program itself has started ends with it.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      running.delete(child);
      resolve({ exitCode: undefined, output: error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** Ends the programs, then this process, at the first signal. */
export function endWithChildren(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGTERM');
      process.exit(128 + constants.signals[signal]);
    });
}
