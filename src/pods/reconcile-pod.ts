/** One pod, from its key alone: gather, decide, apply. */
import { objectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Claims } from '../workloads/claims.ts';
import type { ApplyResult, LabelWriter } from './apply-labels.ts';
import type { OwnerCache } from './observe-owners.ts';
import type { PendingRemovals } from './pending-removals.ts';
import type { Enforcement } from './plan-labels.ts';
import { isClaimGone, planPod, type PodInput, type PodPlan } from './plan-pod.ts';
import type { PodConflict, PodOutcomes } from './pod-outcomes.ts';
import type { Pod } from './pod.ts';
import type { PodReporter } from './report-pod.ts';
import { conflictsOfLosers, conflictOfMatch } from './resolve-conflicts.ts';
import type { Owner, Resolution } from './resolve-identity.ts';
import type { WrittenLabels } from './written-labels.ts';

/** Port: pods as last seen. */
export interface PodReader {
  get(key: ObjectKey): Pod | undefined;
  /** Whether the pod has ended, with success or without. */
  isFinished(pod: Pod): boolean;
}

/** Port: who claims what, as last seen. */
export interface ClaimReader {
  claimsIn(namespace: string): Claims;
  hasWorkloads(namespace: string): boolean;
  /**
   * `unknown`: not every kind of resource has answered yet. `partial`: some kind is missing or forbidden,
   * so only adding is safe. `complete`: an absent claim is absent.
   */
  knowledge(): 'unknown' | 'partial' | 'complete';
}

export interface PodReconcilerParts {
  readonly pods: PodReader;
  readonly claims: ClaimReader;
  readonly owners: OwnerCache;
  readonly writer: LabelWriter;
  readonly outcomes: PodOutcomes;
  readonly removals: PendingRemovals;
  readonly written: WrittenLabels;
  readonly reporter: PodReporter;
  readonly enforcement: Enforcement;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

/** Selectors change rarely: when to look again at a pod that the match rule kept from being written. */
const refusedRetryMs = 300_000;
const unknownRetryMs = 500;
const partialRetryMs = 5_000;

export class PodReconciler {
  readonly #parts: PodReconcilerParts;

  constructor(parts: PodReconcilerParts) {
    this.#parts = parts;
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const pod = this.#parts.pods.get(key);
    if (!isWritable(pod)) {
      this.#forget(key);
      return undefined;
    }
    if (this.#parts.claims.knowledge() === 'unknown') return { requeueAfterMs: unknownRetryMs };
    const input = await this.#gather(key, pod);
    const plan = planPod(input);
    switch (plan.pace) {
      case 'right':
        this.#parts.reporter.clean(key);
        this.#settle(key, input, plan);
        return undefined;
      case 'reported':
        this.#parts.reporter.unclaimedLabels(pod);
        this.#settle(key, input, plan);
        return undefined;
      case 'later':
        if (this.#mayRemove(key, input)) return await this.#write(key, input, plan);
        this.#defer(key, input, plan);
        return undefined;
      case 'wait':
        this.#leave(input, plan);
        return { requeueAfterMs: partialRetryMs };
      case 'now':
        return await this.#write(key, input, plan);
    }
  }

  async #gather(key: ObjectKey, pod: Pod): Promise<PodInput> {
    const { claims, outcomes, removals, enforcement } = this.#parts;
    const owners = await this.#observeOwners(key, pod);
    const outcome = outcomes.get(key);
    return {
      pod,
      owners,
      // Read again: the chain took its time, and a decision on stale claims would be undone at once.
      claims: claims.claimsIn(pod.namespace),
      claimsComplete: claims.knowledge() === 'complete',
      isManagedNamespace: claims.hasWorkloads(pod.namespace),
      enforcement,
      formerClaim: removals.formerClaimOf(key, pod.uid) ?? outcome?.claim.key,
      wasLabeled: outcome?.labeled === true || removals.has(key, pod.uid),
    };
  }

  async #observeOwners(key: ObjectKey, pod: Pod): Promise<readonly Owner[]> {
    const { claims, owners, outcomes, reporter } = this.#parts;
    try {
      // Without claims the chain decides nothing, so it is not read.
      const isClaimable = claims.claimsIn(pod.namespace).size > 0;
      const chain = isClaimable ? await owners.observeOwners(pod) : { owners: [] };
      if (chain.unknown) reporter.ownerKindUnknown(chain.unknown);
      outcomes.markRead(key);
      return chain.owners;
    } catch (error) {
      outcomes.markUnread(key);
      throw error;
    }
  }

