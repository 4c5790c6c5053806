/**
 * Desired against observed, field by field: the actions in their order, and what a person must know
 * about that no action can change.
 */
import type { DesiredCondition } from '../kernel/conditions.ts';
import type { Plan, PlanInput } from './field-plan.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec } from './log-group.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';
import { planClass } from './plan-class.ts';
import { planDataProtection } from './plan-data-protection.ts';
import { planDeletionProtection } from './plan-deletion-protection.ts';
import { planFieldIndexes } from './plan-field-indexes.ts';
import { planKmsKey } from './plan-kms-key.ts';
import { planRetention } from './plan-retention.ts';
import { planSavedQueries } from './plan-saved-queries.ts';
import { clusterTag, desiredTags, ownerOf, planTags } from './plan-tags.ts';

/** One field of the spec each, in the order of the actions: the tag that says whose group it is first. */
const fields: readonly ((input: PlanInput) => Plan)[] = [
  planTags,
  planKmsKey,
  planRetention,
  planDeletionProtection,
  planFieldIndexes,
  planSavedQueries,
  planClass,
  planDataProtection,
];

/** `observed: undefined` means that the group does not exist. */
export function planLogGroup(
  input: Omit<PlanInput, 'observed'> & { readonly observed: ObservedLogGroup | undefined },
): Plan {
  const { desired, observed, managed, clusterUid } = input;
  if (!observed) return planCreation(desired, clusterUid);
  const found = { desired, observed, managed, clusterUid };
  const other = ownedByOther(found);
  if (other) return { actions: [], conditions: [other] };
  const plans = fields.map((plan) => plan(found));
  return {
    actions: plans.flatMap(({ actions }) => actions),
    conditions: plans.flatMap(({ conditions }) => conditions),
  };
}

/**
 * What can go with the creation does, so that the group is never there without its owner's tag or its protection.
 * Indexes and queries follow when it has been observed: somebody may have saved queries of these names before.
 */
function planCreation(desired: LogGroupSpec, clusterUid: string): Plan {
  const { logGroupClass, kmsKeyID, deletionProtectionEnabled, retentionInDays } = desired;
  const create: LogGroupAction = {
    kind: 'create',
    tags: desiredTags(desired, clusterUid),
    ...(logGroupClass === undefined ? {} : { logGroupClass }),
    ...(kmsKeyID === undefined ? {} : { kmsKeyId: kmsKeyID }),
    ...(deletionProtectionEnabled === undefined ? {} : { deletionProtectionEnabled }),
  };
  return {
    actions: [
      create,
      ...(retentionInDays === undefined ? [] : [{ kind: 'putRetention', retentionInDays } as const]),
    ],
    conditions: [],
  };
}

function ownedByOther({ desired, observed, clusterUid }: PlanInput): DesiredCondition | undefined {
  const owner = ownerOf(observed);
  if (owner === undefined || owner === clusterUid || desired.adopt) return undefined;
  return {
    type: 'OwnedByOther',
    status: 'True',
    reason: 'ClusterTag',
    message:
      `The log group ${observed.logGroupName} carries the tag ${clusterTag}=${owner}, which is another cluster's; this cluster is ${clusterUid}. ` +
      'Nothing is written to it. Set spec.adopt: true to take it over, or choose another logGroupName.',
  };
}
