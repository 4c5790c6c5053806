interface Entry {
  readonly key: string;
  dueAt: number;
}

/** Keys by the time at which they are due, each once: a binary heap that knows where each key stands. */
export class DueHeap {
  readonly #entries: Entry[] = [];
  readonly #positions = new Map<string, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** When the first key is due. */
  get nextDueAt(): number | undefined {
    return this.#entries[0]?.dueAt;
  }

  /** Adds the key; one that is there already keeps the earlier of both times. */
  add(key: string, dueAt: number): void {
    const position = this.#positions.get(key);
    if (position === undefined) {
      this.#entries.push({ key, dueAt });
      this.#rise(this.#entries.length - 1);
      return;
    }
    const entry = this.#at(position);
    if (entry.dueAt <= dueAt) return;
    entry.dueAt = dueAt;
    this.#rise(position);
  }

  /** Takes out the first key if it is due at `now`. */
  takeDue(now: number): string | undefined {
    const first = this.#entries[0];
    if (!first || first.dueAt > now) return undefined;
    this.#positions.delete(first.key);
    const last = this.#entries.pop();
    if (last && last !== first) {
      this.#entries[0] = last;
      this.#sink(0);
    }
    return first.key;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#positions.clear();
  }

  #rise(from: number): void {
    const entry = this.#at(from);
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 1;
      if (this.#at(above).dueAt <= entry.dueAt) break;
      this.#place(this.#at(above), position);
      position = above;
    }
    this.#place(entry, position);
  }

  #sink(from: number): void {
    const entry = this.#at(from);
    let position = from;
    for (;;) {
      const below = this.#earlierChild(position);
      if (below === undefined || this.#at(below).dueAt >= entry.dueAt) break;
      this.#place(this.#at(below), position);
      position = below;
    }
    this.#place(entry, position);
  }

  #earlierChild(position: number): number | undefined {
    const left = position * 2 + 1;
    if (left >= this.size) return undefined;
    const right = left + 1;
    return right < this.size && this.#at(right).dueAt < this.#at(left).dueAt ? right : left;
  }

  #place(entry: Entry, position: number): void {
    this.#entries[position] = entry;
    this.#positions.set(entry.key, position);
  }

  /** Positions come from the heap's own arithmetic. */
  #at(position: number): Entry {
    return this.#entries[position] as Entry;
  }
}
