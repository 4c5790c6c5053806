/** PutAccountPolicy, DeleteAccountPolicy, DescribeAccountPolicies. */
import { retentionPeriodsInDays } from '../../kernel/log-group-name.ts';
import { nextToken } from '../common-members.ts';
import { flag, type InputOf, isRecord, list, oneOf, required, text } from '../members.ts';
import { operation, type OperationContext } from '../operation.ts';
import { invalidParameter, notFound, notSupported, Refusal } from '../refusal.ts';
import { type AccountPolicy, policyTypes } from '../state/account-policy.ts';

const policyType = required(oneOf(policyTypes));
const putMembers = {
  policyName: required(text({ min: 1 })),
  policyDocument: required(text({ max: 30_720 })),
  policyType,
  scope: oneOf(['ALL']),
  selectionCriteria: text(),
  dryRun: flag,
};

const minRetentionInDays = 30;
const maxRetentionPolicies = 20;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
 *
 * A RETENTION_POLICY rules from 24 hours after it was put (the twin can be told another delay).
 */
export const putAccountPolicy = operation(putMembers, (input, context) => {
  const { policies } = context.account;
  if (input.policyType !== 'RETENTION_POLICY')
    throw notSupported(`An account policy of type ${input.policyType}`);
  if (input.dryRun) throw notSupported('A dry run of an account policy');
  if (input.policyName.startsWith('aws/')) throw invalidParameter('policyName cannot start with "aws/".');
  const key = keyOf(input);
  const retentionPolicies = [...policies.values()].filter((one) => one.policyType === 'RETENTION_POLICY');
  if (!policies.has(key) && retentionPolicies.length >= maxRetentionPolicies)
    throw new Refusal(
      'LimitExceededException',
      `An account can have up to ${maxRetentionPolicies} retention policies.`,
    );
  const policy = newVersion(policies.get(key), input, context);
  policies.set(key, policy);
  return { accountPolicy: describe(policy, context) };
});

function newVersion(
  before: AccountPolicy | undefined,
  input: InputOf<typeof putMembers>,
  { account, now }: OperationContext,
): AccountPolicy {
  const document = parseDocument(input.policyDocument);
  const version = {
    effectiveFrom: now + account.settings.retentionPolicyDelayMs,
    retentionInDays: parseRetention(document['retentionInDays']),
    groupsCreatedFrom:
      parseMode(document['enforcementMode']) === 'NEW_ONLY' ? (before?.creationTime ?? now) : 0,
    prefixes: parseCriteria(input.selectionCriteria),
  };
  return {
    policyName: input.policyName,
    policyType: input.policyType,
    creationOrder: before?.creationOrder ?? account.nextSequence(),
    creationTime: before?.creationTime ?? now,
    policyDocument: input.policyDocument,
    selectionCriteria: input.selectionCriteria,
    lastUpdatedTime: now,
    versions: [...(before?.versions ?? []), version],
  };
}

function parseDocument(policyDocument: string): Readonly<Record<string, unknown>> {
  const document = parseJson(policyDocument);
  if (!isRecord(document)) throw invalidParameter('policyDocument must be a JSON object.');
  return document;
}

/** Days; Infinity for NEVER_EXPIRE. */
function parseRetention(retentionInDays: unknown): number {
  if (retentionInDays === 'NEVER_EXPIRE') return Infinity;
  const legal = retentionPeriodsInDays.filter((one) => one >= minRetentionInDays);
  const found = legal.find((one) => one === retentionInDays);
  if (found === undefined)
    throw invalidParameter(
      `retentionInDays in policyDocument must be one of ${legal.join(', ')} or "NEVER_EXPIRE".`,
    );
  return found;
}

function parseMode(enforcementMode: unknown): 'NEW_ONLY' | 'RETROACTIVE' {
  if (enforcementMode === 'NEW_ONLY' || enforcementMode === 'RETROACTIVE') return enforcementMode;
  throw invalidParameter('enforcementMode in policyDocument must be NEW_ONLY or RETROACTIVE.');
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}

/** `LogGroupNamePrefix IN ["a", "b"]`, the only form that retention policies take. */
function parseCriteria(selectionCriteria: string | undefined): readonly string[] {
  if (selectionCriteria === undefined) return [];
  const prefixes = parseJson(
    /^\s*LogGroupNamePrefix\s+IN\s+(\[.*\])\s*$/s.exec(selectionCriteria)?.[1] ?? '',
  );
  if (!Array.isArray(prefixes) || prefixes.length === 0 || !prefixes.every((one) => typeof one === 'string'))
    throw invalidParameter(
      'selectionCriteria of a retention policy must be like LogGroupNamePrefix IN ["/prod"].',
    );
  return prefixes;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteAccountPolicy.html */
export const deleteAccountPolicy = operation(
  { policyName: required(text()), policyType, dryRun: flag },
  (input, { account }) => {
    if (input.dryRun) throw notSupported('A dry run of an account policy');
    if (!account.policies.delete(keyOf(input)))
      throw notFound(`The account policy ${input.policyName} does not exist.`);
    return undefined;
  },
);

const describeMembers = {
  policyType,
  policyName: text(),
  accountIdentifiers: list(text({ min: 12, max: 12, pattern: String.raw`\d{12}` }), { max: 20 }),
  nextToken,
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html */
export const describeAccountPolicies = operation(describeMembers, (input, context) => {
  if ((input.accountIdentifiers?.length ?? 0) > 0) throw notSupported('A look into linked accounts');
  const found = [...context.account.policies.values()].filter(
    (one) => one.policyType === input.policyType && (input.policyName ?? one.policyName) === one.policyName,
  );
  if (input.policyName !== undefined && found.length === 0)
    throw notFound(`The account policy ${input.policyName} does not exist.`);
  return { accountPolicies: found.map((policy) => describe(policy, context)) };
});

function describe(policy: AccountPolicy, { account }: OperationContext): Record<string, unknown> {
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

function keyOf({
  policyType,
  policyName,
}: {
  readonly policyType: string;
  readonly policyName: string;
}): string {
  return `${policyType}/${policyName}`;
}
