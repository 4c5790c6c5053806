/** A lock between processes: a file that names its owner, so that a lock whose owner died is not waited for. */
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';

interface Owner {
  readonly pid: number;
  /** When the owner's process began, in the kernel's ticks; tells a process from a later one with the same id. */
  readonly startedAt: string;
}

export interface LockOptions {
  /** Called once when somebody alive holds the lock. */
  readonly onWait?: (ownerPid: number) => void;
  readonly pollMs?: number;
}

/** Runs `work` while no other process runs any `work` under the same lock file; waits for as long as that takes. */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await unlink(path).catch(() => undefined);
  }
}

async function acquire(path: string, { onWait, pollMs = 200 }: LockOptions): Promise<void> {
  let told = false;
  while (!(await tryToCreate(path))) {
    const owner = await readOwner(path);
    if (owner !== undefined && !isAlive(owner)) {
      await breakLock(path, owner);
      continue;
    }
    if (owner !== undefined && !told) onWait?.(owner.pid);
    told ||= owner !== undefined;
    await pause(pollMs);
  }
}

/** The file appears with its content or not at all: a half-written lock has no owner that could be asked after. */
async function tryToCreate(path: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(
      JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) } satisfies Owner),
    );
    await file.close();
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, startedAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(pid) === startedAt;
}

/** Empty where there is no /proc: then the process id alone must do. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold spaces; the 22nd is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Moves the dead owner's lock aside. If another process was quicker and the lock is new, it is put back. */
async function breakLock(path: string, dead: Owner): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved?.pid !== dead.pid || moved.startedAt !== dead.startedAt)
    await link(aside, path).catch(() => undefined);
  await unlink(aside);
}
