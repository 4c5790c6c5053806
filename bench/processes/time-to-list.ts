/** Starts a program and times it until it says that it has listed all pods. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Listed {
  /** From the start of the process. */
  readonly sinceStartMs: number;
  /** The list alone, as the program itself measured it. */
  readonly listMs: number;
  readonly count: number;
}

interface LogLine {
  readonly message?: string;
  readonly resource?: string;
  readonly count?: number;
  readonly durationMs?: number;
}

/** Ends the program by SIGTERM then, and resolves when it has ended. */
export async function timeToList(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Listed> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const onEnd = (): void => void child.kill('SIGKILL');
  process.once('exit', onEnd);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const told: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      told.push(line);
      const listed = listedOf(line);
      if (listed) return { ...listed, sinceStartMs: performance.now() - startedAt };
    }
  } finally {
    child.kill('SIGTERM');
    await exited;
    process.removeListener('exit', onEnd);
  }
  throw new Error(`The program ended without having listed pods:\n${told.join('\n')}`);
}

function listedOf(line: string): Omit<Listed, 'sinceStartMs'> | undefined {
  if (!line.startsWith('{')) return undefined;
  const { message, resource, count = 0, durationMs = 0 } = JSON.parse(line) as LogLine;
  return message === 'listed' && resource === 'pods' ? { count, listMs: durationMs } : undefined;
}
