/** Time as the reflector and the recorder need it; tests hand in one that moves by hand. */
export interface Clock {
  /** Milliseconds since some moment of this process; never goes back. */
  now(): number;
  /** What the calendar says, for times that others read. */
  date(): Date;
  /** Calls `callback` once, after `delayMs`; returns what calls it off. */
  schedule(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after the time, or as soon as the signal is aborted. Never rejects. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}
