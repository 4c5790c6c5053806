import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteAccountPolicyCommand,
  DeleteLogGroupCommand,
  GetQueryResultsCommand,
  PutAccountPolicyCommand,
  PutIndexPolicyCommand,
  PutLogEventsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { formatLogRecord } from '../../../src/kernel/log-record.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { credentials, openTwinStage, region, type Cluster, type TwinStage } from './twin-stage.ts';

let stage: TwinStage;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  stage = await openTwinStage();
  client = new CloudWatchLogsClient({ region, endpoint: stage.twin.httpEndpoint, credentials });
});
afterEach(async () => {
  client.destroy();
  await stage.close();
});

const queryNames = ['AsyncAPI', 'BatchAPI', 'RealtimeAPI', 'TaskAPI'].map((kind) => `Cortex/prod/${kind}`);

async function seen() {
  const { logGroups } = await stage.aws.describeLogGroups({ logGroupNamePrefix: 'prod' });
  const group = logGroups.find(({ logGroupName }) => logGroupName === 'prod');
  return {
    group,
    tags: group && (await stage.aws.listTags(group.logGroupArn)),
    indexes: group && (await stage.aws.describeIndexPolicies('prod')),
    queries: (await stage.aws.describeQueryDefinitions('Cortex/')).map(({ name }) => name),
  };
}

const writes = () =>
  Object.entries(stage.twin.calls()).filter(([operation]) => !/^(Describe|List)/.test(operation));

const facets = {
  'labels.apiName': { type: 'FACET' },
  'labels.apiKind': { type: 'FACET' },
  'labels.jobID': { type: 'FACET' },
};

describe('a LogGroup', () => {
  it('makes its group with everything on it, and then only reads', async () => {
    const cluster = stage.cluster('one', {
      retentionInDays: 30,
      tags: { team: 'ml' },
      deletionProtectionEnabled: true,
    });
    await cluster.reconcile();
    const { group, tags, indexes, queries } = await seen();
    expect(group).toMatchObject({ retentionInDays: 30, deletionProtectionEnabled: true });
    expect(tags).toEqual({ 'cortex.dev/cluster': 'one', team: 'ml' });
    expect(indexes).toEqual([{ source: 'LOG_GROUP', policyDocument: JSON.stringify({ FieldsV2: facets }) }]);
    expect(queries).toEqual(queryNames);
    expect(cluster.condition('Ready')).toMatchObject({ status: 'True' });
    stage.twin.forgetCalls();
    for (let resync = 0; resync < 5; resync++) await cluster.reconcile();
    expect(writes()).toEqual([]);
    expect(Object.values(stage.twin.calls()).every((count) => count === 5)).toBe(true);
  });

  it('brings it back with everything on it when somebody has deleted it', async () => {
    const cluster = stage.cluster('one', { retentionInDays: 30, tags: { team: 'ml' } });
    await cluster.reconcile();
    const before = await seen();
    await client.send(new DeleteLogGroupCommand({ logGroupName: 'prod' }));
    await cluster.reconcile();
    expect(await seen()).toEqual(before);
    expect(cluster.events.map(({ reason }) => reason)).toEqual(['Created', 'Recreated']);
  });

  it('that is deleted under deletionPolicy: Delete leaves nothing', async () => {
    const cluster = stage.cluster('one', { deletionPolicy: 'Delete', deletionProtectionEnabled: false });
    await cluster.reconcile();
    cluster.remove();
    await cluster.reconcile();
    expect(await seen()).toMatchObject({ group: undefined, queries: [] });
    expect(cluster.object()).toBeUndefined();
  });

  it('says that AWS cannot be reached, in words that are the same on every try', async () => {
    const cluster = stage.cluster('one');
    await stage.twin.close();
    await expect(cluster.reconcile()).rejects.toThrow(/ECONN/);
    expect(cluster.condition('Ready')).toMatchObject({
      reason: 'AWSUnreachable',
      message: expect.stringMatching(/NAT or VPC endpoint/),
    });
    expect(cluster.condition('Ready')?.message).not.toMatch(/127\.0\.0\.1/);
  });
});

