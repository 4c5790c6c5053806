/** Observe, plan, apply, until the group and its saved queries are gone or something stands against it. */
import { AwsFailure, isTransient } from '../kernel/aws-failure.ts';
import { applyLogGroup, type LogGroupWriter } from './apply-log-group.ts';
import type { LogGroupSpec } from './log-group.ts';
import { describeByExactName, type LogGroupReader } from './observe-log-group.ts';
import { planDeletion, type DeletionInput } from './plan-deletion.ts';
import { queryFolder } from './saved-query.ts';

export type Deleted =
  | { readonly outcome: 'Gone' }
  /** For good, and why. */
  | { readonly outcome: 'Kept'; readonly message: string }
  /** Until a person does what the message says. */
  | { readonly outcome: 'Blocked'; readonly message: string }
  | { readonly outcome: 'Failed'; readonly failures: readonly AwsFailure[] };

export interface Deleting {
  readonly desired: LogGroupSpec;
  readonly clusterUid: string;
  readonly now: Date;
}

/** One to delete, one to see that it is done, one for what another writer did meanwhile. */
const maxRounds = 3;

/** Never throws an `AwsFailure`: failures are part of the answer. */
export async function deleteLogGroup(
  aws: LogGroupReader & LogGroupWriter,
  deleting: Deleting,
): Promise<Deleted> {
  try {
    for (let round = 1; round <= maxRounds; round++) {
      const deleted = await once(aws, deleting);
      if (deleted) return deleted;
    }
    // CloudWatch may be slow to show what it has deleted.
    return { outcome: 'Failed', failures: [] };
  } catch (error) {
    if (error instanceof AwsFailure) return { outcome: 'Failed', failures: [error] };
    throw error;
  }
}

/** Undefined: look again. */
async function once(
  aws: LogGroupReader & LogGroupWriter,
  { desired, clusterUid, now }: Deleting,
): Promise<Deleted | undefined> {
  const { failures: unread, ...found } = await observe(aws, desired);
  const { actions, kept, blocked } = planDeletion({ desired, clusterUid, ...found });
  if (kept !== undefined) return { outcome: 'Kept', message: kept };
  if (blocked !== undefined) return { outcome: 'Blocked', message: blocked };
  if (actions.length === 0 && unread.length === 0) return { outcome: 'Gone' };
  const target = { logGroupName: desired.logGroupName, logGroupArn: '', now };
  const { failures: refused } = await applyLogGroup(aws, target, actions);
  const failures = [...unread, ...refused];
  return failures.length > 0 ? { outcome: 'Failed', failures } : undefined;
}

type Found = Pick<DeletionInput, 'observed' | 'savedQueries'>;

async function observe(
  reader: LogGroupReader,
  desired: LogGroupSpec,
): Promise<Found & { readonly failures: readonly AwsFailure[] }> {
  const described = await describeByExactName(reader, desired.logGroupName);
  const observed = described && { ...described, tags: await reader.listTags(described.logGroupArn) };
  if (desired.savedQueries === 'Unmanaged') return { observed, savedQueries: [], failures: [] };
  try {
    const savedQueries = await reader.describeQueryDefinitions(queryFolder(desired.logGroupName));
    return { observed, savedQueries, failures: [] };
  } catch (error) {
    // A missing right to read them does not keep the group itself.
    if (!(error instanceof AwsFailure) || isTransient(error.kind)) throw error;
    return { observed, savedQueries: [], failures: [error] };
  }
}
