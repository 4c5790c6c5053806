/** LogGroup -> CloudWatch: from a key alone, at most once per resync for an unchanged spec. */
import { isDeepStrictEqual } from 'node:util';
import { isTransient, type AwsFailure } from '../kernel/aws-failure.ts';
import { RetryableError } from '../kernel/errors.ts';
import type { ObjectKey } from '../kernel/object-key.ts';
import type { LogGroupWriter } from './apply-log-group.ts';
import { deleteLogGroup, type Deleted } from './delete-log-group.ts';
import { ensureLogGroup, type Ensured } from './ensure-log-group.ts';
import { decidingLogGroup, logGroupFinalizer, type LogGroup, type LogGroupStatus } from './log-group.ts';
import type { LogGroupReader } from './observe-log-group.ts';
import { planEvents, planFarewell, type LogGroupEvent } from './plan-events.ts';
import { planFinalizers, withoutOurs } from './plan-finalizer.ts';
import { planConflictStatus, planDeletionStatus, planLogGroupStatus } from './plan-log-group-status.ts';

export interface LogGroupLister {
  get(name: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

export interface LogGroupObjectWriter {
  /** Makes `status` the object's whole status: what is absent in it is removed. */
  patchStatus(group: LogGroup, status: LogGroupStatus): Promise<void>;
  /** Rejects if the object has changed since it was read. */
  putFinalizers(group: LogGroup, finalizers: readonly string[]): Promise<void>;
}

/** Kubernetes Events; never throws, and drops repetitions. */
export interface EventRecorder {
  record(event: LogGroupEvent): void;
}

export interface LogGroupReconcileOptions {
  readonly logGroups: LogGroupLister;
  readonly objects: LogGroupObjectWriter;
  readonly events: EventRecorder;
  readonly aws: LogGroupReader & LogGroupWriter;
  /** The UID of the namespace kube-system. */
  readonly clusterUid: string;
  readonly now: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Between two observations of a group; default 60 s, give or take a tenth. */
  readonly resyncMs?: number;
  /** Or so much for each group, if that is longer: see `defaultResyncPerGroupMs`. */
  readonly resyncPerGroupMs?: number;
}

/**
 * Two groups a second, each observed by at most one call of an operation: well below what AWS allows of those
 * that it allows least, so that other users of the account have their share, and changes need not wait.
 */
const defaultResyncPerGroupMs = 500;

export interface Requeue {
  readonly requeueAfterMs?: number;
}

/** The first look at a group that does not show yet what was written; doubled up to the resync. */
const pendingRetryMs = 2_000;

interface Due {
  readonly uid: string;
  readonly generation: number;
  readonly atMs: number;
  /** How often in a row the group did not show what was written. */
  readonly pending: number;
}

/**
 * Brings one group to what its LogGroup says, and says so in the status. Rejects with `RetryableError`
 * when AWS could not be asked: the caller retries with backoff. What only a person can mend (a missing
 * right, a refused value) is no error: it stands in the status and is looked at again at the next resync.
 */
export class LogGroupReconcile {
  readonly #options: LogGroupReconcileOptions;
  /** When a group is to be observed next; a change of status or metadata before then costs no call. */
  readonly #due = new Map<ObjectKey, Due>();

  constructor(options: LogGroupReconcileOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey): Promise<Requeue> {
    const { logGroups, aws, clusterUid, now } = this.#options;
    const group = logGroups.get(key);
    if (!group) return this.#forget(key);
    if (group.isTerminating) return this.#finish(key, group);
    const older = this.#decidingRival(group);
    if (older) return this.#concludeConflict(key, group, older);
    await this.#keepFinalizer(group);
    const waitMs = this.#waitMs(key, group);
    if (waitMs > 0) return { requeueAfterMs: waitMs };

    const managed = group.status.managed ?? {};
    const ensured = await ensureLogGroup(aws, { desired: group.spec, managed, clusterUid, now: now() });
    await this.#report(group, planLogGroupStatus(group, ensured, now()), ensured);
    return this.#conclude(key, group, ensured);
  }

  #forget(key: ObjectKey): Requeue {
    this.#due.delete(key);
    return {};
  }

  /** Before anything is made that deleting the object is to delete. */
  async #keepFinalizer(group: LogGroup): Promise<void> {
    const finalizers = planFinalizers(group);
    if (finalizers) await this.#options.objects.putFinalizers(group, finalizers);
  }

