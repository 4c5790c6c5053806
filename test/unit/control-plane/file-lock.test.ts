import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../../control-plane/file-lock.ts';
import { waitFor } from '../../control-plane/wait-for.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file lock', () => {
  it('lets one work at a time, and tells who is waited for', async () => {
    const waitedFor: number[] = [];
    let [working, most, done] = [0, 0, 0];
    const work = async () => {
      working += 1;
      most = Math.max(most, working);
      // The first holds the lock until the other two wait for it.
      if (done === 0)
        await waitFor(() => waitedFor.length === 2, { describe: 'two that wait', intervalMs: 1 });
      working -= 1;
      done += 1;
    };
    const contend = () => withFileLock(lock, work, { pollMs: 1, onWait: (pid) => waitedFor.push(pid) });
    await Promise.all([contend(), contend(), contend()]);
    expect({ most, done }).toEqual({ most: 1, done: 3 });
    expect(waitedFor).toEqual([process.pid, process.pid]);
    expect(existsSync(lock)).toBe(false);
  });

  it('is free again after work that fails', async () => {
    await expect(withFileLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withFileLock(lock, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('is taken from a process that has died', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    writeFileSync(lock, JSON.stringify({ pid, startedAt: '1' }));
    await expect(withFileLock(lock, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('is taken from a dead process whose ID another process has now', async () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    await expect(withFileLock(lock, () => Promise.resolve('done'))).resolves.toBe('done');
  });
});
