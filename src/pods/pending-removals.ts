/**
 * Pods whose labels are to be taken away or to change hands: each since when, whether it may be done now, and
 * what was done of late. Nothing here outlives a restart.
 */
import type { ObjectKey } from '../kernel/object-key.ts';

interface Pending {
  readonly uid: string;
  readonly formerClaim: string | undefined;
  sinceMs: number;
  allowedUntilMs: number;
}

/** A list that confirmed a removal says nothing of what happens later, so the pod's worker has this long. */
const allowanceMs = 5_000;

export class PendingRemovals {
  readonly #pending = new Map<ObjectKey, Pending>();
  /** When each recent removal was made, oldest first. */
  #madeAtMs: number[] = [];

  get size(): number {
    return this.#pending.size;
  }

  has(key: ObjectKey, uid: string): boolean {
    return this.#of(key, uid) !== undefined;
  }

  /** Key of the claim that let the pod go, as far as it is known: the pod may have another one meanwhile. */
  formerClaimOf(key: ObjectKey, uid: string): string | undefined {
    return this.#of(key, uid)?.formerClaim;
  }

  /** Begins the pod's grace period, unless it runs already. */
  defer(
    key: ObjectKey,
    { uid, formerClaim }: { readonly uid: string; readonly formerClaim?: string | undefined },
    nowMs: number,
  ): void {
    if (!this.has(key, uid)) this.#pending.set(key, { uid, formerClaim, sinceMs: nowMs, allowedUntilMs: 0 });
  }

  cancel(key: ObjectKey): void {
    this.#pending.delete(key);
  }

  /** The removal may be made for a few seconds; if it is not, it waits for one more grace period, which begins now. */
  allow(key: ObjectKey, nowMs: number): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    pending.sinceMs = nowMs;
    pending.allowedUntilMs = nowMs + allowanceMs;
  }

  isAllowed(key: ObjectKey, uid: string, nowMs: number): boolean {
    return nowMs < (this.#of(key, uid)?.allowedUntilMs ?? 0);
  }

  /** How many may be made and are not made yet. */
  allowed(nowMs: number): number {
    return [...this.#pending.values()].filter(({ allowedUntilMs }) => nowMs < allowedUntilMs).length;
  }

  /** The removal was made. */
  made(key: ObjectKey, nowMs: number): void {
    this.#pending.delete(key);
    this.#madeAtMs.push(nowMs);
  }

  /** When each removal after this time was made, oldest first; forgets earlier ones. */
  madeSince(earliestMs: number): readonly number[] {
    this.#madeAtMs = this.#madeAtMs.filter((at) => at > earliestMs);
    return this.#madeAtMs;
  }

  /** All grace periods begin anew, and nothing is allowed: what they were built on has become doubtful. */
  restart(nowMs: number): void {
    for (const pending of this.#pending.values()) {
      pending.sinceMs = nowMs;
      pending.allowedUntilMs = 0;
    }
  }

  /** All that wait, whenever they began to. */
  keys(): readonly ObjectKey[] {
    return [...this.#pending.keys()];
  }

  /** Pods whose grace period began at or before `latestMs`, oldest first. */
  dueBy(latestMs: number): readonly ObjectKey[] {
    return [...this.#pending.entries()]
      .filter(([, { sinceMs }]) => sinceMs <= latestMs)
      .sort(([, a], [, b]) => a.sinceMs - b.sinceMs)
      .map(([key]) => key);
  }

  #of(key: ObjectKey, uid: string): Pending | undefined {
    const pending = this.#pending.get(key);
    return pending?.uid === uid ? pending : undefined;
  }
}
