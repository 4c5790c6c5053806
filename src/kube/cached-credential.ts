/**
 * A credential that others rotate. Read again after a minute, as client-go does, and after a refusal;
 * one reading serves all requests that wait for it.
 */
const maxAgeMs = 60_000;
const minAgeMs = 1000;

export class CachedCredential {
  readonly #read: () => Promise<string | undefined>;
  readonly #now: () => number;
  #value: Promise<string | undefined> | undefined;
  #readAt = 0;

  constructor(read: () => Promise<string | undefined>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  get(): Promise<string | undefined> {
    return this.#olderThan(maxAgeMs) ? this.#readAgain() : (this.#value ?? this.#readAgain());
  }

  /** For a refused credential; a storm of refusals reads at most once a second. */
  renew(): Promise<string | undefined> {
    return this.#olderThan(minAgeMs) ? this.#readAgain() : this.get();
  }

  #olderThan(ageMs: number): boolean {
    return this.#value === undefined || this.#now() - this.#readAt >= ageMs;
  }

  /** A file that cannot be read for a moment (it is being replaced) leaves the credential that we have. */
  #readAgain(): Promise<string | undefined> {
    const before = this.#value;
    this.#readAt = this.#now();
    this.#value = this.#read().catch((error: unknown) => {
      if (before !== undefined) return before;
      this.#value = undefined;
      throw error;
    });
    return this.#value;
  }
}
