import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildDeployment, buildPod, byReference, bySelector } from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, Team } from '../../support/team.ts';

let team: Team;

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'precedence');
});

/** Creation times are whole seconds; resources of one second are ranked by kind and name. */
async function nextSecond(): Promise<void> {
  const began = Math.floor(Date.now() / 1000);
  await waitFor(() => Math.floor(Date.now() / 1000) > began, { describe: 'the next second', intervalMs: 20 });
}

describe('of two resources that claim one pod', () => {
  it('the older one wins, and the other says that it is in conflict, by conditions and one Event', async () => {
    await team.claim('RealtimeAPI', 'zz-older', bySelector({ app: 'wanted' }));
    await nextSecond();
    await team.claim('AsyncAPI', 'aa-younger', bySelector({ wanted: 'too' }));
    for (const name of ['one', 'two'])
      await team.create(buildPod(name, { labels: { app: 'wanted', wanted: 'too' } }));
    await team.untilLabeled('app=wanted', { apiName: 'zz-older', apiKind: 'RealtimeAPI' }, 2);
    const conflict = {
      type: 'Conflict',
      reason: 'ClaimedByOther',
      message: /2 pods: .*RealtimeAPI zz-older.*older/,
    };
    const condition = await team.untilCondition('AsyncAPI', 'aa-younger', conflict);
    expect(condition.status).toBe('True');
    const ready = await team.untilCondition('AsyncAPI', 'aa-younger', { type: 'Ready', reason: 'Conflict' });
    expect(ready.status).toBe('False');
    const event = await team.untilEvent('Conflict', 'AsyncAPI', 'aa-younger');
    expect(event).toMatchObject({ type: 'Warning', note: expect.stringContaining('zz-older') });
    await team.untilCondition('RealtimeAPI', 'zz-older', { type: 'Ready', reason: 'Claiming' });
    expect(await team.events('Conflict')).toHaveLength(1);
  });

  it('the one that loses is well again when its selector is narrowed', async () => {
    await team.patch('cortex.dev/v1alpha1', 'AsyncAPI', 'aa-younger', {
      spec: { selector: { matchLabels: { wanted: null, app: 'nothing' } } },
    });
    await team.untilCondition('AsyncAPI', 'aa-younger', { type: 'Ready', reason: 'NoPods' });
    const { conditions = [] } = await team.status('AsyncAPI', 'aa-younger');
    expect(conditions.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('a claim on an owner beats an older claim by selector', async () => {
    await team.claim('RealtimeAPI', 'by-label', bySelector({ app: 'owned' }));
    await nextSecond();
    await team.claim('AsyncAPI', 'by-owner', byReference('apps/v1', 'Deployment', 'owned'));
    await team.create(buildDeployment('owned'));
    await team.untilLabeled('app=owned', { apiName: 'by-owner', apiKind: 'AsyncAPI' });
  });
});

describe('the namespace', () => {
  it('is the border of every claim', async () => {
    const other = await newTeam(controlPlane(), 'foreign');
    await team.claim('RealtimeAPI', 'border-selector', bySelector({ app: 'border' }));
    await team.claim('RealtimeAPI', 'border-owner', byReference('apps/v1', 'Deployment', 'border'));
    await other.create(buildDeployment('border'));
    await other.untilQuiet();
    await other.untilLabeled('app=border', {});
  });

  it('does not keep a name to itself: both users of one name and kind are told, and both are ready', async () => {
    const other = await newTeam(controlPlane(), 'namesake');
    const spec = bySelector({ app: 'shared' });
    await Promise.all([team.claim('BatchAPI', 'shared', spec), other.claim('BatchAPI', 'shared', spec)]);
    await other.claim('RealtimeAPI', 'shared', bySelector({ app: 'no-namesake' }));
    const shared = { type: 'NameShared', reason: 'OtherNamespaces' };
    const [ours, theirs] = await Promise.all(
      [team, other].map((one) => one.untilCondition('BatchAPI', 'shared', shared)),
    );
    expect(ours?.message).toContain(other.namespace);
    expect(theirs?.message).toContain(team.namespace);
    const status = await team.untilCondition('BatchAPI', 'shared', { type: 'Ready', reason: 'NoPods' });
    expect(status.status).toBe('True');
    const { conditions = [] } = await other.status('RealtimeAPI', 'shared');
    expect(conditions.map(({ type }) => type)).not.toContain('NameShared');
    await other.unclaim('BatchAPI', 'shared');
    await team.untilStatus('BatchAPI', 'shared', {
      says: ({ conditions: left = [] }) => left.every(({ type }) => type !== 'NameShared'),
      describe: 'NameShared gone with the namesake',
    });
  });

  it('is left alone where it is excluded, whatever claims there', async () => {
    const system = new Team(controlPlane(), 'kube-public');
    await system.claim('RealtimeAPI', 'excluded', bySelector({ app: 'excluded' }));
    await waitFor(
      () =>
        controlPlane().admin.get({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          namespace: 'kube-public',
          name: 'default',
        }),
      { describe: 'the default ServiceAccount of kube-public' },
    );
    await system.create(buildPod('excluded'));
    await team.untilQuiet();
    expect(await system.labelsOf('excluded')).toEqual({});
    await system.unclaim('RealtimeAPI', 'excluded');
    await system.delete('v1', 'Pod', 'excluded');
  });
});
