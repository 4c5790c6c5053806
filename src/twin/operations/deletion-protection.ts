/** PutLogGroupDeletionProtection. */
import { logGroupIdentifier } from '../common-members.ts';
import { flag, required } from '../members.ts';
import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html */
export const putLogGroupDeletionProtection = operation(
  { logGroupIdentifier: required(logGroupIdentifier), deletionProtectionEnabled: required(flag) },
  (input, { account }) => {
    account.identified(input.logGroupIdentifier).deletionProtectionEnabled = input.deletionProtectionEnabled;
    return undefined;
  },
);
