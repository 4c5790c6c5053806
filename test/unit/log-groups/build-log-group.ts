/** A LogGroup object and a group in CloudWatch, as tests start from; modified by what a test is about. */
import type { LogGroup, LogGroupSpec } from '../../../src/log-groups/log-group.ts';
import type { ObservedLogGroup } from '../../../src/log-groups/observe-log-group.ts';

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
    creationTimestamp: '2026-11-24T08:00:00Z',
    isTerminating: false,
    status: {},
    ...rest,
    spec: { logGroupName: 'prod', ...spec },
  };
}

export function buildObserved(changes: Partial<ObservedLogGroup> = {}): ObservedLogGroup {
  return {
    logGroupName: 'prod',
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    tags: { 'cortex.dev/cluster': clusterUid },
    ...changes,
  };
}
