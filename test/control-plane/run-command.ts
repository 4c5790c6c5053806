/** Runs a program to its end and collects what it printed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessGuard } from './process-guard.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export type Run = (
  program: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Never throws for an exit code; a program that cannot be started, or is killed, ends with code 127. It ends
 * with this process, unless that is killed.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { cwd, env = process.env, input = '', timeoutMs } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ exitCode: 127, stdout, stderr: error.message }));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ exitCode: code ?? 127, stdout, stderr });
    });
    // A program that does not read its input is none of our business.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/**
 * The same for what takes minutes and has children of its own, such as a compiler: all of them end with this process,
 * however that ends. The log file in `folder` gets what is printed, and its last lines are the result's `stderr`.
 */
export function guardedRun(guard: ProcessGuard, folder: string): Run {
  return async (program, args, { cwd, env } = {}) => {
    const guarded = guard.spawn(program, args, {
      logFile: join(folder, 'log'),
      expendable: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    const end = await guarded.exited;
    return { exitCode: typeof end === 'number' ? end : 127, stdout: '', stderr: await guarded.logTail() };
  };
}

/** The standard output of a program that must succeed; its complaint is the error's text otherwise. */
export async function outputOf(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(program, args, options);
  if (exitCode !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with code ${exitCode}: ${stderr || stdout}`);
  return stdout;
}
