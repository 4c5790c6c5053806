/** A LogGroup object and a group in CloudWatch, as tests start from; modified by what a test is about. */
import { renderIndexPolicy } from '../../../src/log-groups/index-policy.ts';
import type { FieldIndex, LogGroup, LogGroupSpec } from '../../../src/log-groups/log-group.ts';
import type { IndexPolicy, ObservedLogGroup } from '../../../src/log-groups/observe-log-group.ts';
import { defaultFieldIndexes } from '../../../src/log-groups/plan-field-indexes.ts';
import { desiredQueries, type SavedQuery } from '../../../src/log-groups/saved-query.ts';

export const clusterUid = 'c1a5';
export const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:prod';

export function buildLogGroup({
  spec,
  ...rest
}: Partial<Omit<LogGroup, 'spec'>> & { spec?: Partial<LogGroupSpec> } = {}): LogGroup {
  return {
    name: 'default',
    uid: 'u-1',
    generation: 1,
    resourceVersion: '1',
    finalizers: [],
    creationTimestamp: '2026-11-24T08:00:00Z',
    isTerminating: false,
    status: {},
    ...rest,
    spec: { logGroupName: 'prod', ...spec },
  };
}

/** The policy that a group itself has. */
export function ownIndexPolicy(fields: readonly FieldIndex[]): IndexPolicy {
  return { source: 'LOG_GROUP', policyDocument: renderIndexPolicy(fields) };
}

/** The four queries as they should be, with the IDs q-0 to q-3. */
export function savedQueriesOf(logGroupName: string, logGroupClass = 'STANDARD'): readonly SavedQuery[] {
  const queries = desiredQueries(logGroupName, logGroupClass);
  return queries.map((query, index) => ({ ...query, queryDefinitionId: `q-${index}` }));
}

/** A group with which nothing is to be done for a spec that names nothing but the group. */
export function buildObserved(changes: Partial<ObservedLogGroup> = {}): ObservedLogGroup {
  const { logGroupClass = 'STANDARD' } = changes;
  return {
    logGroupName: 'prod',
    logGroupArn: arn,
    logGroupClass,
    tags: { 'cortex.dev/cluster': clusterUid },
    savedQueries: savedQueriesOf('prod', logGroupClass),
    accountPolicies: [],
    ...(logGroupClass === 'STANDARD' ? { indexPolicies: [ownIndexPolicy(defaultFieldIndexes)] } : {}),
    ...changes,
  };
}
