/** What a retention policy would change: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DryRunResult.html */
import type { OperationContext } from '../operation.ts';
import { type AccountPolicy, resolvePolicyRetention, selects } from '../state/account-policy.ts';
import type { LogGroup } from '../state/log-group.ts';

const mostListed = 20;

/** As if the policies `after` were already in effect; about the groups in the scope of the changed one. */
export function previewRetention(
  { account, now }: Pick<OperationContext, 'account' | 'now'>,
  changed: AccountPolicy,
  after: Iterable<AccountPolicy>,
): Record<string, unknown> {
  const policies = [...after];
  const impacts = account
    .sortedGroups()
    .filter((group) => isInScope(changed, group))
    .map((group) => ({
      group,
      current: account.retentionOf(group, now).retentionInDays ?? Infinity,
      proposed: proposedRetention(group, policies),
    }));
  const count = (is: (current: number, proposed: number) => boolean): number =>
    impacts.filter(({ current, proposed }) => is(current, proposed)).length;
  return {
    totalMatchedLogGroups: impacts.length,
    increasedRetentionLogGroupCount: count((current, proposed) => proposed > current),
    decreasedRetentionLogGroupCount: count((current, proposed) => proposed < current),
    unchangedRetentionLogGroupCount: count((current, proposed) => proposed === current),
    failedAnalysisCount: 0,
    topLogGroupsImpacted: impacts
      .toSorted((a, b) => b.group.storedBytes - a.group.storedBytes)
      .slice(0, mostListed)
      .map(({ group, current, proposed }) => ({
        logGroupName: group.name,
        currentRetention: inWords(current),
        proposedRetention: inWords(proposed),
        storedBytes: group.storedBytes,
      })),
  };
}

function isInScope(
  { prefixes, rule }: AccountPolicy,
  { name, creationTime, logGroupClass }: LogGroup,
): boolean {
  const from = rule.kind === 'retention' ? (rule.versions.at(-1)?.groupsCreatedFrom ?? 0) : 0;
  // The retention of the Delivery class is fixed.
  return logGroupClass !== 'DELIVERY' && selects(prefixes, name) && creationTime >= from;
}

function proposedRetention(group: LogGroup, policies: readonly AccountPolicy[]): number {
  const policy = resolvePolicyRetention(policies, group, Infinity);
  return policy?.retentionInDays ?? group.retentionInDays ?? Infinity;
}

function inWords(retentionInDays: number): string {
  return retentionInDays === Infinity ? 'NEVER_EXPIRE' : String(retentionInDays);
}
