/**
 * Remembers what was written to which pod, for two reasons: our own write comes back by the watch only
 * after a while, and must not be repeated meanwhile; and another actor that keeps undoing our writes
 * must not get us into a hot loop.
 */
import type { ObjectKey } from '../kernel/object-key.ts';

/** A write that the watch has not shown after so long was undone at once, or its event was lost. */
const maxWatchLagMs = 5_000;
const maxBackoffMs = 300_000;
/** After so long in peace, an undone write is an accident again and not a contest. */
const forgiveAfterMs = 600_000;

interface Write {
  readonly uid: string;
  readonly at: number;
  /** Writes to this pod so far. */
  readonly count: number;
  /** Whether the pod was seen with the labels since. */
  seen: boolean;
}

export class WrittenLabels {
  readonly #writes = new Map<ObjectKey, Write>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  record(key: ObjectKey, uid: string): void {
    const before = this.#of(key, uid);
    const isContest = before !== undefined && this.#now() - before.at < forgiveAfterMs;
    this.#writes.set(key, { uid, at: this.#now(), count: isContest ? before.count + 1 : 1, seen: false });
  }

  /** The pod was seen with the labels that it should have. */
  markSeen(key: ObjectKey, uid: string): void {
    const write = this.#of(key, uid);
    if (write) write.seen = true;
  }

  /** How long to wait before the pod is written again, in ms; the second write is free, then it doubles. */
  delayMs(key: ObjectKey, uid: string): number {
    const write = this.#of(key, uid);
    if (!write) return 0;
    const backoffMs = write.count < 2 ? 0 : Math.min(1_000 * 2 ** (write.count - 2), maxBackoffMs);
    const waitMs = write.seen ? backoffMs : Math.max(backoffMs, maxWatchLagMs);
    return Math.max(0, write.at + waitMs - this.#now());
  }

  /** How often this pod was written: more than twice means that somebody undoes it. */
  count(key: ObjectKey, uid: string): number {
    return this.#of(key, uid)?.count ?? 0;
  }

  forget(key: ObjectKey): void {
    this.#writes.delete(key);
  }

  #of(key: ObjectKey, uid: string): Write | undefined {
    const write = this.#writes.get(key);
    return write?.uid === uid ? write : undefined;
  }
}