  #settle(key: ObjectKey, { pod }: PodInput, { resolution }: PodPlan): void {
    const { removals, written } = this.#parts;
    removals.cancel(key);
    written.markSeen(key, pod.uid);
    this.#record(pod, resolution, { labeled: true });
  }

  #defer(key: ObjectKey, input: PodInput, { resolution }: PodPlan): void {
    const { removals, outcomes, now } = this.#parts;
    const { pod, formerClaim } = input;
    removals.defer(key, { uid: pod.uid, formerClaim }, now());
    if (resolution) this.#recordPending(pod, resolution);
    // A resource that is still there, and does not claim the pod any more, does not count it either.
    else if (!isClaimGone(input)) outcomes.forget(key);
  }

  #leave({ pod, formerClaim }: PodInput, { resolution }: PodPlan): void {
    // Another claim, that cannot be seen just now, may still be there: it is not forgotten.
    const isOthers = formerClaim !== undefined && formerClaim !== resolution?.claim.key;
    if (!isOthers) this.#recordPending(pod, resolution);
  }

  /** Only with all kinds in sight: what a list confirmed a moment ago may be in doubt again. */
  #mayRemove(key: ObjectKey, { pod, claimsComplete }: PodInput): boolean {
    const { removals, now } = this.#parts;
    return claimsComplete && removals.isAllowed(key, pod.uid, now());
  }

  async #write(key: ObjectKey, input: PodInput, plan: PodPlan): Promise<ReconcileResult> {
    const { written, removals, now } = this.#parts;
    const { pod } = input;
    const delayMs = written.delayMs(key, pod.uid);
    if (delayMs > 0) {
      // A write that the watch does not show yet was made all the same.
      if (written.isShown(key, pod.uid)) this.#recordPending(pod, plan.resolution);
      return { requeueAfterMs: delayMs };
    }
    const result = await this.#apply(key, input, plan);
    if (plan.pace === 'later' && result === 'patched') removals.made(key, now());
    else removals.cancel(key);
    return result === 'refused' ? { requeueAfterMs: refusedRetryMs } : undefined;
  }

  async #apply(
    key: ObjectKey,
    { pod, owners }: PodInput,
    { change = {}, resolution }: PodPlan,
  ): Promise<ApplyResult['result']> {
    const { written, writer, reporter } = this.#parts;
    // A pod that loses its claim is looked at again: others' labels may be left on it.
    if (resolution) written.begin(key, pod, change);
    const applied = await writer.apply(pod, owners, change).catch((error: unknown) => {
      written.abandon(key);
      this.#recordPending(pod, resolution);
      throw error;
    });
    if (applied.result !== 'patched') written.abandon(key);
    if (applied.result === 'refused') {
      reporter.refused(pod, applied.match);
      const conflict = resolution && conflictOfMatch(resolution.claim, applied.match);
      this.#record(pod, resolution, { labeled: false, ...(conflict ? { conflict } : {}) });
    } else if (applied.result === 'patched') {
      written.record(key, pod.uid);
      if (resolution) reporter.clean(key);
      // A removal waits for its grace period before it is repeated; labels that come after it wait for nothing.
      else written.markSeen(key, pod.uid);
      reporter.patched(pod, written.count(key, pod.uid));
      this.#record(pod, resolution, { labeled: true });
    }
    return applied.result;
  }

  /** The pod is claimed and does not carry the labels: its resource must tell so, whatever keeps them away. */
  #recordPending(pod: Pod, resolution: Resolution | undefined): void {
    if (resolution) this.#record(pod, resolution, { labeled: false });
  }

  #record(
    pod: Pod,
    resolution: Resolution | undefined,
    { labeled, conflict }: { readonly labeled: boolean; readonly conflict?: PodConflict },
  ): void {
    const { outcomes, pods } = this.#parts;
    const key = objectKey(pod);
    if (!resolution) {
      outcomes.forget(key);
      return;
    }
    const conflicts = [...conflictsOfLosers(resolution), ...(conflict ? [conflict] : [])];
    outcomes.record(key, { claim: resolution.claim, labeled, finished: pods.isFinished(pod), conflicts });
  }

  #forget(key: ObjectKey): void {
    const { outcomes, removals, written, reporter } = this.#parts;
    outcomes.forget(key);
    removals.cancel(key);
    written.forget(key);
    reporter.clean(key);
  }
}

function isWritable(pod: Pod | undefined): pod is Pod {
  return pod !== undefined && !pod.terminating && !pod.mirror;
}
