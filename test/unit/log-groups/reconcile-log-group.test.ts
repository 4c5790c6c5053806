import { describe, expect, it } from '@jest/globals';
import type { AwsFailureKind } from '../../../src/kernel/aws-failure.ts';
import { RetryableError } from '../../../src/kernel/errors.ts';
import { LogGroupReconcile } from '../../../src/log-groups/reconcile-log-group.ts';
import { buildLogGroup, clusterUid } from './build-log-group.ts';
import { FakeCloudWatch } from './fake-cloudwatch.ts';
import { declared, LogGroupWorld } from './log-group-world.ts';

const owner = { 'cortex.dev/cluster': clusterUid };

describe('a LogGroup', () => {
  it('makes the group of exactly its name, with retention, tags and owner', async () => {
    const world = declared({ retentionInDays: 30, tags: { team: 'ml' } });
    world.cloudWatch.add('prod-2');
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: { team: 'ml', ...owner } });
    expect(world.condition('Ready')).toMatchObject({ status: 'True', observedGeneration: 1 });
    expect(world.objects.get('default')!.status).toMatchObject({
      arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod',
      account: '123456789012',
      region: 'eu-west-1',
      observedGeneration: 1,
    });
  });

  it('is found on a later page, behind neighbours whose names begin alike', async () => {
    const cloudWatch = new FakeCloudWatch(2);
    for (const name of ['prod-1', 'prod-2', 'prod-3', 'prod-4']) cloudWatch.add(name);
    cloudWatch.add('prod', { retentionInDays: 7 });
    const world = declared({ retentionInDays: 30 }, cloudWatch);
    await world.reconcile();
    expect(world.group()?.retentionInDays).toBe(30);
    expect(cloudWatch.calls).not.toContain('CreateLogGroup');
  });

  it('repairs what drifts, and tells so', async () => {
    const world = declared({ retentionInDays: 30, tags: { team: 'ml' } });
    await world.reconcile();
    world.cloudWatch.change('prod', { retentionInDays: 1, tags: { ...owner, team: 'other', billing: '42' } });
    world.pass(70_000);
    await world.reconcile();
    expect(world.group()).toMatchObject({
      retentionInDays: 30,
      tags: { ...owner, team: 'ml', billing: '42' },
    });
    expect(world.events.map(({ reason }) => reason)).toEqual(['Created', 'DriftRepaired']);
  });

  it('makes the group again after somebody has deleted it', async () => {
    const world = declared({ retentionInDays: 30 });
    await world.reconcile();
    world.cloudWatch.groups.clear();
    world.pass(70_000);
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: owner });
  });

  it('takes a tag off that was removed from the spec, and leaves those of others', async () => {
    const world = declared({ tags: { team: 'ml', stage: 'prod' } });
    await world.reconcile();
    world.cloudWatch.change('prod', { tags: { ...world.group()!.tags, billing: '42' } });
    world.edit({ tags: { stage: 'prod' } });
    await world.reconcile();
    expect(world.group()?.tags).toEqual({ ...owner, stage: 'prod', billing: '42' });
    expect(world.objects.get('default')!.status.managed?.tagKeys).toEqual(['stage']);
  });

  it.each([
    { name: 'a key', kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/aaaa' },
    { name: 'an alias', kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:alias/logs' },
  ])('sets $name once, and takes it off when the spec no longer names it', async ({ kmsKeyID }) => {
    const world = declared();
    await world.reconcile();
    world.edit({ kmsKeyID });
    await world.reconcile();
    expect(world.group()?.kmsKeyId).toBeDefined();
    world.pass(70_000);
    await world.reconcile();
    expect(world.cloudWatch.calls.filter((call) => call === 'AssociateKmsKey')).toHaveLength(1);
    world.forget('kmsKeyID');
    await world.reconcile();
    expect(world.group()?.kmsKeyId).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
  });

  it('adopts a group that nobody owns, and manages only what the spec says', async () => {
    const world = declared({ tags: { team: 'ml' } });
    world.cloudWatch.add('prod', { retentionInDays: 7, tags: { billing: '42' } });
    await world.reconcile();
    expect(world.group()).toMatchObject({
      retentionInDays: 7,
      tags: { ...owner, team: 'ml', billing: '42' },
    });
  });

  it("writes nothing to another cluster's group until it says adopt", async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: { 'cortex.dev/cluster': 'other' } });
    await world.reconcile();
    expect(world.group()).toMatchObject({ tags: { 'cortex.dev/cluster': 'other' } });
    expect(world.group()?.retentionInDays).toBeUndefined();
    expect(world.condition('OwnedByOther')?.message).toMatch(/cluster=other.*spec\.adopt: true/);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'OwnedByOther' });
    world.edit({ adopt: true });
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: owner });
    expect(world.condition('OwnedByOther')).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
  });

  it('that loses the race to create takes the group as it finds it', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.before.set('CreateLogGroup', () =>
      world.cloudWatch.add('prod', { tags: { team: 'ml' } }),
    );
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: { team: 'ml', ...owner } });
    expect(world.condition('Ready')?.status).toBe('True');
  });

  it("that loses the race to another cluster does not touch that cluster's group", async () => {
    const world = declared({ retentionInDays: 30 });
    const other = { 'cortex.dev/cluster': 'other' };
    world.cloudWatch.before.set('CreateLogGroup', () => world.cloudWatch.add('prod', { tags: other }));
    await world.reconcile();
    expect(world.group()).toEqual(expect.objectContaining({ tags: other }));
    expect(world.group()?.retentionInDays).toBeUndefined();
    expect(world.condition('Ready')?.reason).toBe('OwnedByOther');
  });

  it('whose group is deleted between two calls makes it again', async () => {
    const world = declared({ retentionInDays: 30 });
    await world.reconcile();
    world.cloudWatch.change('prod', { retentionInDays: 1 });
    world.cloudWatch.before.set('PutRetentionPolicy', () => world.cloudWatch.groups.clear());
    world.pass(70_000);
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: owner });
  });

  it("does not fight an account's retention policy", async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: owner, retentionInDays: 7, retentionPolicyName: 'company-wide' });
    for (let minute = 0; minute < 5; minute++) {
      await world.reconcile();
      world.pass(70_000);
    }
    expect(world.cloudWatch.calls).not.toContain('PutRetentionPolicy');
    expect(world.condition('RetentionOverridden')?.status).toBe('True');
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'RetentionOverridden' });
    expect(world.statusWrites).toBe(1);
  });

  it('makes no write and no status write while nothing changes', async () => {
    const world = declared({ retentionInDays: 30, tags: { team: 'ml' } });
    await world.reconcile();
    world.cloudWatch.calls.length = 0;
    for (let minute = 0; minute < 3; minute++) {
      world.pass(70_000);
      await world.reconcile();
    }
    expect(world.cloudWatch.calls).toEqual(
      Array(3)
        .fill([
          'DescribeLogGroups',
          'ListTagsForResource',
          'DescribeIndexPolicies',
          'DescribeQueryDefinitions',
          'DescribeAccountPolicies',
        ])
        .flat(),
    );
    expect(world.statusWrites).toBe(1);
  });

  it('asks AWS once however often it is woken within a resync, and at once when its spec changes', async () => {
    const world = declared({ retentionInDays: 30 });
    await world.reconcile();
    const calls = world.cloudWatch.calls.length;
    for (let wake = 0; wake < 1000; wake++) await world.reconcile();
    expect(world.cloudWatch.calls).toHaveLength(calls);
    world.edit({ retentionInDays: 60 });
    await world.reconcile();
    expect(world.group()?.retentionInDays).toBe(60);
  });

  it('that is replaced by one of the same name is looked at anew', async () => {
    const world = declared({ retentionInDays: 30 });
    await world.reconcile();
    world.declare(buildLogGroup({ uid: 'u-2', spec: { retentionInDays: 60 } }));
    await world.reconcile();
    expect(world.group()?.retentionInDays).toBe(60);
  });

  it.each([0, 0.999])('comes back after about a minute, never all at the same time (%s)', async (random) => {
    const cloudWatch = new FakeCloudWatch();
    const reconcile = new LogGroupReconcile({
      logGroups: { get: () => buildLogGroup(), list: () => [buildLogGroup()] },
      objects: { patchStatus: () => Promise.resolve(), putFinalizers: () => Promise.resolve() },
      events: { record: () => undefined },
      aws: cloudWatch,
      clusterUid,
      now: () => new Date(0),
      random: () => random,
    });
    const { requeueAfterMs } = await reconcile.reconcile('default');
    expect(requeueAfterMs).toBeCloseTo(random === 0 ? 54_000 : 66_000, -2);
  });

  it('that has gone or is going is not acted for', async () => {
    const world = declared({ retentionInDays: 30 });
    world.declare(buildLogGroup({ isTerminating: true }));
    expect(await world.reconcile()).toEqual({});
    expect(await world.reconcile('missing')).toEqual({});
    expect(world.cloudWatch.calls).toEqual([]);
  });

  it('reports a class that differs and does the rest', async () => {
    const world = declared({ logGroupClass: 'STANDARD', retentionInDays: 30 });
    world.cloudWatch.add('prod', { logGroupClass: 'INFREQUENT_ACCESS' });
    await world.reconcile();
    expect(world.group()).toMatchObject({ retentionInDays: 30, tags: owner });
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'ClassMismatch' });
    expect(world.condition('QueriesLimited')?.status).toBe('True');
  });

  it('is not ready, and looked at again soon, while CloudWatch does not show what was written', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: owner });
    world.cloudWatch.putRetentionPolicy = () => Promise.resolve();
    const { requeueAfterMs } = await world.reconcile();
    expect(requeueAfterMs).toBeLessThan(5_000);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'Settling' });
  });

  it('is put no oftener than observed, should CloudWatch never show what was written', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: owner });
    let puts = 0;
    world.cloudWatch.putRetentionPolicy = () => {
      puts++;
      return Promise.resolve();
    };
    for (let second = 0; second < 600; second++) {
      await world.reconcile();
      world.pass(1_000);
    }
    expect(puts).toBeLessThan(20);
    expect(world.cloudWatch.calls.length).toBeLessThan(200);
  });

  it('makes a group once, should CloudWatch be slow to list it', async () => {
    const world = declared({ retentionInDays: 30 });
    const listed = world.cloudWatch.describeLogGroups.bind(world.cloudWatch);
    world.cloudWatch.describeLogGroups = () => Promise.resolve({ logGroups: [] });
    await world.reconcile();
    expect(world.condition('Ready')?.reason).toBe('Settling');
    world.cloudWatch.describeLogGroups = listed;
    world.pass(2_000);
    await world.reconcile();
    expect(world.cloudWatch.calls.filter((call) => call === 'CreateLogGroup')).toHaveLength(1);
    expect(world.condition('Ready')?.status).toBe('True');
  });
});

