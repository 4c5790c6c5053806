/** The twin's time: the host's, until a test sets or moves it. */

export class TwinClock {
  readonly #base: () => number;
  #offsetMs = 0;

  /** `base` in ms since 1970. */
  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    return this.#base() + this.#offsetMs;
  }

  /** Moves the time on; a negative value moves it back. */
  advance(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** It is `now`, and goes on from there. */
  set(now: number): void {
    this.#offsetMs = now - this.#base();
  }
}
