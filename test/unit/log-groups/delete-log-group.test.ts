import { describe, expect, it } from '@jest/globals';
import { RetryableError } from '../../../src/kernel/errors.ts';
import { logGroupFinalizer } from '../../../src/log-groups/log-group.ts';
import { buildLogGroup, clusterUid } from './build-log-group.ts';
import { declared, type LogGroupWorld } from './log-group-world.ts';

const owner = { 'cortex.dev/cluster': clusterUid };

/** A LogGroup under `deletionPolicy: Delete` whose group is made, and which somebody then deletes. */
async function removed(change: (world: LogGroupWorld) => void = () => undefined): Promise<LogGroupWorld> {
  const world = declared({ deletionPolicy: 'Delete' });
  await world.reconcile();
  change(world);
  world.remove();
  return world;
}

describe('the finalizer', () => {
  it('is there before anything is made, under deletionPolicy: Delete only', async () => {
    const world = declared({ deletionPolicy: 'Delete' });
    world.cloudWatch.failing.set('DescribeLogGroups', 'Unreachable');
    await expect(world.reconcile()).rejects.toThrow(RetryableError);
    expect(world.objects.get('default')?.finalizers).toEqual([logGroupFinalizer]);
    const retained = declared({ deletionPolicy: 'Retain' });
    await retained.reconcile();
    expect(retained.objects.get('default')?.finalizers).toEqual([]);
  });

  it('goes when the policy becomes Retain, and those of others stay', async () => {
    const world = declared();
    world.declare(buildLogGroup({ finalizers: ['example.com/theirs'], spec: { deletionPolicy: 'Delete' } }));
    await world.reconcile();
    expect(world.objects.get('default')?.finalizers).toEqual(['example.com/theirs', logGroupFinalizer]);
    world.edit({ deletionPolicy: 'Retain' });
    await world.reconcile();
    expect(world.objects.get('default')?.finalizers).toEqual(['example.com/theirs']);
  });

  it('is not put on an object that another one overrules', async () => {
    const world = declared();
    const creationTimestamp = '2026-11-24T09:30:00Z';
    world.declare(
      buildLogGroup({ name: 'late', uid: 'u-2', creationTimestamp, spec: { deletionPolicy: 'Delete' } }),
    );
    await world.reconcile('late');
    expect(world.objects.get('late')?.finalizers).toEqual([]);
  });
});

