/** LogGroup -> CloudWatch: from a key alone, at most once per resync for an unchanged spec. */
import { isDeepStrictEqual } from 'node:util';
import { isTransient } from '../kernel/aws-failure.ts';
import { RetryableError } from '../kernel/errors.ts';
import type { ObjectKey } from '../kernel/object-key.ts';
import type { LogGroupWriter } from './apply-log-group.ts';
import { ensureLogGroup, type Ensured } from './ensure-log-group.ts';
import { decidingLogGroup, type LogGroup, type LogGroupStatus } from './log-group.ts';
import type { LogGroupReader } from './observe-log-group.ts';
import { planEvents, type LogGroupEvent } from './plan-events.ts';
import { planConflictStatus, planLogGroupStatus } from './plan-log-group-status.ts';

export interface LogGroupLister {
  get(name: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

export interface LogGroupStatusWriter {
  /** Makes `status` the object's whole status: what is absent in it is removed. */
  patchStatus(group: LogGroup, status: LogGroupStatus): Promise<void>;
}

/** Kubernetes Events; never throws, and drops repetitions. */
export interface EventRecorder {
  record(event: LogGroupEvent): void;
}

export interface LogGroupReconcileOptions {
  readonly logGroups: LogGroupLister;
  readonly statuses: LogGroupStatusWriter;
  readonly events: EventRecorder;
  readonly aws: LogGroupReader & LogGroupWriter;
  /** The UID of the namespace kube-system. */
  readonly clusterUid: string;
  readonly now: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Between two observations of a group; default 60 s, give or take a tenth. */
  readonly resyncMs?: number;
}

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
    if (!group || group.isTerminating) return this.#forget(key);
    const older = this.#olderRival(group);
    if (older) return this.#concludeConflict(key, group, older);
    const waitMs = this.#waitMs(key, group);
    if (waitMs > 0) return { requeueAfterMs: waitMs };

    const managed = group.status.managed ?? {};
    const ensured = await ensureLogGroup(aws, { desired: group.spec, managed, clusterUid });
    await this.#report(group, planLogGroupStatus(group, ensured, now()), ensured);
    return this.#conclude(key, group, ensured);
  }

  #forget(key: ObjectKey): Requeue {
    this.#due.delete(key);
    return {};
  }

  #olderRival(group: LogGroup): LogGroup | undefined {
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
    const { events, statuses } = this.#options;
    for (const event of planEvents(group, status, ensured?.done ?? [])) events.record(event);
    if (!isDeepStrictEqual(status, group.status)) await statuses.patchStatus(group, status);
  }

  #conclude(key: ObjectKey, group: LogGroup, ensured: Ensured): Requeue {
    const transient = ensured.failures.find(({ kind }) => isTransient(kind));
    if (transient) {
      throw new RetryableError(`${transient.action} for ${group.spec.logGroupName}: ${transient.message}`, {
        cause: transient,
      });
    }
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
    const { resyncMs = 60_000, random } = this.#options;
    return Math.round(resyncMs * (0.9 + 0.2 * random()));
  }
}
