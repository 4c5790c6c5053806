/** Whether a process runs; one that has ended and that nobody has asked after yet (state Z) does not. Linux only. */
import { readFileSync } from 'node:fs';

export function isProcessRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
