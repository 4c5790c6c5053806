/** Time as the machinery sees it; tests hand in one that moves by hand. */

export interface Clock {
  /** Milliseconds since some moment of this process. Never goes back, and no clock adjustment moves it. */
  now(): number;
  /** What the calendar says: for timestamps that others read, never for measuring. */
  date(): Date;
  /** Calls `callback` once, `delayMs` from now at the earliest; returns what cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** Resolves once the event loop has served what else is waiting: timers, sockets. */
  breathe(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Resolves after `delayMs`, or as soon as `signal` is aborted. Never rejects. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal?.addEventListener('abort', wake);
  });
}

/** What `within` answers when the time was up first. */
export const timedOut = Symbol('timed out');

/** The promise's result, or `timedOut` after `timeoutMs`; the promise itself goes on unwatched. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  promise: Promise<T>,
): Promise<T | typeof timedOut> {
  let cancel = (): void => undefined;
  const timeout = new Promise<typeof timedOut>((resolve) => {
    cancel = clock.schedule(timeoutMs, () => resolve(timedOut));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    cancel();
  }
}
