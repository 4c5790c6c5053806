/** Which IAM actions a request needs: for most operations, the one of the same name. */
import { isRecord } from './members.ts';
import type { PolicyType } from './state/account-policy.ts';

/** "you must be signed on with the correct permissions depending on the type of policy": the page of each operation. */
const ofPolicies: Readonly<Record<string, Readonly<Partial<Record<PolicyType, string>>>>> = {
  PutAccountPolicy: {
    DATA_PROTECTION_POLICY: 'PutDataProtectionPolicy',
    SUBSCRIPTION_FILTER_POLICY: 'PutSubscriptionFilter',
    TRANSFORMER_POLICY: 'PutTransformer',
    FIELD_INDEX_POLICY: 'PutIndexPolicy',
    METRIC_EXTRACTION_POLICY: 'PutMetricExtractionPolicy',
    RETENTION_POLICY: 'PutRetentionPolicy',
  },
  DescribeAccountPolicies: {
    DATA_PROTECTION_POLICY: 'GetDataProtectionPolicy',
    SUBSCRIPTION_FILTER_POLICY: 'DescribeSubscriptionFilters',
    TRANSFORMER_POLICY: 'GetTransformer',
    FIELD_INDEX_POLICY: 'DescribeIndexPolicies',
  },
  DeleteAccountPolicy: {
    DATA_PROTECTION_POLICY: 'DeleteDataProtectionPolicy',
    SUBSCRIPTION_FILTER_POLICY: 'DeleteSubscriptionFilter',
    TRANSFORMER_POLICY: 'DeleteTransformer',
    FIELD_INDEX_POLICY: 'DeleteIndexPolicy',
    RETENTION_POLICY: 'DeleteRetentionPolicy',
  },
};
/** By `operation/policyType`. */
const actionsOfPolicies: ReadonlyMap<string, string> = new Map(
  Object.entries(ofPolicies).flatMap(([operation, actions]) =>
    Object.entries(actions).map(([policyType, action]) => [`${operation}/${policyType}`, action] as const),
  ),
);

/** Without `logs:`. */
export function requiredActions(
  operation: string,
  body: Readonly<Record<string, unknown>>,
): readonly string[] {
  // The body is not checked yet: it may hold anything.
  const { policyType, tags, unmask } = body;
  const policy =
    typeof policyType === 'string' ? actionsOfPolicies.get(`${operation}/${policyType}`) : undefined;
  return [
    operation,
    ...(policy === undefined ? [] : [policy]),
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    ...(operation === 'CreateLogGroup' && isRecord(tags) ? ['TagResource'] : []),
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    ...(unmask === true ? ['Unmask'] : []),
  ];
}