describe('two LogGroups with one logGroupName', () => {
  function rivals(): LogGroupWorld {
    const world = new LogGroupWorld();
    world.declare(buildLogGroup({ name: 'old', uid: 'u-old', spec: { retentionInDays: 30 } }));
    const creationTimestamp = '2026-11-24T08:30:00Z';
    world.declare(
      buildLogGroup({ name: 'new', uid: 'u-new', creationTimestamp, spec: { retentionInDays: 60 } }),
    );
    return world;
  }

  it('are decided by the older, and the other is told in its status', async () => {
    const world = rivals();
    await world.reconcile('new');
    await world.reconcile('old');
    expect(world.group()?.retentionInDays).toBe(30);
    expect(world.condition('Ready', 'new')).toMatchObject({ status: 'False', reason: 'Conflict' });
    expect(world.condition('Conflict', 'new')?.message).toMatch(/LogGroup old is older.*prod/);
    expect(world.condition('Conflict', 'old')).toBeUndefined();
  });

  it('of the same second are decided by name', async () => {
    const world = new LogGroupWorld();
    world.declare(buildLogGroup({ name: 'b', uid: 'u-b' }));
    world.declare(buildLogGroup({ name: 'a', uid: 'u-a' }));
    await world.reconcile('a');
    await world.reconcile('b');
    expect(world.condition('Ready', 'a')?.status).toBe('True');
    expect(world.condition('Ready', 'b')?.reason).toBe('Conflict');
  });

  it('are one again as soon as the older is going', async () => {
    const world = rivals();
    await world.reconcile('new');
    world.declare({ ...world.objects.get('old')!, isTerminating: true });
    await world.reconcile('new');
    expect(world.group()?.retentionInDays).toBe(60);
    expect(world.condition('Conflict', 'new')).toBeUndefined();
    expect(world.condition('Ready', 'new')?.status).toBe('True');
  });
});

