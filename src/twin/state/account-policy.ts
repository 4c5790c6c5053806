/** Account-level policies: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html */
import type { DataMask } from './data-protection.ts';
import type { IndexedFields } from './field-index.ts';

export const policyTypes = [
  'DATA_PROTECTION_POLICY',
  'SUBSCRIPTION_FILTER_POLICY',
  'FIELD_INDEX_POLICY',
  'TRANSFORMER_POLICY',
  'METRIC_EXTRACTION_POLICY',
  'RETENTION_POLICY',
] as const;
export type PolicyType = (typeof policyTypes)[number];

/** One state of a retention policy, and from when on it rules. */
export interface RetentionVersion {
  readonly effectiveFrom: number;
  /** Infinity: never expire. */
  readonly retentionInDays: number;
  /** Groups created before it are not ruled; 0 for those of any age. */
  readonly groupsCreatedFrom: number;
  /** As `prefixes` of the policy. */
  readonly prefixes: readonly string[];
}

/** What the policy says, by its type. */
export type PolicyRule =
  /** Oldest first. */
  | { readonly kind: 'retention'; readonly versions: readonly RetentionVersion[] }
  | { readonly kind: 'fieldIndex'; readonly fields: IndexedFields }
  | { readonly kind: 'dataProtection'; readonly mask: DataMask };

export interface AccountPolicy {
  readonly policyName: string;
  readonly policyType: PolicyType;
  readonly creationOrder: number;
  readonly creationTime: number;
  readonly policyDocument: string;
  readonly selectionCriteria: string | undefined;
  /** Of the names of the groups that it selects; empty: all groups. */
  readonly prefixes: readonly string[];
  readonly lastUpdatedTime: number;
  readonly rule: PolicyRule;
}

export interface RuledGroup {
  readonly name: string;
  readonly creationTime: number;
}

export interface Retention {
  /** Infinity: never expire. */
  readonly retentionInDays: number;
  readonly policyName: string;
}

/** The retention that account-level policies give a group now: the longest, and of equal ones the oldest policy's. */
export function resolvePolicyRetention(
  policies: Iterable<AccountPolicy>,
  group: RuledGroup,
  now: number,
): Retention | undefined {
  const ruling = [...policies]
    .toSorted((a, b) => a.creationOrder - b.creationOrder)
    .flatMap(({ policyName, rule }) => {
      if (rule.kind !== 'retention') return [];
      const version = rule.versions.findLast(({ effectiveFrom }) => effectiveFrom <= now);
      return version && rules(version, group)
        ? [{ retentionInDays: version.retentionInDays, policyName }]
        : [];
    });
  return ruling.reduce<Retention | undefined>(
    (longest, one) => (longest && longest.retentionInDays >= one.retentionInDays ? longest : one),
    undefined,
  );
}

function rules({ prefixes, groupsCreatedFrom }: RetentionVersion, group: RuledGroup): boolean {
  return selects(prefixes, group.name) && group.creationTime >= groupsCreatedFrom;
}

/** Whether a policy with these prefixes is about the group. */
export function selects(prefixes: readonly string[], logGroupName: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => logGroupName.startsWith(prefix));
}
