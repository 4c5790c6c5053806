/** CreateLogGroup, DeleteLogGroup, DescribeLogGroups. */
import { problemOfLogGroupName } from '../../kernel/log-group-name.ts';
import {
  kmsKeyId,
  logGroupClasses,
  logGroupIdentifier,
  logGroupName,
  nextToken,
  tags,
} from '../common-members.ts';
import { flag, type InputOf, integer, list, oneOf, required, text } from '../members.ts';
import { operation, type OperationContext } from '../operation.ts';
import { pageOfSorted } from '../page.ts';
import { invalidParameter, notSupported, Refusal } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { compareNames, type LogGroup } from '../state/log-group.ts';
import { refuseBadKmsKey } from './kms.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup = operation(
  {
    logGroupName: required(logGroupName),
    kmsKeyId,
    tags,
    logGroupClass: oneOf(logGroupClasses),
    deletionProtectionEnabled: flag,
  },
  (input, { account, now }) => {
    const problem = problemOfLogGroupName(input.logGroupName);
    if (problem) throw invalidParameter(`logGroupName ${problem}.`);
    if (input.kmsKeyId !== undefined) refuseBadKmsKey(input.kmsKeyId, account.settings.region);
    if (account.groups.has(input.logGroupName))
      throw new Refusal('ResourceAlreadyExistsException', 'The specified log group already exists');
    if (account.groups.size >= 1_000_000)
      throw new Refusal('LimitExceededException', 'Resource limit exceeded.');
    account.groups.set(input.logGroupName, {
      name: input.logGroupName,
      arn: account.arnOf(input.logGroupName),
      creationTime: now,
      logGroupClass: input.logGroupClass ?? 'STANDARD',
      tags: new Map(input.tags),
      streams: new Map(),
      kmsKeyId: input.kmsKeyId,
      deletionProtectionEnabled: input.deletionProtectionEnabled ?? false,
      retentionInDays: undefined,
      indexPolicy: undefined,
      formerIndexes: new Map(),
      dataProtection: undefined,
      dataProtectionStatus: undefined,
      late: [],
      storedBytes: 0,
    });
    return undefined;
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export const deleteLogGroup = operation({ logGroupName: required(logGroupName) }, (input, { account }) => {
  const group = account.group(input.logGroupName);
  if (group.deletionProtectionEnabled)
    throw new Refusal(
      'ValidationException',
      `The log group ${group.name} has deletion protection enabled: disable it first.`,
    );
  account.groups.delete(group.name);
  return undefined;
});

const describeMembers = {
  accountIdentifiers: list(text({ min: 12, max: 12, pattern: String.raw`\d{12}` }), { max: 20 }),
  logGroupNamePrefix: logGroupName,
  logGroupNamePattern: text({ max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]*` }),
  nextToken,
  limit: integer(1, 50),
  includeLinkedAccounts: flag,
  logGroupClass: oneOf(logGroupClasses),
  logGroupIdentifiers: list(logGroupIdentifier, { min: 1, max: 50 }),
};
type DescribeInput = InputOf<typeof describeMembers>;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups = operation(describeMembers, (input, context) => {
  refuseCombinations(input);
  const { items, nextToken } = pageOfSorted(
    context.account.sortedGroups().filter(selector(input, context)),
    { limit: input.limit ?? 50, nextToken: input.nextToken, keyOf: ({ name }) => name },
    compareNames,
  );
  const isPattern = input.logGroupNamePattern !== undefined;
  return {
    logGroups: items.map((group) => (isPattern ? describeBriefly(group) : describe(group, context))),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
});

function refuseCombinations(input: DescribeInput): void {
  if (input.includeLinkedAccounts || (input.accountIdentifiers?.length ?? 0) > 0)
    throw notSupported('A look into linked accounts');
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined)
    throw invalidParameter(
      'logGroupNamePrefix and logGroupNamePattern are mutually exclusive: pass one of them.',
    );
  const others = [input.logGroupNamePrefix, input.logGroupNamePattern, input.logGroupClass];
  if (input.logGroupIdentifiers && others.some((other) => other !== undefined))
    throw invalidParameter(
      'With logGroupIdentifiers the only other filter that can be given is includeLinkedAccounts.',
    );
}

function selector(input: DescribeInput, { account }: OperationContext): (group: LogGroup) => boolean {
  if (input.logGroupIdentifiers) {
    const names = new Set(input.logGroupIdentifiers.map((one) => account.nameOf(one)));
    return ({ name }) => names.has(name);
  }
  const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern = '' } = input;
  const classes = classesAsked(input.logGroupClass);
  return ({ name, logGroupClass }) =>
    name.startsWith(prefix) && name.includes(pattern) && classes.includes(logGroupClass);
}

/** Whoever asks for INFREQUENT_ACCESS or ESSENTIALS gets both. */
function classesAsked(asked: DescribeInput['logGroupClass']): readonly string[] {
  if (asked === undefined) return logGroupClasses;
  return asked === 'INFREQUENT_ACCESS' || asked === 'ESSENTIALS'
    ? ['INFREQUENT_ACCESS', 'ESSENTIALS']
    : [asked];
}

/** With logGroupNamePattern only these are in the answer. */
function describeBriefly({ name, arn, creationTime }: LogGroup): Record<string, unknown> {
  return { logGroupName: name, creationTime, arn: `${arn}:*` };
}

function describe(group: LogGroup, { account, now }: OperationContext): Record<string, unknown> {
  account.settle(group, now);
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    ...account.retentionOf(group, now),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    storedBytes: group.storedBytes,
    ...describeDataProtection(group, account),
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.logGroupClass,
    logGroupArn: group.arn,
    deletionProtectionEnabled: group.deletionProtectionEnabled,
  };
}

function describeDataProtection(
  { dataProtectionStatus }: LogGroup,
  account: Account,
): Readonly<Record<string, unknown>> {
  const isInherited = [...account.policies.values()].some(({ rule }) => rule.kind === 'dataProtection');
  return {
    ...(dataProtectionStatus === undefined ? {} : { dataProtectionStatus }),
    ...(isInherited ? { inheritedProperties: ['ACCOUNT_DATA_PROTECTION'] } : {}),
  };
}