  /** The object was deleted: with our finalizer it waits until its group is deleted too. */
  async #finish(key: ObjectKey, group: LogGroup): Promise<Requeue> {
    if (!group.finalizers.includes(logGroupFinalizer)) return this.#forget(key);
    const { aws, clusterUid, events, objects, now } = this.#options;
    if (group.spec.deletionPolicy === 'Delete') {
      const rival = this.#decidingRival(group);
      const deleted: Deleted = rival
        ? { outcome: 'Kept', message: keptForRival(group, rival) }
        : await deleteLogGroup(aws, { desired: group.spec, clusterUid, now: now() });
      if (deleted.outcome === 'Blocked' || deleted.outcome === 'Failed')
        return this.#concludeBlocked(key, group, deleted);
      events.record(planFarewell(group, deleted.outcome === 'Kept' ? { kept: deleted.message } : {}));
    }
    await objects.putFinalizers(group, withoutOurs(group.finalizers));
    return this.#forget(key);
  }

  async #concludeBlocked(
    key: ObjectKey,
    group: LogGroup,
    deleted: Extract<Deleted, { outcome: 'Blocked' | 'Failed' }>,
  ): Promise<Requeue> {
    this.#forget(key);
    await this.#report(group, planDeletionStatus(group, deleted, this.#options.now()));
    if (deleted.outcome === 'Failed') throwIfTransient(group, deleted.failures);
    return { requeueAfterMs: this.#resyncMs() };
  }

  #decidingRival(group: LogGroup): LogGroup | undefined {
    const same = this.#options.logGroups
      .list()
      .filter(({ spec }) => spec.logGroupName === group.spec.logGroupName);
    const deciding = decidingLogGroup(same);
    return deciding && deciding.uid !== group.uid ? deciding : undefined;
  }

  async #concludeConflict(key: ObjectKey, group: LogGroup, older: LogGroup): Promise<Requeue> {
    this.#forget(key);
    await this.#report(group, planConflictStatus(group, older, this.#options.now()));
    return { requeueAfterMs: this.#resyncMs() };
  }

  #waitMs(key: ObjectKey, group: LogGroup): number {
    const due = this.#dueOf(key, group);
    return due ? due.atMs - this.#options.now().getTime() : 0;
  }

  /** What was found last, as long as it was for the same spec. */
  #dueOf(key: ObjectKey, { uid, generation }: LogGroup): Due | undefined {
    const due = this.#due.get(key);
    return due?.uid === uid && due.generation === generation ? due : undefined;
  }

  async #report(group: LogGroup, status: LogGroupStatus, ensured?: Ensured): Promise<void> {
    const { events, objects } = this.#options;
    for (const event of planEvents(group, status, ensured?.done ?? [])) events.record(event);
    if (!isDeepStrictEqual(status, group.status)) await objects.patchStatus(group, status);
  }

  #conclude(key: ObjectKey, group: LogGroup, ensured: Ensured): Requeue {
    throwIfTransient(group, ensured.failures);
    const isPending = ensured.progress === 'Pending' && ensured.failures.length === 0;
    const pending = isPending ? (this.#dueOf(key, group)?.pending ?? 0) + 1 : 0;
    const requeueAfterMs = Math.min(
      this.#resyncMs(),
      pending > 0 ? pendingRetryMs * 2 ** (pending - 1) : Infinity,
    );
    const atMs = this.#options.now().getTime() + requeueAfterMs;
    this.#due.set(key, { uid: group.uid, generation: group.generation, atMs, pending });
    return { requeueAfterMs };
  }

  #resyncMs(): number {
    const { resyncMs = 60_000, resyncPerGroupMs = defaultResyncPerGroupMs, random } = this.#options;
    const allOfThemMs = this.#options.logGroups.list().length * resyncPerGroupMs;
    return Math.round(Math.max(resyncMs, allOfThemMs) * (0.9 + 0.2 * random()));
  }
}

function throwIfTransient({ spec }: LogGroup, failures: readonly AwsFailure[]): void {
  const transient = failures.find(({ kind }) => isTransient(kind));
  if (!transient) return;
  throw new RetryableError(`${transient.action} for ${spec.logGroupName}: ${transient.message}`, {
    cause: transient,
  });
}

function keptForRival({ name, spec }: LogGroup, rival: LogGroup): string {
  return `The log group ${spec.logGroupName} was not deleted with the LogGroup ${name}: the LogGroup ${rival.name} declares it too, and decides from now on.`;
}