describe('the rights that are missing', () => {
  const group = 'arn:aws:logs:eu-west-1:123456789012:log-group:prod';

  it.each([
    ['DescribeLogGroups', '*'],
    ['CreateLogGroup', `${group}:*`],
    ['ListTagsForResource', group],
    ['TagResource', group],
    ['PutRetentionPolicy', `${group}:*`],
    ['AssociateKmsKey', `${group}:*`],
    ['PutLogGroupDeletionProtection', `${group}:*`],
    ['DescribeIndexPolicies', '*'],
    ['PutIndexPolicy', '*'],
    ['DescribeQueryDefinitions', '*'],
    ['PutQueryDefinition', '*'],
    ['DescribeAccountPolicies', '*'],
  ])('are named with the ARN that an IAM statement wants: %s on %s', async (operation, resource) => {
    const kmsKeyID = 'arn:aws:kms:eu-west-1:123456789012:key/aaaa';
    if (operation !== 'CreateLogGroup')
      await client.send(new CreateLogGroupCommand({ logGroupName: 'prod' }));
    const cluster = stage.cluster('one', { retentionInDays: 30, kmsKeyID, deletionProtectionEnabled: true });
    stage.twin.faults.add({ kind: 'deny', operation });
    await cluster.reconcile();
    expect(cluster.condition('AccessDenied')?.message).toContain(`logs:${operation} on ${resource}, which`);
    stage.twin.faults.clear();
    await cluster.reconcile();
    expect(cluster.condition('Ready')?.status).toBe('True');
  });
});

describe('an operation that AWS does not do now', () => {
  it.each([
    ['throttle', 'Throttled'],
    ['expire', 'CredentialsExpired'],
    ['abort', 'Aborted'],
    ['unavailable', 'AWSUnreachable'],
  ] as const)('(%s) is retried, and told until then', async (kind, reason) => {
    const cluster = stage.cluster('one', { retentionInDays: 30 });
    stage.twin.faults.add({ kind, operation: 'PutQueryDefinition', times: 1 });
    await expect(cluster.reconcile()).rejects.toThrow(/PutQueryDefinition for prod/);
    expect(cluster.condition('Ready')?.reason).toBe(reason);
    await cluster.reconcile();
    expect(cluster.condition('Ready')?.status).toBe('True');
    expect((await seen()).queries).toEqual(queryNames);
  });
});

describe('two operators of one cluster', () => {
  it('make one group with one query of each name, though each begins where there is nothing', async () => {
    const operators = [
      stage.cluster('one', { retentionInDays: 30 }),
      stage.cluster('one', { retentionInDays: 30 }),
    ];
    await Promise.all(operators.map((operator) => operator.reconcile()));
    const after = await seen();
    expect(after).toMatchObject({ group: { retentionInDays: 30 }, queries: queryNames });
    stage.twin.forgetCalls();
    await Promise.all(operators.map((operator) => operator.reconcile()));
    expect(writes()).toEqual([]);
    expect(await seen()).toEqual(after);
  });
});

describe('two clusters on one account', () => {
  it('leave the group to the first, until the second says adopt', async () => {
    const first = stage.cluster('one', { retentionInDays: 30 });
    const second = stage.cluster('two', { retentionInDays: 7, tags: { team: 'other' } });
    await Promise.all([first.reconcile(), second.reconcile()]);
    const { tags } = await seen();
    const [owner, guest] = tags?.['cortex.dev/cluster'] === 'one' ? [first, second] : [second, first];
    expect(guest.condition('OwnedByOther')?.message).toContain(`=${owner.uid}`);
    const before = await seen();
    stage.twin.forgetCalls();
    for (let resync = 0; resync < 3; resync++) for (const one of [owner, guest]) await one.reconcile();
    expect(writes()).toEqual([]);
    expect(await seen()).toEqual(before);
    expect(before.queries).toEqual(queryNames);

    guest.edit({ adopt: true });
    await guest.reconcile();
    await owner.reconcile();
    expect((await seen()).tags).toMatchObject({ 'cortex.dev/cluster': guest.uid });
    expect(owner.condition('OwnedByOther')?.message).toContain(`=${guest.uid}`);
    expect(guest.condition('Ready')?.status).toBe('True');
  });

  it("do not delete each other's group", async () => {
    const first = stage.cluster('one');
    await first.reconcile();
    const second = stage.cluster('two', { deletionPolicy: 'Delete' });
    await second.reconcile();
    second.remove();
    await second.reconcile();
    expect(second.object()).toBeUndefined();
    expect(await seen()).toMatchObject({ tags: { 'cortex.dev/cluster': 'one' }, queries: queryNames });
  });
});

