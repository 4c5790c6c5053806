/**
 * Remembers what was written to which pod, for three reasons: our own write comes back by the watch only
 * after a while, and must not be repeated meanwhile; when it does come back, nobody needs to look at the pod
 * again; and another actor that keeps undoing our writes must not get us into a hot loop.
 */
import type { Labels } from '../kernel/labels.ts';
import type { ObjectKey } from '../kernel/object-key.ts';
import { applyChange, type LabelChange } from './plan-labels.ts';
import type { Pod } from './pod.ts';

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

/** A write on its way: its answer and its echo on the watch come in either order. */
interface Pending {
  readonly before: Pod;
  readonly change: LabelChange;
  answered: boolean;
  echoed: boolean;
}

export class WrittenLabels {
  readonly #writes = new Map<ObjectKey, Write>();
  readonly #pending = new Map<ObjectKey, Pending>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The write begins; `record` or `abandon` follows. */
  begin(key: ObjectKey, before: Pod, change: LabelChange): void {
    this.#pending.set(key, { before, change, answered: false, echoed: false });
  }

  /** The write did not happen, or nobody knows. */
  abandon(key: ObjectKey): void {
    this.#pending.delete(key);
  }

  /** The write was made. */
  record(key: ObjectKey, uid: string): void {
    const before = this.#of(key, uid);
    const isContest = before !== undefined && this.#now() - before.at < forgiveAfterMs;
    const pending = this.#pending.get(key);
    const seen = pending?.echoed ?? false;
    if (seen) this.#pending.delete(key);
    else if (pending) pending.answered = true;
    this.#writes.set(key, { uid, at: this.#now(), count: isContest ? before.count + 1 : 1, seen });
  }

  /** Whether a change on the watch is a write of ours and nothing else: the decision that led to it stands. */
  isEcho(key: ObjectKey, before: Pod, after: Pod): boolean {
    const pending = this.#pending.get(key);
    if (!pending || pending.echoed) return false;
    const isEcho = pending.before === before && isChangedBy(pending.change, before, after);
    if (isEcho && !pending.answered) {
      pending.echoed = true;
      return true;
    }
    this.#pending.delete(key);
    if (isEcho) this.markSeen(key, after.uid);
    return isEcho;
  }

  /** The pod was seen with the labels that it should have. */
  markSeen(key: ObjectKey, uid: string): void {
    const write = this.#of(key, uid);
    if (write) write.seen = true;
  }

  /** Whether the watch has shown the last write: what it shows now is what became of it. */
  isShown(key: ObjectKey, uid: string): boolean {
    return this.#of(key, uid)?.seen ?? false;
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
    this.#pending.delete(key);
  }

  #of(key: ObjectKey, uid: string): Write | undefined {
    const write = this.#writes.get(key);
    return write?.uid === uid ? write : undefined;
  }
}

function isChangedBy(change: LabelChange, before: Pod, after: Pod): boolean {
  const { labels, controller, uid, terminating, mirror } = after;
  const isElseSame =
    uid === before.uid &&
    controller === before.controller &&
    terminating === before.terminating &&
    mirror === before.mirror;
  return isElseSame && isSame(labels, applyChange(before.labels, change));
}

function isSame(some: Labels, others: Labels): boolean {
  const keys = Object.keys(some);
  return keys.length === Object.keys(others).length && keys.every((key) => some[key] === others[key]);
}
