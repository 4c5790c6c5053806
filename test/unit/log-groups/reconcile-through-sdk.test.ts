import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogsClient, type LogsClient } from '../../../src/aws/logs-client.ts';
import type { AwsFailureKind } from '../../../src/kernel/aws-failure.ts';
import type { LogGroup } from '../../../src/log-groups/log-group.ts';
import { LogGroupReconcile } from '../../../src/log-groups/reconcile-log-group.ts';
import { buildLogGroup, clusterUid } from './build-log-group.ts';
import { FakeCloudWatch } from './fake-cloudwatch.ts';
import { serveFakeCloudWatch, type Served } from './serve-fake-cloudwatch.ts';

const owner = { 'cortex.dev/cluster': clusterUid };

let cloudWatch: FakeCloudWatch;
let served: Served;
let aws: LogsClient;
let group: LogGroup;
let nowMs: number;
let reconcile: () => Promise<unknown>;

beforeEach(async () => {
  cloudWatch = new FakeCloudWatch();
  served = await serveFakeCloudWatch(cloudWatch);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  aws = createLogsClient({
    region: 'eu-west-1',
    endpointUrl: served.endpointUrl,
    credentials,
    maxAttempts: 1,
  });
  group = buildLogGroup({ spec: { retentionInDays: 30, tags: { team: 'ml' } } });
  nowMs = Date.parse('2026-11-24T09:00:00Z');
  const reconciler = new LogGroupReconcile({
    logGroups: { get: () => group, list: () => [group] },
    statuses: {
      patchStatus: (written, status) => {
        group = { ...written, status };
        return Promise.resolve();
      },
    },
    events: { record: () => undefined },
    aws,
    clusterUid,
    now: () => new Date(nowMs),
    random: () => 0.5,
  });
  reconcile = () => reconciler.reconcile('default');
});

afterEach(async () => {
  await aws.close();
  served.close();
});

function ready() {
  return group.status.conditions?.find(({ type }) => type === 'Ready');
}

describe('a LogGroup through the real SDK', () => {
  it('makes its group, repairs it, and asks no oftener than it must', async () => {
    await reconcile();
    expect(cloudWatch.groups.get('prod')).toMatchObject({
      retentionInDays: 30,
      tags: { team: 'ml', ...owner },
    });
    expect(ready()?.status).toBe('True');
    cloudWatch.change('prod', { retentionInDays: 1, tags: { ...owner, team: 'other' } });
    nowMs += 70_000;
    await reconcile();
    expect(cloudWatch.groups.get('prod')).toMatchObject({
      retentionInDays: 30,
      tags: { team: 'ml', ...owner },
    });
    const calls = cloudWatch.calls.length;
    for (let wake = 0; wake < 100; wake++) await reconcile();
    expect(cloudWatch.calls).toHaveLength(calls);
  });

  it('survives losing the race to create', async () => {
    cloudWatch.before.set('CreateLogGroup', () => cloudWatch.add('prod'));
    await reconcile();
    expect(cloudWatch.groups.get('prod')).toMatchObject({
      retentionInDays: 30,
      tags: { team: 'ml', ...owner },
    });
    expect(ready()?.status).toBe('True');
  });

  it.each([
    {
      operation: 'DescribeLogGroups',
      right: 'logs:DescribeLogGroups on arn:aws:logs:eu-west-1:*:log-group:*',
    },
    {
      operation: 'CreateLogGroup',
      right: 'logs:CreateLogGroup on arn:aws:logs:eu-west-1:*:log-group:prod:*',
    },
    {
      operation: 'ListTagsForResource',
      right: 'logs:ListTagsForResource on arn:aws:logs:eu-west-1:123456789012:log-group:prod,',
    },
    {
      operation: 'TagResource',
      right: 'logs:TagResource on arn:aws:logs:eu-west-1:123456789012:log-group:prod,',
    },
    {
      operation: 'PutRetentionPolicy',
      right: 'logs:PutRetentionPolicy on arn:aws:logs:eu-west-1:123456789012:log-group:prod:*',
    },
  ])('names the right for $operation, with the ARN that IAM wants', async ({ operation, right }) => {
    if (operation !== 'CreateLogGroup') cloudWatch.add('prod');
    cloudWatch.failing.set(operation, 'AccessDenied');
    await reconcile();
    const denied = group.status.conditions?.find(({ type }) => type === 'AccessDenied');
    expect(denied?.message).toContain(right);
  });

  it.each<{ kind: AwsFailureKind; reason: string }>([
    { kind: 'Throttled', reason: 'Throttled' },
    { kind: 'CredentialsExpired', reason: 'CredentialsExpired' },
    { kind: 'Aborted', reason: 'Aborted' },
  ])('is retried after $kind, and recovers', async ({ kind, reason }) => {
    cloudWatch.failing.set('CreateLogGroup', kind);
    await expect(reconcile()).rejects.toThrow(/CreateLogGroup for prod/);
    expect(ready()?.reason).toBe(reason);
    cloudWatch.failing.clear();
    await reconcile();
    expect(ready()?.status).toBe('True');
  });

  it('says that AWS cannot be reached, in words that are the same on every try', async () => {
    served.close();
    await expect(reconcile()).rejects.toThrow(/ECONN/);
    expect(ready()).toMatchObject({
      reason: 'AWSUnreachable',
      message: expect.stringMatching(/NAT or VPC endpoint/),
    });
    expect(ready()?.message).not.toMatch(/127\.0\.0\.1/);
  });
});
