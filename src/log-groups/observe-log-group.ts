/** Reads a group as it is in CloudWatch. */
import { AwsFailure, isTransient } from '../kernel/aws-failure.ts';
import type { LogGroupSpec } from './log-group.ts';
import { queryFolder, type SavedQuery } from './saved-query.ts';

/** A group as CloudWatch describes it; what is absent is not set there. */
export interface DescribedLogGroup {
  readonly logGroupName: string;
  /** Without the trailing `:*`. */
  readonly logGroupArn: string;
  readonly logGroupClass: string;
  readonly retentionInDays?: number;
  /** The account-level policy that decides the retention, where there is one. */
  readonly retentionPolicyName?: string;
  readonly kmsKeyId?: string;
  readonly deletionProtectionEnabled?: boolean;
  /** Whether a data protection policy of the account masks its records. */
  readonly inheritsDataProtection?: boolean;
}

export interface IndexPolicy {
  readonly source: 'ACCOUNT' | 'LOG_GROUP';
  readonly policyDocument: string;
  /** Of the account's only: a group's policy has no name. */
  readonly policyName?: string;
}

export type AccountPolicyType = 'FIELD_INDEX_POLICY' | 'DATA_PROTECTION_POLICY';

export interface AccountPolicy {
  readonly policyType: AccountPolicyType;
  readonly policyName: string;
  /** Absent: all groups of the account. */
  readonly selectionCriteria?: string;
}

export interface ObservedLogGroup extends DescribedLogGroup {
  readonly tags: Readonly<Record<string, string>>;
  /** The group's own or the account's. Absent: not asked for, or refused. */
  readonly indexPolicies?: readonly IndexPolicy[];
  /** Those whose names begin with the group's folder. Absent: not asked for, or refused. */
  readonly savedQueries?: readonly SavedQuery[];
  /** Of the types that matter for this group. Absent: refused. */
  readonly accountPolicies?: readonly AccountPolicy[];
}

/** Failures are thrown as `AwsFailure`. */
export interface LogGroupFinder {
  describeLogGroups(request: { readonly logGroupNamePrefix: string; readonly nextToken?: string }): Promise<{
    readonly logGroups: readonly DescribedLogGroup[];
    readonly nextToken?: string;
  }>;
  listTags(logGroupArn: string): Promise<Readonly<Record<string, string>>>;
}

/** Failures are thrown as `AwsFailure`. */
export interface LogGroupPartsReader {
  describeIndexPolicies(logGroupName: string): Promise<readonly IndexPolicy[]>;
  /** All pages of those whose names begin with the prefix. */
  describeQueryDefinitions(namePrefix: string): Promise<readonly SavedQuery[]>;
  describeAccountPolicies(policyType: AccountPolicyType): Promise<readonly AccountPolicy[]>;
}

export type LogGroupReader = LogGroupFinder & LogGroupPartsReader;

export interface Observation {
  /** Undefined: there is no group of exactly this name. */
  readonly observed: ObservedLogGroup | undefined;
  /** Parts that a missing right kept from being read; they are absent in `observed`. */
  readonly failures: readonly AwsFailure[];
}

/** Rejects with the `AwsFailure` if it cannot be told whether there is such a group, or whose it is. */
export async function observeLogGroup(reader: LogGroupReader, spec: LogGroupSpec): Promise<Observation> {
  const described = await describeByExactName(reader, spec.logGroupName);
  if (!described) return { observed: undefined, failures: [] };
  const tags = await reader.listTags(described.logGroupArn);
  const parts = new Parts();
  const indexPolicies =
    described.logGroupClass === 'STANDARD'
      ? await parts.read(() => reader.describeIndexPolicies(spec.logGroupName))
      : undefined;
  const savedQueries =
    spec.savedQueries === 'Unmanaged'
      ? undefined
      : await parts.read(() => reader.describeQueryDefinitions(queryFolder(spec.logGroupName)));
  const accountPolicies = await parts.read(() => readAccountPolicies(reader, concerning(described, spec)));
  const observed = {
    ...described,
    tags,
    ...(indexPolicies && { indexPolicies }),
    ...(savedQueries && { savedQueries }),
    ...(accountPolicies && { accountPolicies }),
  };
  return { observed, failures: parts.failures };
}

async function readAccountPolicies(
  reader: LogGroupPartsReader,
  policyTypes: readonly AccountPolicyType[],
): Promise<readonly AccountPolicy[]> {
  const found: AccountPolicy[] = [];
  for (const policyType of policyTypes) found.push(...(await reader.describeAccountPolicies(policyType)));
  return found;
}

/** Reads that may fail one by one. */
class Parts {
  readonly failures: AwsFailure[] = [];

  /** Undefined if AWS refuses; rejects if the next call would fail for the same reason. */
  async read<Part>(call: () => Promise<Part>): Promise<Part | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof AwsFailure) || isTransient(error.kind)) throw error;
      this.failures.push(error);
      return undefined;
    }
  }
}

/**
 * The types of account-level policies that matter here; those of retention show on the group. The account's index
 * policy does not show under one of the group, nor for some minutes after that has gone.
 */
function concerning(
  { inheritsDataProtection = false, logGroupClass }: DescribedLogGroup,
  { fieldIndexes }: LogGroupSpec,
): readonly AccountPolicyType[] {
  const mayInherit = fieldIndexes === undefined && logGroupClass === 'STANDARD';
  return [
    ...(mayInherit ? (['FIELD_INDEX_POLICY'] as const) : []),
    ...(inheritsDataProtection ? (['DATA_PROTECTION_POLICY'] as const) : []),
  ];
}

/** CloudWatch searches by prefix only: `prod` also finds `prod-2`, and the wanted one may stand on a later page. */
export async function describeByExactName(
  reader: LogGroupFinder,
  logGroupName: string,
): Promise<DescribedLogGroup | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await reader.describeLogGroups({
      logGroupNamePrefix: logGroupName,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const found = page.logGroups.find((group) => group.logGroupName === logGroupName);
    if (found) return found;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}
