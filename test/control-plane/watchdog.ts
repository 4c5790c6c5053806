/**
 * The process that outlives a killed test run by a moment: it reads what to end from its standard input
 * (`watch PID`, `forget PID`, `remove FOLDER`, one a line), and when that closes, however its parent ended, it kills
 * the process groups and removes the folders.
 */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const groups = new Set<number>();
const folders = new Set<string>();

function obey(line: string): void {
  const space = line.indexOf(' ');
  const argument = line.slice(space + 1);
  const orders: Readonly<Record<string, () => void>> = {
    watch: () => groups.add(Number(argument)),
    forget: () => groups.delete(Number(argument)),
    remove: () => folders.add(argument),
  };
  orders[line.slice(0, space)]?.();
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone, which is what is wanted.
  }
}

// A terminal's Ctrl-C, or a runner that ends everything politely, must not end the one who cleans up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
for await (const line of createInterface({ input: process.stdin })) obey(line);
for (const pid of groups) killGroup(pid);
for (const folder of folders)
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
