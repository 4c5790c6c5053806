/**
 * The match rule at birth: claims stand before the first pod is made, the real controller manager makes pods, and
 * admission takes no pod from its controller. One that did would be made again without end.
 */
import { beforeAll, expect, it } from '@jest/globals';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import type { KubeObject } from '../../../src/kernel/object-meta.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { buildDeployment, bySelector } from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';
import { scenes, type Scene } from '../match-rule/scenes.ts';
import type { ModeWorld } from './mode-world.ts';

/** Claims first, and then all that they claim. */
async function play({ stage }: ModeWorld): Promise<Team> {
  const team = await stage.newTeam('selectors');
  await Promise.all(scenes.map(({ app, claimedAs }) => team.claim(claimedAs, app, bySelector({ app }))));
  await Promise.all(scenes.map(({ app, claimedAs }) => team.untilSeen(claimedAs, app)));
  await Promise.all(scenes.map((scene) => createAll(team, scene)));
  return team;
}

async function createAll(team: Team, { objects }: Scene): Promise<void> {
  for (const object of objects) await team.create(object);
}

function untilTold(team: Team, { app, claimedAs, by, pods }: Scene): Promise<unknown> {
  const reason = `SelectedBy${by}`;
  return team.untilCondition(claimedAs, app, {
    type: 'Conflict',
    reason,
    message: new RegExp(`^${pods} pod`),
  });
}

const keysOf = ({ metadata }: KubeObject) => identityLabelsOf(metadata.labels ?? {});
const hasController = ({ metadata }: KubeObject) => (metadata.ownerReferences ?? []).length > 0;

export function controllersKeepTheirPods(world: () => ModeWorld): void {
  let team: Team;
  beforeAll(async () => {
    team = await play(world());
    await Promise.all(scenes.map((scene) => untilTold(team, scene)));
  });

  it.each(scenes)(
    '$title keeps its pods, with the labels that they were made with',
    async ({ app, pods }) => {
      const found = await team.pods(`app=${app}`);
      expect(found).toHaveLength(pods);
      for (const pod of found) {
        expect(pod.metadata.labels).toMatchObject({ app });
        const written = Object.entries(keysOf(pod)).filter(([, value]) => value !== 'old');
        expect(written).toEqual([]);
        expect(hasController(pod)).toBe(app !== 'bare');
      }
    },
  );

  it('a controller that selects by the right value gets its pods labeled at birth', async () => {
    const labels = { app: 'agreed', apiName: 'agreed' };
    await team.claim('RealtimeAPI', 'agreed', bySelector({ app: 'agreed' }));
    await team.untilSeen('RealtimeAPI', 'agreed');
    await team.create(buildDeployment('agreed', { replicas: 2, labels, selector: { matchLabels: labels } }));
    await team.untilLabeled('app=agreed', { apiName: 'agreed', apiKind: 'RealtimeAPI' }, 2);
  });

  it('there is no pod storm: every pod that was ever made is still there, and none was patched', async () => {
    expect(await world().patchedPods(team)).toEqual([]);
    expect(await world().podsMade(team, 201)).toBe((await team.pods()).length);
  });
}

export function refusedPodsMakeNoStorm(world: () => ModeWorld): void {
  it('pods that contradict their claim are not made, and none is made again and again', async () => {
    const team = await play(world());
    // The one with two replicas whose template says the old value.
    const refused = await waitFor(
      async () => {
        const events = await world().stage.controlPlane.admin.list<{ reason: string; message: string }>({
          apiVersion: 'v1',
          kind: 'Event',
          namespace: team.namespace,
        });
        return events.find(
          ({ reason, message }) => reason === 'FailedCreate' && message.includes('set-value'),
        );
      },
      { describe: 'the ReplicaSet to be told' },
    );
    expect(refused.message).toMatch(
      /AsyncAPI set-value claims this pod, which must not say apiKind=old.*write apiKind=AsyncAPI/,
    );
    expect(await team.pods('app=set-value')).toEqual([]);
    await team.untilQuiet();
    expect(await world().podsMade(team, 201)).toBe((await team.pods()).length);
    // Refused ones are tried again ever more slowly, by the controllers' own patience.
    expect(await world().podsMade(team, 403)).toBeLessThan(200);
  });
}
