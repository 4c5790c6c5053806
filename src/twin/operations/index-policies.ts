/** DescribeIndexPolicies. The twin keeps no index policies yet, so that no group has one. */
import { logGroupIdentifier, nextToken } from '../common-members.ts';
import { list, required } from '../members.ts';
import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeIndexPolicies.html */
export const describeIndexPolicies = operation(
  { logGroupIdentifiers: required(list(logGroupIdentifier, { min: 1, max: 1 })), nextToken },
  (input, { account }) => {
    for (const identifier of input.logGroupIdentifiers) account.identified(identifier);
    return { indexPolicies: [] };
  },
);
