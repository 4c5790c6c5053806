/** What the last look at each pod found: the counts and conflicts that resources show in their status. */
import { parseObjectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { Claim } from '../workloads/claims.ts';
import { RunningTally, type Tally } from './running-tally.ts';

/** Why a resource did not get a pod, or a claimed pod its labels. */
export interface PodConflict {
  /** `kind/namespace/name` of the resource that it concerns. */
  readonly claimKey: string;
  readonly reason: string;
  /** For people; says nothing of the single pod, so that equal ones can be counted. */
  readonly message: string;
}

export interface PodOutcome {
  readonly claim: Claim;
  readonly labeled: boolean;
  /** Whether the pod has ended, with success or without. */
  readonly finished: boolean;
  readonly conflicts: readonly PodConflict[];
}

export interface WorkloadTally extends Tally {
  /** Pods of the namespace could not be looked at, since their owners cannot be read: some may be the resource's. */
  readonly partial?: boolean;
}

const nothing: Tally = { claimed: 0, labeled: 0, finished: 0, conflicts: [] };

export class PodOutcomes {
  readonly #byNamespace = new Map<string, Map<string, PodOutcome>>();
  /** By `kind/namespace/name`, kept up to date with each pod: counting anew would cost a namespace's pods each time. */
  readonly #tallies = new Map<string, RunningTally>();
  /** Names by namespace of pods whose owners could not be read at the last look. */
  readonly #unread = new Map<string, Set<string>>();
  readonly #onChange: (workloadKey: string) => void;
  readonly #onPartial: (namespace: string) => void;
  #labeled = 0;

  /**
   * `onChange` gets the `kind/namespace/name` of each resource whose tally changed; `onPartial` the namespace whose
   * tallies have all become partial, or are so no more.
   */
  constructor(
    onChange: (workloadKey: string) => void,
    onPartial: (namespace: string) => void = () => undefined,
  ) {
    this.#onChange = onChange;
    this.#onPartial = onPartial;
  }

  get(key: ObjectKey): PodOutcome | undefined {
    const { namespace, name } = parseObjectKey(key);
    return this.#byNamespace.get(namespace)?.get(name);
  }

  /** How many pods carry the labels of their claim. */
  get labeled(): number {
    return this.#labeled;
  }

  record(key: ObjectKey, outcome: PodOutcome): void {
    const before = this.get(key);
    if (before && isSameOutcome(before, outcome)) return;
    const { namespace, name } = parseObjectKey(key);
    const outcomes = this.#byNamespace.get(namespace) ?? new Map<string, PodOutcome>();
    this.#byNamespace.set(namespace, outcomes.set(name, outcome));
    this.#changed(namespace, before, outcome);
  }

  forget(key: ObjectKey): void {
    this.markRead(key);
    const { namespace, name } = parseObjectKey(key);
    const before = this.get(key);
    if (!before) return;
    const outcomes = this.#byNamespace.get(namespace);
    outcomes?.delete(name);
    if (outcomes?.size === 0) this.#byNamespace.delete(namespace);
    this.#changed(namespace, before, undefined);
  }

  /** The pod's owners could not be read: whose it is now is not known, only whose it was. */
  markUnread(key: ObjectKey): void {
    const { namespace, name } = parseObjectKey(key);
    const names = this.#unread.get(namespace) ?? new Set<string>();
    names.add(name);
    if (this.#unread.has(namespace)) return;
    this.#unread.set(namespace, names);
    this.#onPartial(namespace);
  }

  /** The pod's owners were read, or it has gone. */
  markRead(key: ObjectKey): void {
    if (this.#unread.size === 0) return;
    const { namespace, name } = parseObjectKey(key);
    const names = this.#unread.get(namespace);
    if (!names?.delete(name) || names.size > 0) return;
    this.#unread.delete(namespace);
    this.#onPartial(namespace);
  }

  /** The counts of one resource; the pods of an API's jobs are the API's too. */
  tallyOf(workload: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  }): WorkloadTally {
    const key = `${workload.kind}/${workload.namespace}/${workload.name}`;
    const tally = this.#tallies.get(key)?.read() ?? nothing;
    return this.#unread.has(workload.namespace) ? { ...tally, partial: true } : tally;
  }

  #changed(namespace: string, before: PodOutcome | undefined, after: PodOutcome | undefined): void {
    this.#labeled += Number(after?.labeled ?? false) - Number(before?.labeled ?? false);
    const touched = new Set<string>();
    if (before) this.#count(namespace, before, { by: -1, touched });
    if (after) this.#count(namespace, after, { by: 1, touched });
    for (const key of touched) {
      if (this.#tallies.get(key)?.isEmpty) this.#tallies.delete(key);
      this.#onChange(key);
    }
  }

  #count(
    namespace: string,
    outcome: PodOutcome,
    { by, touched }: { readonly by: 1 | -1; readonly touched: Set<string> },
  ): void {
    const tallyOf = (key: string): RunningTally => {
      touched.add(key);
      const tally = this.#tallies.get(key) ?? new RunningTally();
      this.#tallies.set(key, tally);
      return tally;
    };
    for (const key of keysOf(namespace, outcome)) tallyOf(key).countPod(outcome, by);
    for (const conflict of outcome.conflicts) tallyOf(conflict.claimKey).countConflict(conflict, by);
  }
}

/** The resources that count the pod as theirs: the one that decided, and the API that it runs. */
function keysOf(namespace: string, { claim }: PodOutcome): ReadonlySet<string> {
  return new Set([claim.key, `${claim.apiKind}/${namespace}/${claim.apiName}`]);
}

function isSameOutcome(a: PodOutcome, b: PodOutcome): boolean {
  return (
    a.claim.key === b.claim.key &&
    a.labeled === b.labeled &&
    a.finished === b.finished &&
    a.conflicts.length === b.conflicts.length &&
    a.conflicts.every(({ claimKey, message }, i) => {
      const other = b.conflicts[i];
      return other?.claimKey === claimKey && other.message === message;
    })
  );
}
