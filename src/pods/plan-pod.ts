/** Decides what becomes of one pod: what to write, and at which pace. Pure. */
import { labelKeys } from '../kernel/labels.ts';
import type { Claims } from '../workloads/claims.ts';
import { isAddition, planLabels, planUnclaimed, type Enforcement, type LabelChange } from './plan-labels.ts';
import type { Pod } from './pod.ts';
import { resolveIdentity, type Owner, type Resolution } from './resolve-identity.ts';

export interface PodInput {
  readonly pod: Pod;
  readonly owners: readonly Owner[];
  /** Of the namespace. */
  readonly claims: Claims;
  /** Whether all six kinds were listed, so that an absent claim is known to be absent. */
  readonly claimsComplete: boolean;
  readonly isManagedNamespace: boolean;
  readonly enforcement: Enforcement;
  /** Key of the claim that held the pod when it was looked at before. */
  readonly formerClaim: string | undefined;
  /**
   * Whether it carried the labels of a claim that has let it go since. Then all of them are ours to take away,
   * whoever the API server says wrote them: those that it was born with stand in its creator's name.
   */
  readonly wasLabeled: boolean;
}

/**
 * - `right`: nothing to do. `reported`: somebody's labels stand on an unclaimed pod and stay.
 * - `now`: write. `later`: take away or change after the grace period, once it is sure that the claim is
 *   gone. `wait`: not decided while some kind of resource is not known.
 */
export type Pace = 'right' | 'reported' | 'now' | 'later' | 'wait';

export interface PodPlan {
  readonly pace: Pace;
  readonly resolution?: Resolution;
  readonly change?: LabelChange;
}

export function planPod(input: PodInput): PodPlan {
  const { pod, owners, claims } = input;
  const resolution = resolveIdentity(pod, owners, claims);
  if (!resolution) return planUnclaimedPod(input);
  const change = planLabels(pod.labels, resolution.identity);
  if (!change) return { pace: 'right', resolution };
  return { pace: paceOfClaimed(input, change), resolution, change };
}

function paceOfClaimed(input: PodInput, change: LabelChange): Pace {
  // Adding cannot take anything from anybody, so it never waits.
  if (isAddition(input.pod.labels, change)) return 'now';
  if (!input.claimsComplete) return 'wait';
  return isClaimGone(input) ? 'later' : 'now';
}

/** The pod's former claim has vanished: that may be a mistake about to be undone. */
export function isClaimGone({ formerClaim, claims }: Pick<PodInput, 'formerClaim' | 'claims'>): boolean {
  return formerClaim !== undefined && !claims.has(formerClaim);
}

function planUnclaimedPod({ pod, enforcement, isManagedNamespace, wasLabeled }: PodInput): PodPlan {
  const ours = wasLabeled ? { ...pod, ownKeys: labelKeys } : pod;
  const { removal, foreign } = planUnclaimed(ours, enforcement, isManagedNamespace);
  if (removal) return { pace: 'later', change: removal };
  return { pace: foreign ? 'reported' : 'right' };
}
