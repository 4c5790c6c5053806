/**
 * Decides what becomes of a pod that is about to be stored: the same identity and the same labels as on
 * the patch path, under rules for a pod at birth and for an edit of one that lives. Pure.
 */
import { labelKeys, type LabelKey, type Labels } from '../kernel/labels.ts';
import { labelsOfIdentity } from '../kernel/identity.ts';
import {
  isAddition,
  planLabels,
  planUnclaimed,
  type Enforcement,
  type LabelChange,
} from '../pods/plan-labels.ts';
import { resolveIdentity, type Owner, type Resolution } from '../pods/resolve-identity.ts';
import { needsNamespaceSelectors } from '../pods/resolve-match-change.ts';
import type { Claims } from '../workloads/claims.ts';
import type { PodReview } from './parse-review.ts';
import * as say from './render-messages.ts';

export interface AdmissionInput {
  readonly review: PodReview;
  readonly owners: readonly Owner[];
  /** Of the namespace. */
  readonly claims: Claims;
  /** Whether all six kinds were listed, so that an absent claim is known to be absent. */
  readonly claimsComplete: boolean;
  readonly isManagedNamespace: boolean;
  readonly enforcement: Enforcement;
  /** Refuse what would be put right or taken away. */
  readonly denyForged: boolean;
}

/** Why a pod is let through as it is, for the watch loop to put right. */
export type DeferReason =
  /** The jobID is the pod's name, and the API server has yet to make that from `generateName`. */
  | 'NameUnknown'
  /** Some kind of resource is not known, so that only adding is safe. */
  | 'ClaimsIncomplete'
  /** The pod was not right before the edit either; what that takes needs the whole care of the watch loop. */
  | 'NotRightBefore'
  /** Not even one kind of resource is known yet. */
  | 'NotSynced'
  /** Owners or selectors could not be read in time. */
  | 'LookUpLate'
  | 'LookUpFailed';

/** Which selectors the match rule asks before a change is made. */
export type MatchCheck = 'none' | 'controller' | 'namespace';

/**
 * - `right`, `unclaimed`: nothing to do. `reported`: somebody's labels stand on an unclaimed pod and stay.
 * - `change`: if the match rule allows it.
 */
export type AdmissionPlan =
  | { readonly kind: 'right' | 'unclaimed' }
  | { readonly kind: 'reported'; readonly warning: string }
  | { readonly kind: 'deferred'; readonly reason: DeferReason }
  | { readonly kind: 'denied'; readonly message: string }
  | {
      readonly kind: 'change';
      readonly change: LabelChange;
      readonly check: MatchCheck;
      /** Tells whose labels were put right; absent where nothing but missing labels is added. */
      readonly warning?: string;
    };

export function planAdmission(input: AdmissionInput): AdmissionPlan {
  const { review, owners, claims } = input;
  const resolution = resolveIdentity(review, owners, claims);
  if (!resolution) return planUnclaimedPod(input);
  const { identity } = resolution;
  if (identity.jobID === '') return deferred('NameUnknown');
  const change = planLabels(review.labels, identity);
  if (!change) return { kind: 'right' };
  if (!review.oldLabels && isAddition(review.labels, change))
    return { kind: 'change', change, check: checkOf(input, change) };
  if (review.oldLabels && planLabels(review.oldLabels, identity)) return deferred('NotRightBefore');
  return input.claimsComplete ? planForged(input, resolution, change) : deferred('ClaimsIncomplete');
}

/** Keys of a claimed pod say something else, or an edit took them away. */
function planForged(
  input: AdmissionInput,
  { identity, claim }: Resolution,
  change: LabelChange,
): AdmissionPlan {
  const { labels } = input.review;
  const check = checkOf(input, change);
  const forged = present(labels).filter((key) => change[key] !== undefined);
  if (forged.length === 0) return { kind: 'change', change, check, warning: say.removalUndone(claim) };
  const told = { labels, forged, claim, right: labelsOfIdentity(identity) };
  if (input.denyForged) return { kind: 'denied', message: say.claimedDenied(told) };
  return { kind: 'change', change, check, warning: say.claimedPutRight(told) };
}

function planUnclaimedPod(input: AdmissionInput): AdmissionPlan {
  const { review, enforcement, isManagedNamespace, denyForged } = input;
  const { namespace, labels, oldLabels } = review;
  const forged = present(labels);
  if (forged.length === 0) return { kind: 'unclaimed' };
  if (!input.claimsComplete) return deferred('ClaimsIncomplete');
  const { removal } = planUnclaimed({ namespace, labels, ownKeys: [] }, enforcement, isManagedNamespace);
  if (!removal) return { kind: 'reported', warning: say.unclaimedReported({ labels, forged }) };
  if (oldLabels && present(oldLabels).length > 0) return deferred('NotRightBefore');
  if (denyForged) return { kind: 'denied', message: say.unclaimedDenied({ labels, forged, namespace }) };
  const warning = say.unclaimedRemoved({ labels, forged });
  return { kind: 'change', change: removal, check: checkOf(input, removal), warning };
}

/**
 * An edit is only ever turned back to what is stored, which takes the pod from nobody and gives it to
 * nobody: no selector needs to be asked.
 */
function checkOf({ review, owners }: AdmissionInput, change: LabelChange): MatchCheck {
  if (review.oldLabels) return 'none';
  return needsNamespaceSelectors(review.labels, owners, change) ? 'namespace' : 'controller';
}

function present(labels: Labels): readonly LabelKey[] {
  return labelKeys.filter((key) => labels[key] !== undefined);
}

function deferred(reason: DeferReason): AdmissionPlan {
  return { kind: 'deferred', reason };
}
