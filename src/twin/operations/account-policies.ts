/** PutAccountPolicy, DeleteAccountPolicy, DescribeAccountPolicies. */
import { nextToken } from '../common-members.ts';
import { flag, type InputOf, list, oneOf, required, text } from '../members.ts';
import { operation, type OperationContext } from '../operation.ts';
import { invalidParameter, notFound, notSupported, Refusal } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { type AccountPolicy, type PolicyRule, policyTypes } from '../state/account-policy.ts';
import { parseDataProtection } from '../state/data-protection.ts';
import { parseIndexedFields } from '../state/field-index.ts';
import { previewRetention } from './preview-retention.ts';
import { readPrefixes, readRetentionRule } from './read-account-policy.ts';

const policyType = required(oneOf(policyTypes));
const policyName = required(text());
const putMembers = {
  policyName,
  policyDocument: required(text({ max: 30_720 })),
  policyType,
  scope: oneOf(['ALL']),
  selectionCriteria: text(),
  dryRun: flag,
};
type PutInput = InputOf<typeof putMembers>;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
 *
 * A RETENTION_POLICY rules from 24 hours after it was put (the twin can be told another delay), the others at once.
 */
export const putAccountPolicy = operation(putMembers, (input, context) => {
  const { policies } = context.account;
  if (input.policyName.startsWith('aws/')) throw invalidParameter('policyName cannot start with "aws/".');
  refuseDryRun(input);
  const before = policies.get(keyOf(input));
  const policy = newVersion(before, input, context);
  refuseConflicts(
    policy,
    [...policies.values()].filter((one) => one !== before),
  );
  const after = new Map([...policies, [keyOf(input), policy]]);
  if (input.dryRun) return { dryRunResult: previewRetention(context, policy, after.values()) };
  policies.set(keyOf(input), policy);
  return { accountPolicy: describe(policy, context.account) };
});

function refuseDryRun({ policyType, dryRun }: Pick<PutInput, 'policyType' | 'dryRun'>): void {
  if (dryRun && policyType !== 'RETENTION_POLICY')
    throw invalidParameter('dryRun is valid only for a policy of type RETENTION_POLICY.');
}

function newVersion(
  before: AccountPolicy | undefined,
  input: PutInput,
  { account, now }: Pick<OperationContext, 'account' | 'now'>,
): AccountPolicy {
  const { policyName, policyType, policyDocument, selectionCriteria } = input;
  return {
    policyName,
    policyType,
    creationOrder: before?.creationOrder ?? account.nextSequence(),
    creationTime: before?.creationTime ?? now,
    policyDocument,
    selectionCriteria,
    prefixes: readPrefixes(policyType, selectionCriteria),
    lastUpdatedTime: now,
    rule: readRule(before, input, { account, now }),
  };
}

function readRule(
  before: AccountPolicy | undefined,
  { policyType, policyDocument, selectionCriteria }: PutInput,
  { account, now }: Pick<OperationContext, 'account' | 'now'>,
): PolicyRule {
  switch (policyType) {
    case 'FIELD_INDEX_POLICY':
      return { kind: 'fieldIndex', fields: parseIndexedFields(policyDocument) };
    case 'DATA_PROTECTION_POLICY':
      return { kind: 'dataProtection', mask: parseDataProtection(policyDocument) };
    case 'RETENTION_POLICY': {
      const { retentionInDays, enforcementMode } = readRetentionRule(policyDocument);
      const version = {
        effectiveFrom: now + account.settings.retentionPolicyDelayMs,
        retentionInDays,
        groupsCreatedFrom: enforcementMode === 'NEW_ONLY' ? (before?.creationTime ?? now) : 0,
        prefixes: readPrefixes(policyType, selectionCriteria),
      };
      const versions = before?.rule.kind === 'retention' ? before.rule.versions : [];
      return { kind: 'retention', versions: [...versions, version] };
    }
    default:
      throw notSupported(`An account policy of type ${policyType}`);
  }
}

const mostPolicies: Readonly<Partial<Record<AccountPolicy['policyType'], number>>> = {
  RETENTION_POLICY: 20,
  FIELD_INDEX_POLICY: 20,
  DATA_PROTECTION_POLICY: 1,
};

/** Which of the two errors says it is not documented: our reading. */
function refuseConflicts(policy: AccountPolicy, others: readonly AccountPolicy[]): void {
  const { policyType } = policy;
  const alike = others.filter((one) => one.policyType === policyType);
  const most = mostPolicies[policyType] ?? Infinity;
  if (alike.length >= most)
    throw new Refusal(
      'LimitExceededException',
      `An account can have up to ${most} policies of type ${policyType}.`,
    );
  const overlapping = alike.find((one) => policyType === 'FIELD_INDEX_POLICY' && overlap(one, policy));
  if (overlapping)
    throw invalidParameter(
      `The log groups that ${policy.policyName} selects overlap with those of the field index policy ${overlapping.policyName}.`,
    );
}

/** Without prefixes a policy is about all groups. */
function overlap({ prefixes: some }: AccountPolicy, { prefixes: others }: AccountPolicy): boolean {
  if (some.length === 0 || others.length === 0) return true;
  return some.some((one) => others.some((other) => one.startsWith(other) || other.startsWith(one)));
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteAccountPolicy.html */
export const deleteAccountPolicy = operation({ policyName, policyType, dryRun: flag }, (input, context) => {
  const { policies } = context.account;
  const policy = policies.get(keyOf(input));
  refuseDryRun(input);
  if (!policy) throw notFound(`The account policy ${input.policyName} does not exist.`);
  if (input.dryRun) {
    const others = [...policies.values()].filter((one) => one !== policy);
    return { dryRunResult: previewRetention(context, policy, others) };
  }
  policies.delete(keyOf(input));
  return {};
});

const describeMembers = {
  policyType,
  policyName: text(),
  accountIdentifiers: list(text({ min: 12, max: 12, pattern: String.raw`\d{12}` }), { max: 20 }),
  nextToken,
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html */
export const describeAccountPolicies = operation(describeMembers, (input, { account }) => {
  if ((input.accountIdentifiers?.length ?? 0) > 0) throw notSupported('A look into linked accounts');
  const found = [...account.policies.values()].filter(
    (one) => one.policyType === input.policyType && (input.policyName ?? one.policyName) === one.policyName,
  );
  if (input.policyName !== undefined && found.length === 0)
    throw notFound(`The account policy ${input.policyName} does not exist.`);
  return { accountPolicies: found.map((policy) => describe(policy, account)) };
});

function describe(policy: AccountPolicy, account: Account): Record<string, unknown> {
  const { policyName, policyType, policyDocument, selectionCriteria, lastUpdatedTime } = policy;
  return {
    policyName,
    policyDocument,
    lastUpdatedTime,
    policyType,
    scope: 'ALL',
    ...(selectionCriteria === undefined ? {} : { selectionCriteria }),
    accountId: account.settings.accountId,
  };
}

function keyOf(named: { readonly policyType: string; readonly policyName: string }): string {
  return `${named.policyType}/${named.policyName}`;
}
