/**
 * Gives memory back once a burst is over. V8 grows the space for new objects as a first list or a storm of events asks
 * for it, and shrinks it only when it collects garbage to save memory: a process at rest never makes it do so, and
 * would keep the most that it ever needed.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock, type Clock } from './clock.ts';
import type { Component } from './lifecycle.ts';

/** Port: the parts of `process` that are read. */
export interface HeapUsage {
  /** Microseconds. */
  cpuUsage(): { readonly user: number; readonly system: number };
  /** Bytes. */
  memoryUsage(): { readonly heapTotal: number };
}

const lookEveryMs = 10_000;
/** Of one core, over the time between two looks: leases and probes stay far below, lists and patches above. */
const restingShare = 0.05;
/** What the heap must have grown since the last time. Collecting takes 1 ms for each MB in use. */
const worthwhileBytes = 4e6;

/** Looks every ten seconds; `collect` (default: V8's own, to save memory) runs only while the process rests. */
export function releaseMemory(
  usage: HeapUsage,
  { clock = systemClock, collect = collectToSaveMemory }: { clock?: Clock; collect?: () => void } = {},
): Component {
  let cancel = (): void => undefined;
  let heapAfter = 0;
  const look = (busyBefore: number): void => {
    const busy = busyMs(usage);
    const isResting = busy - busyBefore < lookEveryMs * restingShare;
    if (isResting && usage.memoryUsage().heapTotal - heapAfter > worthwhileBytes) {
      collect();
      heapAfter = usage.memoryUsage().heapTotal;
    }
    lookLater();
  };
  const lookLater = (): void => {
    const busy = busyMs(usage);
    cancel = clock.schedule(lookEveryMs, () => look(busy));
  };
  return { name: 'memory', start: lookLater, stop: () => cancel() };
}

function busyMs(usage: HeapUsage): number {
  const { user, system } = usage.cpuUsage();
  return (user + system) / 1000;
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** V8 tells of its collector only to contexts that are made after this flag was set. */
function collectToSaveMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
