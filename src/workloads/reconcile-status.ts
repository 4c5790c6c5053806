/** Keeps the status of the resources that claim pods, at a rate that does not grow with the pods. */
import { isDeepStrictEqual } from 'node:util';
import { apiVersion, isJobKind } from '../kernel/api-kinds.ts';
import type { Condition } from '../kernel/conditions.ts';
import { planStatus, type PodTally, type StatusFacts } from './plan-status.ts';
import type { Workload, WorkloadStatus } from './workload.ts';

export interface WorkloadLister {
  /** By `kind/namespace/name`. */
  get(key: string): Workload | undefined;
}

export interface FactsReader {
  /** Undefined while the pods have not all been looked at, as after a start: nothing is written then. */
  tallyOf(workload: Workload): PodTally | undefined;
  /** Other namespaces with a resource of the same kind and API name. */
  namespacesSharingName(workload: Workload): readonly string[];
  /** Whether the API that the job runs exists in its namespace. */
  apiExists(job: Workload): boolean;
  /** The cluster's log group, as far as it is known. */
  logGroup(): StatusFacts['logGroup'];
}

export interface WorkloadStatusWriter {
  /** Makes `status` the object's whole status: what is absent in it is removed. Objects that have gone are no error. */
  patchStatus(workload: Workload, status: WorkloadStatus): Promise<void>;
}

/** Kubernetes Events; never throws, and drops repetitions. */
export interface EventRecorder {
  record(event: {
    readonly regarding: {
      readonly apiVersion: string;
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    };
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly note: string;
  }): void;
}

export interface StatusReconcileOptions {
  readonly workloads: WorkloadLister;
  readonly facts: FactsReader;
  readonly statuses: WorkloadStatusWriter;
  readonly events: EventRecorder;
  readonly now: () => Date;
}

/** Counts of an object are written at most once in this time. */
export const countsIntervalMs = 2_000;

const notSyncedRetryMs = 1_000;

interface Written {
  readonly uid: string;
  readonly atMs: number;
  /** The status that was replaced: as long as the lister shows it, it is behind. */
  readonly replaced: WorkloadStatus;
  readonly status: WorkloadStatus;
}

/** Writes a status when it changed: what a person must act on at once, counts at a bounded rate. */
export class StatusReconcile {
  readonly #options: StatusReconcileOptions;
  readonly #written = new Map<string, Written>();

  constructor(options: StatusReconcileOptions) {
    this.#options = options;
  }

  /** `key` is `kind/namespace/name`. */
  async reconcile(key: string): Promise<{ readonly requeueAfterMs?: number }> {
    const { workloads, facts, now } = this.#options;
    const listed = workloads.get(key);
    if (!listed) return this.#forget(key);
    const tally = facts.tallyOf(listed);
    if (!tally) return { requeueAfterMs: notSyncedRetryMs };

    const workload = this.#upToDate(key, listed);
    const at = now();
    const status = planStatus(workload, { ...this.#factsOf(workload), tally }, at);
    if (isDeepStrictEqual(status, workload.status)) return {};
    const waitMs = isUrgent(workload.status, status) ? 0 : this.#waitMs(key, workload, at);
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    await this.#write(key, workload, status);
    return {};
  }

  #forget(key: string): { readonly requeueAfterMs?: number } {
    this.#written.delete(key);
    return {};
  }

  #factsOf(workload: Workload): Omit<StatusFacts, 'tally'> {
    const { facts } = this.#options;
    const logGroup = facts.logGroup();
    return {
      apiExists: !isJobKind(workload.kind) || facts.apiExists(workload),
      namespacesSharingName: facts.namespacesSharingName(workload),
      ...(logGroup === undefined ? {} : { logGroup }),
    };
  }

  /** The lister hears of our own write by the watch only: until then the status is the one we wrote. */
  #upToDate(key: string, workload: Workload): Workload {
    const written = this.#written.get(key);
    if (written?.uid !== workload.uid || !isDeepStrictEqual(written.replaced, workload.status))
      return workload;
    return { ...workload, status: written.status };
  }

  #waitMs(key: string, { uid }: Workload, at: Date): number {
    const written = this.#written.get(key);
    return written?.uid === uid ? written.atMs + countsIntervalMs - at.getTime() : 0;
  }

  async #write(key: string, workload: Workload, status: WorkloadStatus): Promise<void> {
    const { statuses, now } = this.#options;
    await statuses.patchStatus(workload, status);
    this.#written.set(key, { uid: workload.uid, atMs: now().getTime(), replaced: workload.status, status });
    this.#tell(workload, status);
  }

  /** An Event for each condition that begins to stand against the resource. */
  #tell(workload: Workload, status: WorkloadStatus): void {
    const before = new Set(troubles(workload.status).map(({ type, reason }) => `${type} ${reason}`));
    const { kind, namespace, name, uid } = workload;
    for (const { type, reason, message } of troubles(status)) {
      if (before.has(`${type} ${reason}`)) continue;
      const regarding = { apiVersion, kind, namespace, name, uid };
      this.#options.events.record({
        regarding,
        type: 'Warning',
        reason: type === 'Ready' ? reason : type,
        note: message,
      });
    }
  }
}

/** What a person must know. `Ready: Conflict` says again what `Conflict` says. */
function troubles({ conditions = [] }: WorkloadStatus): readonly Condition[] {
  return conditions.filter(({ type, status, reason }) =>
    type === 'Ready'
      ? status === 'False' && reason !== 'Conflict' && reason !== 'LabelsPending'
      : status === 'True',
  );
}

/** Reasons of `Ready` that come and go with single pods: as frequent as the counts. */
const asCounts = ['Claiming', 'NoPods', 'LabelsPending', 'OwnersUnreadable'];

function isUrgent(before: WorkloadStatus, after: WorkloadStatus): boolean {
  return before.observedGeneration !== after.observedGeneration || stateOf(before) !== stateOf(after);
}

function stateOf({ conditions = [] }: WorkloadStatus): string {
  return conditions
    .map(({ type, status, reason }) => (asCounts.includes(reason) ? type : `${type} ${status} ${reason}`))
    .toSorted()
    .join('\n');
}
