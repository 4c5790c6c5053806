/** Pods whose labels are to be taken away or to change hands, each since when; nothing here outlives a restart. */
import type { ObjectKey } from '../kernel/object-key.ts';

export class PendingRemovals {
  readonly #sinceMs = new Map<ObjectKey, { readonly uid: string; sinceMs: number }>();

  get size(): number {
    return this.#sinceMs.size;
  }

  has(key: ObjectKey, uid: string): boolean {
    return this.#sinceMs.get(key)?.uid === uid;
  }

  /** Begins the pod's grace period, unless it runs already. */
  defer(key: ObjectKey, uid: string, nowMs: number): void {
    if (this.#sinceMs.get(key)?.uid !== uid) this.#sinceMs.set(key, { uid, sinceMs: nowMs });
  }

  cancel(key: ObjectKey): void {
    this.#sinceMs.delete(key);
  }

  /** The pod's grace period, if one runs, begins anew. */
  postpone(key: ObjectKey, nowMs: number): void {
    const pending = this.#sinceMs.get(key);
    if (pending) pending.sinceMs = nowMs;
  }

  /** All grace periods begin anew: what they were built on has become doubtful. */
  restart(nowMs: number): void {
    for (const pending of this.#sinceMs.values()) pending.sinceMs = nowMs;
  }

  /** All that wait, whenever they began to. */
  keys(): readonly ObjectKey[] {
    return [...this.#sinceMs.keys()];
  }

  /** Pods whose grace period began at or before `latestMs`, oldest first. */
  dueBy(latestMs: number): readonly ObjectKey[] {
    return [...this.#sinceMs.entries()]
      .filter(([, { sinceMs }]) => sinceMs <= latestMs)
      .sort(([, a], [, b]) => a.sinceMs - b.sinceMs)
      .map(([key]) => key);
  }
}
