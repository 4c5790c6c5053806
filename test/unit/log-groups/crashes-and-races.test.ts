import { describe, expect, it } from '@jest/globals';
import type { LogGroupSpec } from '../../../src/log-groups/log-group.ts';
import { clusterUid, savedQueriesOf } from './build-log-group.ts';
import { FakeCloudWatch } from './fake-cloudwatch.ts';
import { declared, type LogGroupWorld } from './log-group-world.ts';

const spec: Partial<LogGroupSpec> = {
  retentionInDays: 30,
  kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/aaaa',
  tags: { team: 'ml' },
  deletionProtectionEnabled: true,
  fieldIndexes: [{ name: 'labels.apiName', type: 'FACET' }],
};

/** A group that differs from the spec in everything that can be changed. */
function different(): FakeCloudWatch {
  const cloudWatch = new FakeCloudWatch();
  cloudWatch.add('prod', { retentionInDays: 1, kmsKeyId: 'theirs', indexPolicy: '{"Fields":["other"]}' });
  const [query] = savedQueriesOf('prod');
  for (const queryDefinitionId of ['a', 'b', 'c'])
    cloudWatch.queries.set(queryDefinitionId, { ...query!, queryString: 'stale', queryDefinitionId });
  return cloudWatch;
}

/** All that stands in CloudWatch, save the IDs of saved queries. */
function stateOf({ cloudWatch }: LogGroupWorld): unknown {
  const queries = [...cloudWatch.queries.values()]
    .map(({ queryDefinitionId, ...query }) => ({ ...query, hasID: queryDefinitionId !== '' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { groups: [...cloudWatch.groups.values()], queries };
}

async function end(world: LogGroupWorld): Promise<unknown> {
  for (let pass = 0; pass < 3; pass++) {
    await world.reconcile();
    world.pass(70_000);
  }
  return stateOf(world);
}

const worlds = [
  { name: 'where there is no group', start: () => declared(spec) },
  { name: 'where everything differs', start: () => declared(spec, different()) },
];

describe.each(worlds)('an operator that dies, $name', ({ start }) => {
  it('after any of its calls, leaves nothing that the next one does not put right', async () => {
    const undisturbed = start();
    const wanted = await end(undisturbed);
    const calls = undisturbed.cloudWatch.calls.length;
    expect(calls).toBeGreaterThan(10);
    for (let crashAfter = 0; crashAfter < calls; crashAfter++) {
      const world = start();
      world.cloudWatch.crashAfter = crashAfter;
      await end(world).catch(() => undefined);
      world.cloudWatch.crashAfter = Infinity;
      world.restart();
      world.pass(1_000);
      expect({ crashAfter, state: await end(world) }).toEqual({ crashAfter, state: wanted });
    }
  });
});

describe('an operator that dies while it deletes', () => {
  it('after any of its calls, leaves nothing behind once the next one is done', async () => {
    const start = async (): Promise<LogGroupWorld> => {
      const world = declared({ deletionPolicy: 'Delete', deletionProtectionEnabled: false });
      await world.reconcile();
      world.cloudWatch.change('prod', { deletionProtectionEnabled: true });
      world.remove();
      world.cloudWatch.calls.length = 0;
      return world;
    };
    const undisturbed = await start();
    await undisturbed.reconcile();
    for (let crashAfter = 0; crashAfter < undisturbed.cloudWatch.calls.length; crashAfter++) {
      const world = await start();
      world.cloudWatch.crashAfter = crashAfter;
      await expect(world.reconcile()).rejects.toThrow(/died/);
      world.cloudWatch.crashAfter = Infinity;
      world.restart();
      await world.reconcile();
      expect([world.objects.size, world.cloudWatch.groups.size, world.cloudWatch.queries.size]).toEqual([
        0, 0, 0,
      ]);
    }
  });
});

describe('two operators at once', () => {
  it.each(worlds)('do what one does, $name', async ({ start }) => {
    const wanted = await end(start());
    const world = start();
    const other = world.operator();
    await Promise.all([world.reconcile(), other.reconcile('default')]);
    world.pass(70_000);
    await Promise.all([world.reconcile(), other.reconcile('default')]);
    expect(stateOf(world)).toEqual(wanted);
    expect(world.cloudWatch.queries.size).toBe(4);
  });

  it('save each query once, though both of them see none', async () => {
    const world = declared(spec);
    world.cloudWatch.add('prod');
    await Promise.all([world.reconcile(), world.operator().reconcile('default')]);
    expect(world.cloudWatch.calls.filter((call) => call === 'PutQueryDefinition').length).toBeGreaterThan(4);
    expect(world.cloudWatch.queries.size).toBe(4);
  });

  it('leave one query of each name, also if each has saved its own', async () => {
    const world = declared();
    await world.reconcile();
    const twins = [...world.cloudWatch.queries.values()];
    for (const query of twins)
      world.cloudWatch.queries.set(`${query.queryDefinitionId}-2`, {
        ...query,
        queryDefinitionId: `${query.queryDefinitionId}-2`,
      });
    const other = world.operator();
    world.pass(70_000);
    await Promise.all([world.reconcile(), other.reconcile('default')]);
    expect([...world.cloudWatch.queries.values()]).toEqual(twins);
  });
});

describe('what somebody deletes', () => {
  it('comes back with everything on it within a resync, and an Event tells of the loss', async () => {
    const world = declared({ ...spec, deletionPolicy: 'Retain' });
    const wanted = await end(world);
    world.cloudWatch.groups.clear();
    world.cloudWatch.queries.clear();
    await world.reconcile();
    expect(stateOf(world)).toEqual(wanted);
    expect(world.group()?.tags).toEqual({ team: 'ml', 'cortex.dev/cluster': clusterUid });
    expect(world.events.at(-1)).toMatchObject({
      type: 'Warning',
      reason: 'Recreated',
      note: expect.stringMatching(/prod was gone.*records.*Made again/),
    });
  });
});
