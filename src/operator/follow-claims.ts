/**
 * From a change of claims to the pods that it could concern. Finished jobs stay, by the thousand: a new one among
 * them must not cost a decision about every pod of its namespace.
 */
import { objectKey, type ObjectKey } from '../kernel/object-key.ts';
import { groupOf, type OwnerReference } from '../kernel/object-meta.ts';
import type { OwnerCache } from '../pods/observe-owners.ts';
import type { PodOutcomes } from '../pods/pod-outcomes.ts';
import type { Pod } from '../pods/pod.ts';
import { Controller, type ReconcileResult } from '../runtime/controller.ts';
import type { Logger } from '../runtime/logger.ts';
import type { MetricRegistry } from '../runtime/metrics.ts';
import type { ClaimChange } from '../workloads/claim-index.ts';
import { ClaimTerms } from '../workloads/claim-terms.ts';
import type { Claim, ClaimableOwner } from '../workloads/claims.ts';
import type { ClusterWatch } from './watch-cluster.ts';

export interface ClaimFollowerParts {
  readonly podsIn: (namespace: string) => readonly Pod[];
  readonly owners: Pick<OwnerCache, 'recallOwners'>;
  readonly outcomes: Pick<PodOutcomes, 'get' | 'tallyOf'>;
  /** Asks for a decision about the pod. */
  readonly enqueue: (pod: Pod) => void;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

interface Pending {
  readonly claims: Claim[];
  /** Whatever the claims are, each pod is to be looked at. */
  all: boolean;
}

/** Of the time, while claims keep changing: one look through the pods serves all changes since the one before. */
const shareOfTime = 0.1;

export class ClaimFollower {
  readonly #parts: ClaimFollowerParts;
  readonly #pending = new Map<string, Pending>();
  #restsUntil = -Infinity;

  constructor(parts: ClaimFollowerParts) {
    this.#parts = parts;
  }

  /** Takes a change; the namespace is to be reconciled then. */
  note({ namespace, claims, isFirstOrLast }: ClaimChange): void {
    const pending = this.#pending.get(namespace) ?? { claims: [], all: false };
    pending.claims.push(...claims);
    pending.all ||= isFirstOrLast;
    this.#pending.set(namespace, pending);
  }

  /** Enqueues the pods of the namespace that the changes so far could concern. */
  reconcile(namespace: string): ReconcileResult {
    const { podsIn, enqueue, now } = this.#parts;
    const begunAt = now();
    if (begunAt < this.#restsUntil) return { requeueAfterMs: this.#restsUntil - begunAt };
    const pending = this.#pending.get(namespace);
    if (!pending) return undefined;
    this.#pending.delete(namespace);
    const isConcerned = pending.all ? () => true : this.#concernOf(pending.claims);
    for (const pod of podsIn(namespace)) if (isConcerned(pod)) enqueue(pod);
    this.#restsUntil = begunAt + (now() - begunAt) / shareOfTime;
    return undefined;
  }

  #concernOf(claims: readonly Claim[]): (pod: Pod) => boolean {
    const terms = new ClaimTerms();
    for (const claim of claims) terms.add(claim);
    const selects = claims.some(({ selector }) => selector !== undefined);
    const held = this.#heldKeys(claims);
    const isOwned = this.#ownershipOf(claims, terms);
    return (pod) =>
      (selects && terms.concerning(pod.labels, []).length > 0) || isOwned(pod) || this.#isHeld(pod, held);
  }

  /** One answer for all pods of a controller: they share the reference to it. */
  #ownershipOf(claims: readonly Claim[], terms: ClaimTerms): (pod: Pod) => boolean {
    // An API may claim by a Deployment that has taken over a ReplicaSet since that was read. A run owns what it made.
    const believesOld = claims.every(({ workloadRef, jobID }) => !workloadRef || jobID !== undefined);
    const answers = new Map<OwnerReference, boolean>();
    return (pod) => {
      if (!pod.controller) return false;
      const known = answers.get(pod.controller);
      if (known !== undefined) return known;
      const { references, certainty } = this.#parts.owners.recallOwners(pod);
      const isUncertain = certainty === 'unknown' || (certainty === 'old' && !believesOld);
      const isOwned = isUncertain || terms.concerning({}, references.map(toOwner)).length > 0;
      answers.set(pod.controller, isOwned);
      return isOwned;
    };
  }

  /** Those of the claims by which pods were counted, or that lost some: whatever they ask for now. */
  #heldKeys(claims: readonly Claim[]): ReadonlySet<string> {
    const { outcomes } = this.#parts;
    const held = claims.filter(({ key }) => {
      const [kind = '', namespace = '', name = ''] = key.split('/');
      const { claimed, conflicts } = outcomes.tallyOf({ kind, namespace, name });
      return claimed > 0 || conflicts.length > 0;
    });
    return new Set(held.map(({ key }) => key));
  }

  #isHeld(pod: Pod, held: ReadonlySet<string>): boolean {
    if (held.size === 0) return false;
    const outcome = this.#parts.outcomes.get(objectKey(pod));
    if (!outcome) return false;
    return held.has(outcome.claim.key) || outcome.conflicts.some(({ claimKey }) => held.has(claimKey));
  }
}

function toOwner({ apiVersion, kind, name, uid }: OwnerReference): ClaimableOwner {
  return { group: groupOf(apiVersion), kind, name, uid };
}

interface FollowParts {
  readonly cluster: ClusterWatch;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

type FollowState = Pick<ClaimFollowerParts, 'owners' | 'outcomes'> & {
  readonly enqueue: (key: ObjectKey, namespace: string) => void;
};

/** The follower and its controller, whose keys are namespaces. */
export function followClaims(
  { cluster, logger, metrics }: FollowParts,
  { enqueue, ...state }: FollowState,
): { readonly controller: Controller; readonly note: (change: ClaimChange) => void } {
  const follower = new ClaimFollower({
    ...state,
    podsIn: (namespace) => cluster.pods.store.byIndex('namespace', namespace),
    enqueue: (pod) => enqueue(objectKey(pod), pod.namespace),
    now: () => performance.now(),
  });
  const controller = new Controller({
    name: 'claims',
    reconcile: (namespace) => Promise.resolve(follower.reconcile(namespace)),
    logger,
    metrics,
  });
  const note = (change: ClaimChange): void => {
    follower.note(change);
    controller.enqueue(change.namespace);
  };
  return { controller, note };
}
