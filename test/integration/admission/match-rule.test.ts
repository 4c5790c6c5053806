/**
 * The match rule at birth: claims stand before the first pod is made, the real controller manager makes pods, and in
 * no mode of enforcement does admission take a pod from its controller. One that did would be made again without end.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import type { KubeObject } from '../../../src/kernel/object-meta.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  openAdmissionStage,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import { buildDeployment, bySelector } from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';
import { scenes } from '../match-rule/scenes.ts';

jest.setTimeout(240_000);

let stage: AdmissionStage;
let replica: Replica | undefined;

beforeAll(async () => {
  stage = await openAdmissionStage();
});
afterAll(() => stage.close());

/** Claims first, and then all that they claim. */
async function play(...flags: readonly string[]): Promise<Team> {
  await replica?.stop();
  replica = await stage.startReplica({ podName: 'operator-1', flags });
  const team = await stage.newTeam('births');
  await untilAdmitted(team);
  for (const { app, claimedAs } of scenes) await team.claim(claimedAs, app, bySelector({ app }));
  for (const { app, claimedAs } of scenes)
    await team.untilStatus(claimedAs, app, {
      says: ({ conditions = [] }) => conditions.length > 0,
      describe: 'seen by the operator',
    });
  for (const { objects } of scenes) for (const object of objects) await team.create(object);
  return team;
}

const podsMade = async ({ namespace }: Team, code: number): Promise<number> => {
  const made = (await stage.controlPlane.auditEvents()).filter(
    ({ verb, objectRef, responseStatus }) =>
      verb === 'create' &&
      objectRef?.resource === 'pods' &&
      objectRef.subresource === undefined &&
      objectRef.namespace === namespace &&
      responseStatus?.code === code,
  );
  return made.length;
};

const keysOf = ({ metadata }: KubeObject) => identityLabelsOf(metadata.labels ?? {});
const hasController = ({ metadata }: KubeObject) => (metadata.ownerReferences ?? []).length > 0;

describe.each(['ClaimedOnly', 'ManagedNamespaces', 'Cluster'])('under %s', (mode) => {
  let team: Team;
  beforeAll(async () => {
    team = await play(`--enforcement=${mode}`);
    for (const { app, claimedAs, by, pods } of scenes)
      await team.untilCondition(claimedAs, app, {
        type: 'Conflict',
        reason: `SelectedBy${by}`,
        message: new RegExp(`^${pods} pod`),
      });
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

  it('there is no pod storm: every pod that was ever made is still there', async () => {
    expect(await podsMade(team, 201)).toBe((await team.pods()).length);
  });

  it('nobody was patched', async () => {
    const kept = new Set(
      (await team.pods())
        .filter(({ metadata }) => metadata.labels?.['probe'] === undefined)
        .map(({ metadata }) => metadata.name),
    );
    expect((await team.podWrites()).filter((name) => kept.has(name))).toEqual([]);
  });

  it('a controller that selects by the right value gets its pods labeled at birth', async () => {
    const labels = { app: 'agreed', apiName: 'agreed' };
    await team.claim('RealtimeAPI', 'agreed', bySelector({ app: 'agreed' }));
    await team.untilStatus('RealtimeAPI', 'agreed', {
      says: ({ conditions = [] }) => conditions.length > 0,
      describe: 'seen by the operator',
    });
    await team.create(buildDeployment('agreed', { replicas: 2, labels, selector: { matchLabels: labels } }));
    await team.untilLabeled('app=agreed', { apiName: 'agreed', apiKind: 'RealtimeAPI' }, 2);
    expect(await podsMade(team, 201)).toBe((await team.pods()).length);
  });
});

describe('with denyForged', () => {
  it('pods that contradict their claim are not made, and none is made again and again', async () => {
    const team = await play('--enforcement=Cluster', '--deny-forged=true');
    // The one with two replicas whose template says the old value.
    const refused = await waitFor(
      async () => {
        const events = await stage.controlPlane.admin.list<{ reason: string; message: string }>({
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
    expect(await podsMade(team, 201)).toBe((await team.pods()).length);
    // Refused ones are tried again ever more slowly, by the controllers' own patience.
    expect(await podsMade(team, 403)).toBeLessThan(200);
  });
});
