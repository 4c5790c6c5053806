/** PutDataProtectionPolicy, GetDataProtectionPolicy, DeleteDataProtectionPolicy. */
import { logGroupIdentifier } from '../common-members.ts';
import { required, text } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter, notFound } from '../refusal.ts';
import { parseDataProtection } from '../state/data-protection.ts';

const named = { logGroupIdentifier: required(logGroupIdentifier) };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDataProtectionPolicy.html */
export const putDataProtectionPolicy = operation(
  { ...named, policyDocument: required(text({ max: 30_720 })) },
  ({ logGroupIdentifier, policyDocument }, { account, now }) => {
    const group = account.identified(logGroupIdentifier);
    if (group.logGroupClass !== 'STANDARD')
      throw invalidParameter(
        `The log group ${group.name} is of class ${group.logGroupClass}; data protection is for the Standard class.`,
      );
    const mask = parseDataProtection(policyDocument);
    group.dataProtection = { policyDocument, lastUpdatedTime: now, mask };
    group.dataProtectionStatus = 'ACTIVATED';
    return { logGroupIdentifier, policyDocument, lastUpdatedTime: now };
  },
);

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetDataProtectionPolicy.html
 *
 * A group without a policy answers without a document (not documented: our reading).
 */
export const getDataProtectionPolicy = operation(named, ({ logGroupIdentifier }, { account }) => {
  const policy = account.identified(logGroupIdentifier).dataProtection;
  if (!policy) return { logGroupIdentifier };
  const { policyDocument, lastUpdatedTime } = policy;
  return { logGroupIdentifier, policyDocument, lastUpdatedTime };
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDataProtectionPolicy.html */
export const deleteDataProtectionPolicy = operation(named, ({ logGroupIdentifier }, { account }) => {
  const group = account.identified(logGroupIdentifier);
  if (!group.dataProtection) throw notFound(`The log group ${group.name} has no data protection policy.`);
  group.dataProtection = undefined;
  group.dataProtectionStatus = 'DELETED';
  return undefined;
});
