/** Runs a program under Node 24 in this process's place. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchParent } from './watch-parent.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** The same signal again within this time is the same wish: Ctrl-C comes from the terminal and from npm. */
const sameWishMs = 300;
const preload = new URL('end-with-parent.mjs', import.meta.url).href;

/**
 * Runs `file` with inherited input and output, and hands on the signals that this process gets. It has a process
 * group of its own, so that it gets each signal once, from here; it ends when this process is killed.
 *
 * @returns its exit code; 128 + number when a signal ended it, as shells have it
 */
export function runProgram(node, file, args) {
  const child = spawn(node, ['--import', preload, file, ...args], { stdio: 'inherit', detached: true });
  const lastAt = new Map();
  const handOn = (signal) => {
    const now = Date.now();
    if (now - (lastAt.get(signal) ?? 0) > sameWishMs) child.kill(signal);
    lastAt.set(signal, now);
  };
  for (const signal of signals) process.on(signal, handOn);
  // Under npm the parent is npm (its shell gives way by `exec`), and waits; others may start this in the background
  // and leave.
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => handOn('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
