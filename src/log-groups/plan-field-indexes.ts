/**
 * Field indexes. A group's policy does not add to the account's but replaces it, facets included, so that the
 * default yields to one of the account and to one that somebody else has put on the group:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIndexPolicy.html
 */
import type { DesiredCondition } from '../kernel/conditions.ts';
import { labelKeys } from '../kernel/labels.ts';
import { indexes, selectsLogGroup } from './index-policy.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { FieldIndex } from './log-group.ts';
import type { IndexPolicy, ObservedLogGroup } from './observe-log-group.ts';
import type { Plan, PlanInput } from './field-plan.ts';

/** What the queries filter by. */
export const defaultFieldIndexes: readonly FieldIndex[] = labelKeys.map((key) => ({
  name: `labels.${key}`,
  type: 'FACET',
}));

const nothing: Plan = { actions: [], conditions: [] };

export function planFieldIndexes({ desired, observed, managed }: PlanInput): Plan {
  // Not known, or not offered for the group's class.
  if (observed.indexPolicies === undefined) return nothing;
  const own = ownIndexPolicy(observed);
  const inherited = inheritedName(observed);
  if (desired.fieldIndexes !== undefined)
    return { actions: change(own, desired.fieldIndexes, inherited), conditions: [] };
  if (own && !managed.indexPolicy) return nothing;
  // Whether the account has a policy is not known, and it is not to be replaced by chance.
  if (observed.accountPolicies === undefined) return nothing;
  if (inherited !== undefined)
    return {
      actions: own ? [{ kind: 'deleteIndexPolicy' }] : [],
      conditions: [inheritedCondition(observed.logGroupName, inherited)],
    };
  return { actions: change(own, defaultFieldIndexes, undefined), conditions: [] };
}

/** The one on the group itself. */
export function ownIndexPolicy({ indexPolicies = [] }: ObservedLogGroup): IndexPolicy | undefined {
  return indexPolicies.find(({ source }) => source === 'LOG_GROUP');
}

/** The account's policy that is about this group, whether it is in force there or covered by the group's own. */
function inheritedName({
  indexPolicies = [],
  accountPolicies = [],
  logGroupName,
}: ObservedLogGroup): string | undefined {
  const inForce = indexPolicies.find(({ source }) => source === 'ACCOUNT');
  if (inForce) return inForce.policyName ?? 'without a name';
  return accountPolicies.find(
    ({ policyType, selectionCriteria }) =>
      policyType === 'FIELD_INDEX_POLICY' && selectsLogGroup(selectionCriteria, logGroupName),
  )?.policyName;
}

function change(
  own: IndexPolicy | undefined,
  fields: readonly FieldIndex[],
  inherited: string | undefined,
): readonly LogGroupAction[] {
  // A policy needs at least one field.
  if (fields.length === 0) return own ? [{ kind: 'deleteIndexPolicy' }] : [];
  if (own && indexes(own.policyDocument, fields)) return [];
  return [
    { kind: 'putIndexPolicy', fields, ...(inherited !== undefined && !own ? { replacing: inherited } : {}) },
  ];
}

function inheritedCondition(logGroupName: string, policyName: string): DesiredCondition {
  const names = defaultFieldIndexes.map(({ name }) => name).join(', ');
  return {
    type: 'IndexInherited',
    status: 'True',
    reason: 'AccountPolicy',
    message:
      `The account-level index policy ${policyName} decides which fields of ${logGroupName} are indexed; a policy of the group would replace it, so none is written. ` +
      `Add ${names} to the policy, or set spec.fieldIndexes to replace it for this group.`,
  };
}
