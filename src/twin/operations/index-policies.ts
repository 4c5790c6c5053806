/** PutIndexPolicy, DeleteIndexPolicy, DescribeIndexPolicies. */
import { logGroupIdentifier, nextToken } from '../common-members.ts';
import { list, required, text } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter, notFound } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { parseIndexedFields } from '../state/field-index.ts';
import type { LogGroup } from '../state/log-group.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIndexPolicy.html */
export const putIndexPolicy = operation(
  {
    logGroupIdentifier: required(logGroupIdentifier),
    policyDocument: required(text({ min: 1, max: 51_200 })),
  },
  ({ logGroupIdentifier, policyDocument }, { account, now }) => {
    const group = account.identified(logGroupIdentifier);
    if (group.logGroupClass !== 'STANDARD')
      throw invalidParameter(
        `The log group ${group.name} is of class ${group.logGroupClass}; only log groups of the Standard class support field index policies.`,
      );
    const fields = parseIndexedFields(policyDocument);
    const creationTime = group.indexPolicy?.creationTime ?? now;
    retireIndexes(group);
    group.indexPolicy = { policyDocument, creationTime, lastUpdateTime: now, fields };
    return { indexPolicy: describe(account, group) };
  },
);

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteIndexPolicy.html
 *
 * That a group without a policy of its own is refused is not documented: our reading.
 */
export const deleteIndexPolicy = operation(
  { logGroupIdentifier: required(logGroupIdentifier) },
  (input, { account }) => {
    const group = account.identified(input.logGroupIdentifier);
    if (!group.indexPolicy) throw notFound(`The log group ${group.name} has no index policy of its own.`);
    retireIndexes(group);
    group.indexPolicy = undefined;
    return {};
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeIndexPolicies.html */
export const describeIndexPolicies = operation(
  { logGroupIdentifiers: required(list(logGroupIdentifier, { min: 1, max: 1 })), nextToken },
  (input, { account }) => ({
    indexPolicies: input.logGroupIdentifiers
      .map((identifier) => describe(account, account.identified(identifier)))
      .filter((policy) => policy !== undefined),
  }),
);

/** The group's own policy; without one, the account's that applies to it. */
function describe(account: Account, group: LogGroup): Record<string, unknown> | undefined {
  const own = group.indexPolicy;
  if (own)
    return {
      logGroupIdentifier: group.arn,
      lastUpdateTime: own.lastUpdateTime,
      policyDocument: own.policyDocument,
      source: 'LOG_GROUP',
    };
  const inherited = account.inheritedIndexPolicy(group);
  if (!inherited) return undefined;
  return {
    logGroupIdentifier: group.arn,
    lastUpdateTime: inherited.lastUpdatedTime,
    policyDocument: inherited.policyDocument,
    policyName: inherited.policyName,
    source: 'ACCOUNT',
  };
}

/** What the policy indexed until now is told as INACTIVE, unless the next policy has it again. */
function retireIndexes(group: LogGroup): void {
  for (const [name, type] of group.indexPolicy?.fields ?? []) group.formerIndexes.set(name, type);
}
