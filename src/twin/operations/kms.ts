/** AssociateKmsKey, DisassociateKmsKey. */
import { partitionOf } from '../../kernel/aws-arn.ts';
import { kmsKeyId, logGroupName } from '../common-members.ts';
import { required, text } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import type { LogGroup } from '../state/log-group.ts';

const resourceIdentifier = text({ min: 1, max: 2048, pattern: String.raw`[\w+=/:,.@\-\*]*` });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html */
export const associateKmsKey = operation(
  { logGroupName, kmsKeyId: required(kmsKeyId), resourceIdentifier },
  (input, { account }) => {
    const group = theGroup(input, account);
    refuseBadKmsKey(input.kmsKeyId, account.settings.region);
    if (group) group.kmsKeyId = input.kmsKeyId;
    else account.resultsKmsKeyId = input.kmsKeyId;
    return undefined;
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html */
export const disassociateKmsKey = operation({ logGroupName, resourceIdentifier }, (input, { account }) => {
  const group = theGroup(input, account);
  if (group) group.kmsKeyId = undefined;
  else account.resultsKmsKeyId = undefined;
  return undefined;
});

interface Named {
  readonly logGroupName: string | undefined;
  readonly resourceIdentifier: string | undefined;
}

/** Undefined: the query results of the account. */
function theGroup({ logGroupName, resourceIdentifier }: Named, account: Account): LogGroup | undefined {
  if ((logGroupName === undefined) === (resourceIdentifier === undefined))
    throw invalidParameter('Specify either logGroupName or resourceIdentifier, and not both.');
  if (logGroupName !== undefined) return account.group(logGroupName);
  if (resourceIdentifier === account.arnOfQueryResults()) return undefined;
  return account.groupOfArn('resourceIdentifier', resourceIdentifier ?? '');
}

/**
 * The twin has no KMS: any key of the region exists. An alias or a bare key id is refused, since the
 * reference asks for the key's ARN.
 */
export function refuseBadKmsKey(kmsKeyId: string, region: string): void {
  const arn = new RegExp(String.raw`^arn:${partitionOf(region)}:kms:${region}:\d{12}:key/[A-Za-z0-9-]+$`);
  if (!arn.test(kmsKeyId))
    throw invalidParameter(`kmsKeyId ${JSON.stringify(kmsKeyId)} is not the ARN of a KMS key in ${region}.`);
}
