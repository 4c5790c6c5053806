/** A clock that moves only when a test moves it. */
import type { Clock } from '../../src/runtime/clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #now = 0;
  /** Added to what `date` says: a calendar that someone has set wrong. */
  #skewMs = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now + this.#skewMs);
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { dueAt: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  breathe(): Promise<void> {
    return Promise.resolve();
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass: what is due runs in order, each followed by all that it set off. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#now = Math.max(this.#now, timer.dueAt);
      this.#timers.delete(timer);
      timer.callback();
      await settle();
    }
    this.#now = end;
  }

  /** Time passes while nothing runs, as in a stopped process: what became due waits for the next `advance`. */
  freeze(ms: number): void {
    this.#now += ms;
  }

  /** Someone sets the calendar; `now` does not notice. */
  setCalendar(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  #next(end: number): Timer | undefined {
    const [first] = [...this.#timers].sort((one, other) => one.dueAt - other.dueAt);
    return first && first.dueAt <= end ? first : undefined;
  }
}

/** Resolves when all promises that can resolve have. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