describe("an account's policies", () => {
  const put = (
    policyName: string,
    policyType: 'FIELD_INDEX_POLICY' | 'RETENTION_POLICY' | 'DATA_PROTECTION_POLICY',
    document: object,
  ) =>
    client.send(
      new PutAccountPolicyCommand({ policyName, policyType, policyDocument: JSON.stringify(document) }),
    );

  it('on indexes is not replaced by the default, and shown by its name', async () => {
    await put('company-indexes', 'FIELD_INDEX_POLICY', { Fields: ['requestId'] });
    const cluster = stage.cluster('one');
    await cluster.reconcile();
    expect(cluster.condition('IndexInherited')?.message).toContain('company-indexes');
    expect(cluster.condition('Ready')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('See the condition IndexInherited.'),
    });
    expect((await seen()).indexes).toMatchObject([{ source: 'ACCOUNT' }]);
    stage.twin.forgetCalls();
    for (let resync = 0; resync < 3; resync++) await cluster.reconcile();
    expect(writes()).toEqual([]);

    cluster.edit({ fieldIndexes: [{ name: 'labels.apiName' }] });
    await cluster.reconcile();
    expect((await seen()).indexes).toMatchObject([{ source: 'LOG_GROUP' }]);
    expect(cluster.events.at(-1)?.note).toMatch(/in place of the account-level index policy company-indexes/);
  });

  it('on indexes that comes later takes the place of the default, and gives it back', async () => {
    const cluster = stage.cluster('one');
    await cluster.reconcile();
    await put('company-indexes', 'FIELD_INDEX_POLICY', { Fields: ['requestId'] });
    await cluster.reconcile();
    expect((await seen()).indexes).toMatchObject([{ source: 'ACCOUNT', policyName: 'company-indexes' }]);
    expect(cluster.condition('IndexInherited')).toBeDefined();
    stage.twin.forgetCalls();
    for (let resync = 0; resync < 3; resync++) await cluster.reconcile();
    expect(writes()).toEqual([]);
    const policyType = 'FIELD_INDEX_POLICY' as const;
    await client.send(new DeleteAccountPolicyCommand({ policyName: 'company-indexes', policyType }));
    await cluster.reconcile();
    expect((await seen()).indexes).toMatchObject([{ source: 'LOG_GROUP' }]);
  });

  it('on retention and data protection are shown by their names, and not fought', async () => {
    await put('company-retention', 'RETENTION_POLICY', {
      retentionInDays: 90,
      enforcementMode: 'RETROACTIVE',
    });
    await put('company-masks', 'DATA_PROTECTION_POLICY', masks);
    const cluster = stage.cluster('one', { retentionInDays: 30 });
    for (let resync = 0; resync < 2; resync++) await cluster.reconcile();
    expect(cluster.condition('RetentionOverridden')?.message).toContain('company-retention');
    expect(cluster.condition('DataProtectionInherited')?.message).toContain('company-masks');
    expect(cluster.object()?.status.retentionInDays).toBe(90);
    stage.twin.forgetCalls();
    for (let resync = 0; resync < 3; resync++) await cluster.reconcile();
    expect(writes()).toEqual([]);
  });

  it('of the group itself, by somebody else, stays while the spec names no fields', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: 'prod' }));
    const policyDocument = '{"Fields":["requestId"]}';
    await client.send(new PutIndexPolicyCommand({ logGroupIdentifier: 'prod', policyDocument }));
    const cluster = stage.cluster('one');
    await cluster.reconcile();
    expect((await seen()).indexes).toEqual([{ source: 'LOG_GROUP', policyDocument }]);
    expect(cluster.condition('Ready')?.status).toBe('True');
  });
});