describe('a LogGroup whose rights are missing', () => {
  const operations = [
    'DescribeLogGroups',
    'ListTagsForResource',
    'CreateLogGroup',
    'TagResource',
    'PutRetentionPolicy',
    'AssociateKmsKey',
    'PutLogGroupDeletionProtection',
    'DescribeIndexPolicies',
    'PutIndexPolicy',
    'DescribeQueryDefinitions',
    'PutQueryDefinition',
    'DescribeAccountPolicies',
  ];
  const kmsKeyID = 'arn:aws:kms:eu-west-1:123456789012:key/aaaa';

  it.each(operations)('names %s and the ARN in a condition, and is no error', async (operation) => {
    const world = declared({ retentionInDays: 30, kmsKeyID, deletionProtectionEnabled: true });
    if (operation !== 'CreateLogGroup') world.cloudWatch.add('prod');
    world.cloudWatch.failing.set(operation, 'AccessDenied');
    expect((await world.reconcile()).requeueAfterMs).toBeGreaterThan(50_000);
    expect(world.condition('AccessDenied')).toMatchObject({
      status: 'True',
      message: expect.stringContaining(`logs:${operation} on arn:`),
    });
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'AccessDenied' });
    world.cloudWatch.failing.clear();
    world.pass(70_000);
    await world.reconcile();
    expect(world.condition('AccessDenied')).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
  });

  it.each(operations.slice(3))('does without %s all that is allowed', async (operation) => {
    const world = declared({ retentionInDays: 30, kmsKeyID, deletionProtectionEnabled: true });
    world.cloudWatch.add('prod');
    world.cloudWatch.failing.set(operation, 'AccessDenied');
    await world.reconcile();
    const settings = [
      { isDone: world.group()?.tags['cortex.dev/cluster'] === clusterUid, needs: ['TagResource'] },
      { isDone: world.group()?.retentionInDays === 30, needs: ['PutRetentionPolicy'] },
      { isDone: world.group()?.kmsKeyId === kmsKeyID, needs: ['AssociateKmsKey'] },
      {
        isDone: world.group()?.deletionProtectionEnabled === true,
        needs: ['PutLogGroupDeletionProtection'],
      },
      {
        isDone: world.group()?.indexPolicy !== undefined,
        needs: ['DescribeIndexPolicies', 'DescribeAccountPolicies', 'PutIndexPolicy'],
      },
      {
        isDone: world.cloudWatch.queries.size === 4,
        needs: ['DescribeQueryDefinitions', 'PutQueryDefinition'],
      },
    ];
    for (const { isDone, needs } of settings)
      expect({ needs, isDone }).toEqual({ needs, isDone: !needs.includes(operation) });
  });

  it('names all of them at once, and does what is allowed', async () => {
    const world = declared({ retentionInDays: 30, kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/aaaa' });
    world.cloudWatch.add('prod');
    for (const operation of ['DescribeIndexPolicies', 'TagResource', 'AssociateKmsKey'])
      world.cloudWatch.failing.set(operation, 'AccessDenied');
    await world.reconcile();
    expect(world.condition('AccessDenied')?.message).toMatch(
      /logs:DescribeIndexPolicies on arn:.* and logs:TagResource on arn:.* and logs:AssociateKmsKey on arn:/,
    );
    expect(world.group()?.retentionInDays).toBe(30);
  });

  it('writes nothing to a group whose owner it may not see', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: { 'cortex.dev/cluster': 'other' } });
    world.cloudWatch.failing.set('ListTagsForResource', 'AccessDenied');
    await world.reconcile();
    expect(world.cloudWatch.calls).toEqual(['DescribeLogGroups', 'ListTagsForResource']);
  });

  it('tells it once', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.failing.set('CreateLogGroup', 'AccessDenied');
    for (let minute = 0; minute < 3; minute++) {
      await world.reconcile();
      world.pass(70_000);
    }
    expect(world.reasons()).toEqual(['AccessDenied']);
    expect(world.statusWrites).toBe(1);
    world.cloudWatch.failing.clear();
    await world.reconcile();
    expect(world.reasons()).toEqual(['AccessDenied', 'Created', 'Ready']);
  });
});

