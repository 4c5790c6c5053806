import { describe, expect, it } from '@jest/globals';
import {
  ensureDefaultLogGroup,
  type LogGroupObjects,
} from '../../../src/log-groups/ensure-default-log-group.ts';
import type { LogGroup } from '../../../src/log-groups/log-group.ts';
import { buildLogGroup } from './build-log-group.ts';

/** The LogGroup objects of a cluster; `unseen` are those that another replica makes after the first list. */
class Objects implements LogGroupObjects {
  readonly groups: LogGroup[];
  unseen: LogGroup[] = [];

  constructor(groups: LogGroup[] = []) {
    this.groups = groups;
  }

  listLogGroups() {
    const listed = [...this.groups];
    this.groups.push(...this.unseen.splice(0));
    return Promise.resolve(listed);
  }

  createLogGroup({ metadata, spec }: Parameters<LogGroupObjects['createLogGroup']>[0]) {
    if (this.groups.some(({ name }) => name === metadata.name))
      return Promise.resolve('AlreadyExists' as const);
    this.groups.push(buildLogGroup({ name: metadata.name, uid: 'made', spec }));
    return Promise.resolve('Created' as const);
  }
}

const spec = { logGroupName: 'prod' };

describe('the default LogGroup', () => {
  it('is made where nobody has declared the group', async () => {
    const objects = new Objects([buildLogGroup({ name: 'audit', spec: { logGroupName: 'prod-audit' } })]);
    expect(await ensureDefaultLogGroup(objects, spec)).toEqual({ outcome: 'Created' });
    expect(objects.groups.at(-1)).toMatchObject({ name: 'default', spec });
  });

  it.each(['default', 'team'])(
    'is not made where the LogGroup %s declares the group, whose spec stays',
    async (name) => {
      const objects = new Objects([buildLogGroup({ name, spec: { retentionInDays: 7 } })]);
      expect(await ensureDefaultLogGroup(objects, { ...spec, retentionInDays: 30 })).toEqual({
        outcome: 'Present',
      });
      expect(objects.groups).toEqual([buildLogGroup({ name, spec: { retentionInDays: 7 } })]);
    },
  );

  it('is one, when two replicas make it at once', async () => {
    const objects = new Objects();
    objects.unseen = [buildLogGroup({ uid: 'other' })];
    expect(await ensureDefaultLogGroup(objects, spec)).toEqual({ outcome: 'Present' });
    expect(objects.groups).toEqual([buildLogGroup({ uid: 'other' })]);
  });

  it('leaves a LogGroup of its name alone that is for another group, and says what to do', async () => {
    const other = buildLogGroup({ name: 'default', spec: { logGroupName: 'test' } });
    const objects = new Objects([other]);
    expect(await ensureDefaultLogGroup(objects, spec)).toEqual({
      outcome: 'NameTaken',
      message: expect.stringMatching(
        /default declares another log group than prod.*Create a LogGroup of another name/,
      ),
    });
    expect(objects.groups).toEqual([other]);
  });
});