const identifier = 'arn:aws:dataprotection::aws:data-identifier/EmailAddress';
const masks = {
  Name: 'masks',
  Version: '2021-06-01',
  Statement: [
    { Sid: 'audit', DataIdentifier: [identifier], Operation: { Audit: { FindingsDestination: {} } } },
    { Sid: 'mask', DataIdentifier: [identifier], Operation: { Deidentify: { MaskConfig: {} } } },
  ],
};

describe.each(['STANDARD', 'INFREQUENT_ACCESS'] as const)(
  'the saved queries of a group of class %s',
  (logGroupClass) => {
    const line = { namespace: 'ml', pod: 'p', container: 'api', node: 'n', stream: 'stdout' } as const;
    const time = '2026-11-24T09:00:00.123456789Z';
    let cluster: Cluster;

    beforeEach(async () => {
      cluster = stage.cluster('one', { logGroupClass });
      await cluster.reconcile();
      const stream = { logGroupName: 'prod', logStreamName: 's' };
      await client.send(new CreateLogStreamCommand(stream));
      const record = (text: string, labels: Parameters<typeof formatLogRecord>[1]) => ({
        timestamp: Date.parse(time),
        message: formatLogRecord({ ...line, time, text }, labels),
      });
      const logEvents = [
        record('of the realtime API', { apiName: 'a', apiKind: 'RealtimeAPI' }),
        record('of the async API', { apiName: 'a', apiKind: 'AsyncAPI' }),
        record('of the batch job', { apiName: 'a', apiKind: 'BatchAPI', jobID: 'j' }),
        record('of another batch job', { apiName: 'a', apiKind: 'BatchAPI', jobID: 'j2' }),
        record('of the task job', { apiName: 'a', apiKind: 'TaskAPI', jobID: 'j' }),
        record('of another API', { apiName: 'a2', apiKind: 'RealtimeAPI' }),
        record('of no API', {}),
      ];
      await client.send(new PutLogEventsCommand({ ...stream, logEvents }));
    });

    it.each([
      ['RealtimeAPI(apiName = "a")', 'of the realtime API'],
      ['AsyncAPI(apiName = "a")', 'of the async API'],
      ['BatchAPI(apiName = "a", jobID = "j")', 'of the batch job'],
      ['TaskAPI(apiName = "a", jobID = "j")', 'of the task job'],
    ])('read what is asked for: %s', async (call, message) => {
      const [kind = '', parameters = ''] = call.split(/(?=\()/);
      const seconds = Date.parse(time) / 1000;
      const { queryId } = await client.send(
        new StartQueryCommand({
          logGroupName: 'prod',
          startTime: Math.floor(seconds) - 60,
          endTime: Math.floor(seconds) + 60,
          queryString: `$\`Cortex/prod/${kind}\`${parameters}`,
        }),
      );
      const results = await waitFor(
        async () => {
          const answer = await client.send(new GetQueryResultsCommand({ queryId }));
          return answer.status === 'Complete' && answer.results;
        },
        { describe: 'the query to be complete' },
      );
      const messages = results.map((row) => row.find(({ field }) => field === 'message')?.value);
      expect(messages).toEqual([message]);
    });

    it('come with limits or without, and are told so', () => {
      expect(cluster.condition('QueriesLimited')?.status).toBe(
        logGroupClass === 'STANDARD' ? undefined : 'True',
      );
      expect(cluster.condition('Ready')?.status).toBe('True');
    });
  },
);
