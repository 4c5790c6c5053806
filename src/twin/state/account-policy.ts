/** Account-level policies: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html */

export const policyTypes = [
  'DATA_PROTECTION_POLICY',
  'SUBSCRIPTION_FILTER_POLICY',
  'FIELD_INDEX_POLICY',
  'TRANSFORMER_POLICY',
  'METRIC_EXTRACTION_POLICY',
  'RETENTION_POLICY',
] as const;
export type PolicyType = (typeof policyTypes)[number];

/** One state of a policy, and from when on it rules. */
export interface PolicyVersion {
  readonly effectiveFrom: number;
  /** Infinity: never expire. */
  readonly retentionInDays: number;
  /** Groups created before it are not ruled; 0 for those of any age. */
  readonly groupsCreatedFrom: number;
  /** Empty: all groups. */
  readonly prefixes: readonly string[];
}

export interface AccountPolicy {
  readonly policyName: string;
  readonly policyType: PolicyType;
  readonly creationOrder: number;
  readonly creationTime: number;
  policyDocument: string;
  selectionCriteria: string | undefined;
  lastUpdatedTime: number;
  /** Oldest first; of a RETENTION_POLICY only. */
  versions: readonly PolicyVersion[];
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
    .flatMap(({ policyName, versions }) => {
      const version = versions.findLast(({ effectiveFrom }) => effectiveFrom <= now);
      return version && selects(version, group)
        ? [{ retentionInDays: version.retentionInDays, policyName }]
        : [];
    });
  return ruling.reduce<Retention | undefined>(
    (longest, one) => (longest && longest.retentionInDays >= one.retentionInDays ? longest : one),
    undefined,
  );
}

function selects(
  { prefixes, groupsCreatedFrom }: PolicyVersion,
  { name, creationTime }: RuledGroup,
): boolean {
  const isNamed = prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  return isNamed && creationTime >= groupsCreatedFrom;
}