describe('a LogGroup that is deleted', () => {
  it('takes its group and its saved queries with it, and says so', async () => {
    const world = await removed();
    expect(await world.reconcile()).toEqual({});
    expect(world.group()).toBeUndefined();
    expect(world.cloudWatch.queries.size).toBe(0);
    expect(world.objects.size).toBe(0);
    expect(world.reasons()).toEqual(['Created', 'LogGroupDeleted']);
  });

  it('leaves everything as it is under Retain', async () => {
    const world = declared({ deletionPolicy: 'Retain' });
    await world.reconcile();
    world.remove();
    expect(world.objects.size).toBe(0);
    expect(await world.reconcile()).toEqual({});
    expect(world.group()?.tags).toEqual(owner);
    expect(world.cloudWatch.queries.size).toBe(4);
  });

  it('leaves everything when the policy becomes Retain while it waits', async () => {
    const world = await removed((before) => before.cloudWatch.failing.set('DeleteLogGroup', 'AccessDenied'));
    await world.reconcile();
    world.edit({ deletionPolicy: 'Retain' });
    await world.reconcile();
    expect(world.objects.size).toBe(0);
    expect(world.group()).toBeDefined();
  });

  it("leaves people's own queries, and all where they are not managed", async () => {
    const world = await removed(({ cloudWatch }) => {
      const [query] = cloudWatch.queries.values();
      cloudWatch.queries.set('own', { ...query!, name: 'Cortex/prod/mine', queryDefinitionId: 'own' });
    });
    await world.reconcile();
    expect([...world.cloudWatch.queries.keys()]).toEqual(['own']);
    const unmanaged = await removed((before) => before.edit({ savedQueries: 'Unmanaged' }));
    await unmanaged.reconcile();
    expect(unmanaged.group()).toBeUndefined();
    expect(unmanaged.cloudWatch.queries.size).toBe(4);
  });

  it('goes when its group is gone already', async () => {
    const world = await removed((before) => before.cloudWatch.groups.clear());
    await world.reconcile();
    expect(world.objects.size).toBe(0);
    expect(world.cloudWatch.queries.size).toBe(0);
  });

  it.each([{ 'cortex.dev/cluster': 'other' }, {}])(
    'leaves a group whose tags are %j, and says so',
    async (tags) => {
      const world = await removed((before) => before.cloudWatch.change('prod', { tags }));
      await world.reconcile();
      expect(world.group()).toBeDefined();
      expect(world.objects.size).toBe(0);
      expect(world.events.at(-1)).toMatchObject({
        type: 'Warning',
        reason: 'LogGroupKept',
        note: expect.stringMatching(/prod.*cortex\.dev\/cluster.*Delete it in CloudWatch/),
      });
    },
  );

  it('leaves a group that another LogGroup declares too', async () => {
    const world = await removed((before) =>
      before.declare(buildLogGroup({ name: 'heir', uid: 'u-2', creationTimestamp: '2026-11-24T09:30:00Z' })),
    );
    await world.reconcile();
    expect(world.group()).toBeDefined();
    expect([...world.objects.keys()]).toEqual(['heir']);
    expect(world.events.at(-1)?.note).toMatch(/LogGroup heir declares it too/);
  });

  it('turns off a protection that its spec says is off', async () => {
    const world = await removed((before) => {
      before.edit({ deletionProtectionEnabled: false });
      before.cloudWatch.change('prod', { deletionProtectionEnabled: true });
    });
    await world.reconcile();
    expect(world.group()).toBeUndefined();
    expect(world.objects.size).toBe(0);
  });

  it('waits while somebody else protects the group, and says what to do', async () => {
    const world = await removed((before) =>
      before.cloudWatch.change('prod', { deletionProtectionEnabled: true }),
    );
    expect((await world.reconcile()).requeueAfterMs).toBeGreaterThan(50_000);
    expect(world.condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'DeletionBlocked',
      message: expect.stringMatching(
        /prod is protected.*deletionProtectionEnabled: false.*deletionPolicy: Retain/,
      ),
    });
    expect(world.cloudWatch.calls).not.toContain('DeleteLogGroup');
    world.edit({ deletionProtectionEnabled: false });
    await world.reconcile();
    expect(world.objects.size).toBe(0);
  });

  it('waits while AWS cannot be reached, says what to do, once, and goes on by itself', async () => {
    const world = await removed((before) =>
      before.cloudWatch.failing.set('DescribeLogGroups', 'Unreachable'),
    );
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(world.reconcile()).rejects.toThrow(RetryableError);
    expect(world.condition('Ready')).toMatchObject({
      reason: 'DeletionBlocked',
      message: expect.stringMatching(/NAT or VPC endpoint.*Or set spec\.deletionPolicy: Retain/),
    });
    expect(world.reasons()).toEqual(['Created', 'DeletionBlocked']);
    world.cloudWatch.failing.clear();
    await world.reconcile();
    expect(world.objects.size).toBe(0);
  });

  it.each([
    'DescribeLogGroups',
    'ListTagsForResource',
    'DescribeQueryDefinitions',
    'DeleteQueryDefinition',
    'DeleteLogGroup',
  ])('names the missing right %s', async (operation) => {
    const world = await removed((before) => before.cloudWatch.failing.set(operation, 'AccessDenied'));
    expect((await world.reconcile()).requeueAfterMs).toBeGreaterThan(50_000);
    expect(world.condition('AccessDenied')?.message).toContain(`logs:${operation} on `);
    expect(world.condition('Ready')).toMatchObject({
      reason: 'DeletionBlocked',
      message: expect.stringMatching(/Allow it in the IAM policy/),
    });
    world.cloudWatch.failing.clear();
    await world.reconcile();
    expect(world.objects.size).toBe(0);
    expect(world.group()).toBeUndefined();
  });

  it('deletes the group also without the rights on saved queries', async () => {
    const world = await removed((before) =>
      before.cloudWatch.failing.set('DescribeQueryDefinitions', 'AccessDenied'),
    );
    for (let resync = 0; resync < 2; resync++) await world.reconcile();
    expect(world.group()).toBeUndefined();
    expect(world.objects.size).toBe(1);
  });
});
