/** A map that forgets: entries older than `maxAgeMs`, and the least recently used beyond `capacity`. */
export class LruCache<V> {
  readonly #capacity: number;
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  /** In order of use, oldest first: a JavaScript Map keeps insertion order. */
  readonly #entries = new Map<string, { readonly value: V; readonly storedAt: number }>();

  constructor(capacity: number, maxAgeMs: number, now: () => number) {
    this.#capacity = capacity;
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (this.#now() - entry.storedAt > this.#maxAgeMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Without making use of it: also an entry that is too old for `get`, as long as nobody asked for it. */
  peek(key: string): { readonly value: V; readonly isOld: boolean } | undefined {
    const entry = this.#entries.get(key);
    return entry && { value: entry.value, isOld: this.#now() - entry.storedAt > this.#maxAgeMs };
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, storedAt: this.#now() });
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
