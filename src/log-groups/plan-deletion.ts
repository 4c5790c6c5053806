/** What deleting an object under `deletionPolicy: Delete` does to its group; pure. */
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec } from './log-group.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';
import { clusterTag, ownerOf } from './plan-tags.ts';
import { desiredQueries, queriesNamed, type SavedQuery } from './saved-query.ts';

export interface DeletionInput {
  readonly desired: LogGroupSpec;
  /** Undefined: gone already. */
  readonly observed: ObservedLogGroup | undefined;
  /** None where they are not managed. */
  readonly savedQueries: readonly SavedQuery[];
  readonly clusterUid: string;
}

export interface DeletionPlan {
  /** None means that nothing is left to do. */
  readonly actions: readonly LogGroupAction[];
  /** Why the group stays for good, for a person. */
  readonly kept?: string;
  /** What must be changed by a person first. */
  readonly blocked?: string;
}

/** Records cannot be brought back: only a group that says it is this cluster's is deleted. */
export function planDeletion({ desired, observed, savedQueries, clusterUid }: DeletionInput): DeletionPlan {
  const owner = observed && ownerOf(observed);
  if (observed && owner !== clusterUid)
    return { actions: [], kept: keptMessage(desired.logGroupName, owner) };
  const queries = deletionsOf(desired, savedQueries);
  if (!observed) return { actions: queries };
  if (!observed.deletionProtectionEnabled) return { actions: [...queries, { kind: 'delete' }] };
  if (desired.deletionProtectionEnabled !== false) return { actions: [], blocked: protectedMessage(desired) };
  return {
    actions: [
      ...queries,
      { kind: 'putDeletionProtection', deletionProtectionEnabled: false },
      { kind: 'delete' },
    ],
  };
}

function deletionsOf(
  { logGroupName }: LogGroupSpec,
  savedQueries: readonly SavedQuery[],
): readonly LogGroupAction[] {
  return desiredQueries(logGroupName, 'STANDARD')
    .flatMap(({ name }) => queriesNamed(name, savedQueries))
    .map(({ name, queryDefinitionId }) => ({ kind: 'deleteQueryDefinition', name, queryDefinitionId }));
}

function keptMessage(logGroupName: string, owner: string | undefined): string {
  const carries = owner === undefined ? 'does not carry' : `carries ${owner} in`;
  return (
    `The log group ${logGroupName} ${carries} the tag ${clusterTag}, by which it would be this cluster's, so that it was not deleted with its LogGroup. ` +
    'Delete it in CloudWatch if nobody needs it any more.'
  );
}

function protectedMessage({ logGroupName }: LogGroupSpec): string {
  return (
    `The log group ${logGroupName} is protected from deletion, and not by its LogGroup. ` +
    'To delete it, set spec.deletionProtectionEnabled: false, or turn the protection off in CloudWatch.'
  );
}
