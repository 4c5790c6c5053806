/**
 * One installation at a time in a clone. The lock is a file outside of node_modules, which `npm ci` removes; it names
 * its owner, so that a lock whose owner died is not waited for.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, unlinkSync } from 'node:fs';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 200;

/** Runs `work` while no other process runs any for this clone; `onWait` is told who that is. */
export async function withInstallLock(root, work, onWait) {
  const path = lockPath(root);
  await acquire(path, onWait);
  const release = () => unlinkSync(path);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function lockPath(root) {
  const clone = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 16);
  return join(tmpdir(), `cortex-logging-setup-${clone}.lock`);
}

async function acquire(path, onWait) {
  let told;
  while (!(await tryToCreate(path))) {
    const owner = await readOwner(path);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      await breakLock(path, owner);
      continue;
    }
    if (told !== owner.pid) onWait(owner.pid);
    told = owner.pid;
    await pause(pollMs);
  }
}

/** The file appears with its content or not at all. */
async function tryToCreate(path) {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readOwner(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive({ pid, startedAt }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return startOf(pid) === startedAt;
}

/** In the kernel's ticks: tells a process from a later one with the same id. Empty where there is no /proc. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Moves the dead owner's lock aside. If another process was quicker and the lock is a new one, it is put back. */
async function breakLock(path, dead) {
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
