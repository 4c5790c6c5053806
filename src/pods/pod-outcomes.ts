/** What the last look at each pod found: the counts and conflicts that resources show in their status. */
import { parseObjectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { Claim } from '../workloads/claims.ts';

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
  readonly conflicts: readonly PodConflict[];
}

export interface Tally {
  readonly claimed: number;
  readonly labeled: number;
  readonly conflicts: readonly { readonly reason: string; readonly message: string }[];
}

export class PodOutcomes {
  readonly #byNamespace = new Map<string, Map<string, PodOutcome>>();
  readonly #onChange: (workloadKey: string) => void;
  #labeled = 0;

  /** `onChange` gets the `kind/namespace/name` of each resource whose tally changed. */
  constructor(onChange: (workloadKey: string) => void) {
    this.#onChange = onChange;
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
    const { namespace, name } = parseObjectKey(key);
    const before = this.get(key);
    if (!before) return;
    const outcomes = this.#byNamespace.get(namespace);
    outcomes?.delete(name);
    if (outcomes?.size === 0) this.#byNamespace.delete(namespace);
    this.#changed(namespace, before, undefined);
  }

  /** The counts of one resource; the pods of an API's jobs are the API's too. */
  tallyOf(workload: { readonly kind: string; readonly namespace: string; readonly name: string }): Tally {
    const key = `${workload.kind}/${workload.namespace}/${workload.name}`;
    let claimed = 0;
    let labeled = 0;
    const conflicts = new Map<string, PodConflict & { pods: number }>();
    for (const outcome of this.#byNamespace.get(workload.namespace)?.values() ?? []) {
      if (keysOf(workload.namespace, outcome).includes(key)) {
        claimed += 1;
        labeled += outcome.labeled ? 1 : 0;
      }
      for (const conflict of outcome.conflicts) if (conflict.claimKey === key) count(conflicts, conflict);
    }
    return { claimed, labeled, conflicts: [...conflicts.values()].map(describe) };
  }

  #changed(namespace: string, before: PodOutcome | undefined, after: PodOutcome | undefined): void {
    this.#labeled += Number(after?.labeled ?? false) - Number(before?.labeled ?? false);
    const outcomes = [before, after].filter((outcome) => outcome !== undefined);
    const touched = outcomes.flatMap((outcome) => [
      ...keysOf(namespace, outcome),
      ...outcome.conflicts.map(({ claimKey }) => claimKey),
    ]);
    for (const key of new Set(touched)) this.#onChange(key);
  }
}

/** The resources that count the pod as theirs: the one that decided, and the API that it runs. */
function keysOf(namespace: string, { claim }: PodOutcome): readonly string[] {
  return [claim.key, `${claim.apiKind}/${namespace}/${claim.apiName}`];
}

function isSameOutcome(a: PodOutcome, b: PodOutcome): boolean {
  return (
    a.claim.key === b.claim.key &&
    a.labeled === b.labeled &&
    a.conflicts.length === b.conflicts.length &&
    a.conflicts.every(({ claimKey, message }, i) => {
      const other = b.conflicts[i];
      return other?.claimKey === claimKey && other.message === message;
    })
  );
}

function count(conflicts: Map<string, PodConflict & { pods: number }>, conflict: PodConflict): void {
  const id = `${conflict.reason} ${conflict.message}`;
  const known = conflicts.get(id);
  if (known) known.pods += 1;
  else conflicts.set(id, { ...conflict, pods: 1 });
}

function describe({ reason, message, pods }: PodConflict & { pods: number }): Tally['conflicts'][number] {
  return { reason, message: `${pods} ${pods === 1 ? 'pod' : 'pods'}: ${message}` };
}
