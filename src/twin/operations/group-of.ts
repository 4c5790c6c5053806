/** The group that a read names, by logGroupName or logGroupIdentifier. */
import { invalidParameter } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import type { LogGroup } from '../state/log-group.ts';

/**
 * Exactly one of the two must be given, see
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function groupOf(
  account: Account,
  named: { readonly logGroupName: string | undefined; readonly logGroupIdentifier: string | undefined },
): LogGroup {
  const { logGroupName, logGroupIdentifier } = named;
  if (logGroupName !== undefined && logGroupIdentifier === undefined) return account.group(logGroupName);
  if (logGroupIdentifier !== undefined && logGroupName === undefined)
    return account.identified(logGroupIdentifier);
  throw invalidParameter('You must include either logGroupIdentifier or logGroupName, but not both.');
}