describe('a LogGroup while AWS does not serve', () => {
  const rows: readonly { kind: AwsFailureKind; reason: string; step: RegExp }[] = [
    { kind: 'Throttled', reason: 'Throttled', step: /another heavy user/ },
    { kind: 'CredentialsExpired', reason: 'CredentialsExpired', step: /IRSA or Pod Identity/ },
    { kind: 'Unreachable', reason: 'AWSUnreachable', step: /NAT or VPC endpoint/ },
    { kind: 'Unavailable', reason: 'AWSUnreachable', step: /tried again/ },
    { kind: 'Aborted', reason: 'Aborted', step: /another operation/ },
  ];

  it.each(rows)(
    '($kind) says so with the next step, is retried with backoff, and recovers',
    async ({ kind, reason, step }) => {
      const world = declared({ retentionInDays: 30 });
      for (const operation of ['DescribeLogGroups', 'CreateLogGroup'])
        world.cloudWatch.failing.set(operation, kind);
      await expect(world.reconcile()).rejects.toThrow(RetryableError);
      expect(world.condition('Ready')).toMatchObject({
        status: 'False',
        reason,
        message: expect.stringMatching(step),
      });
      await expect(world.reconcile()).rejects.toThrow(RetryableError);
      expect(world.statusWrites).toBe(1);
      world.cloudWatch.failing.clear();
      await world.reconcile();
      expect(world.condition('Ready')?.status).toBe('True');
      expect(world.group()?.retentionInDays).toBe(30);
    },
  );

  it('goes no further when it is told to stop in the middle', async () => {
    const world = declared({ retentionInDays: 30, kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/aaaa' });
    world.cloudWatch.add('prod');
    world.cloudWatch.failing.set('TagResource', 'Throttled');
    await expect(world.reconcile()).rejects.toThrow(/TagResource for prod/);
    expect(world.cloudWatch.calls.filter((call) => /Put|Associate/.test(call))).toEqual([]);
  });

  it('keeps the conditions that it cannot see now', async () => {
    const world = declared({ retentionInDays: 30 });
    world.cloudWatch.add('prod', { tags: { 'cortex.dev/cluster': 'other' } });
    await world.reconcile();
    world.cloudWatch.failing.set('DescribeLogGroups', 'Unreachable');
    world.pass(70_000);
    await expect(world.reconcile()).rejects.toThrow(RetryableError);
    expect(world.condition('OwnedByOther')?.status).toBe('True');
  });

  it('is told what AWS refuses, and that the spec is the thing to correct', async () => {
    const world = declared({ kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/gone' });
    world.cloudWatch.add('prod');
    world.cloudWatch.failing.set('AssociateKmsKey', 'Invalid');
    expect((await world.reconcile()).requeueAfterMs).toBeGreaterThan(50_000);
    expect(world.condition('Ready')).toMatchObject({
      reason: 'Refused',
      message: expect.stringMatching(/AssociateKmsKey.*prod.*correct the spec/),
    });
  });
});
