import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { buildDeployment, buildPod, bySelector } from '../../support/build-manifests.ts';
import { openOperatorStage, type OperatorStage } from '../../support/operator-stage.ts';
import { Team, type KubeEvent } from '../../support/team.ts';

const graceMs = 1_000;
const grace = '--removal-grace-seconds=1';
const unbraked = [grace, '--removal-brake-percent=100'];

let stage: OperatorStage;
let team: Team;

beforeAll(async () => {
  stage = await openOperatorStage([grace]);
  team = await stage.newTeam('removal');
  // Most of the cluster's labeled pods, so that what a test removes is a small share of them.
  await claimed('base', 30);
}, 120_000);
afterAll(() => stage.close());

const labels = (name: string) => ({ apiName: name, apiKind: 'RealtimeAPI' });

/** A RealtimeAPI and its pods, labeled. */
async function claimed(name: string, pods: number): Promise<void> {
  await team.claim('RealtimeAPI', name, bySelector({ app: name }));
  await team.create(buildDeployment(name, { replicas: pods }));
  await team.untilLabeled(`app=${name}`, labels(name), pods);
}

const writesOf = async (app: string) => (await team.podWrites()).filter((name) => name.startsWith(`${app}-`));

/** When each of the operator's patches of these pods came in, in milliseconds since the epoch; waits for so many. */
async function writeTimes(app: string, count: number): Promise<readonly number[]> {
  const events = await waitFor(
    async () => {
      const ours = (await team.writes()).filter(
        ({ objectRef }) => objectRef?.resource === 'pods' && objectRef.name?.startsWith(`${app}-`),
      );
      return ours.length >= count && ours;
    },
    { describe: `${count} writes to pods of ${app} in the audit log` },
  );
  return events.map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp)).sort();
}

/** How often the operator has said this since its start. */
async function said(reason: string): Promise<number> {
  const log = await readFile(stage.operator().logFile, 'utf8');
  return log.split(`"${reason}"`).length - 1;
}

/** Resolves when removals were due after the cause, and nothing was removed for want of a list. */
async function untilUnconfirmed(cause: () => Promise<unknown>): Promise<void> {
  const before = await said('RemovalUnconfirmed');
  await cause();
  await waitFor(async () => (await said('RemovalUnconfirmed')) > before, {
    describe: 'an attempt to remove that could not be confirmed',
  });
}

describe('when a resource is deleted', () => {
  it('its pods keep the labels for the grace period and lose them then', async () => {
    await claimed('gone', 2);
    const deletedAt = Date.now();
    await team.unclaim('RealtimeAPI', 'gone');
    await team.untilLabeled('app=gone', {}, 2);
    const removals = (await writeTimes('gone', 4)).slice(2);
    expect(removals).toHaveLength(2);
    for (const at of removals) expect(at - deletedAt).toBeGreaterThanOrEqual(graceMs);
  });

  it('nothing is written if one of the same name, with another UID, is there within the grace period', async () => {
    await claimed('back', 2);
    await team.unclaim('RealtimeAPI', 'back');
    await team.claim('RealtimeAPI', 'back', bySelector({ app: 'back' }));
    await claimed('after-back', 1);
    await team.unclaim('RealtimeAPI', 'after-back');
    await team.untilLabeled('app=after-back', {});
    await team.untilLabeled('app=back', labels('back'), 2);
    expect(await writesOf('back')).toHaveLength(2);
  });

  it('a pod that a younger resource claims as well changes hands, after the grace period', async () => {
    await claimed('elder', 1);
    await team.claim('RealtimeAPI', 'heir', bySelector({ app: 'elder' }));
    const deletedAt = Date.now();
    await team.unclaim('RealtimeAPI', 'elder');
    await team.untilLabeled('app=elder', labels('heir'));
    const [, changedAt = 0] = await writeTimes('elder', 2);
    expect(changedAt - deletedAt).toBeGreaterThanOrEqual(graceMs);
  });

  it('labels stay that a Service selects by, and the Service is told', async () => {
    await claimed('served', 1);
    await team.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'by-api' },
      spec: { selector: { apiName: 'served' }, ports: [{ port: 80 }] },
    });
    await team.unclaim('RealtimeAPI', 'served');
    const event = await team.untilEvent('LabelsRefused', 'Service', 'by-api');
    expect(event.note).toContain('apiName');
    await team.untilLabeled('app=served', labels('served'));
  });
});

describe('when a selector is narrowed', () => {
  it('the resource counts the others no more, and they lose the labels after the grace period', async () => {
    await team.claim('RealtimeAPI', 'narrow', bySelector({ team: 'vision' }));
    await team.create(buildPod('stays', { labels: { app: 'stays', team: 'vision', tier: 'a' } }));
    await team.create(buildPod('leaves', { labels: { app: 'leaves', team: 'vision' } }));
    await team.untilLabeled('team=vision', labels('narrow'), 2);
    const selector = { matchLabels: { tier: 'a' } };
    await team.patch('cortex.dev/v1alpha1', 'RealtimeAPI', 'narrow', { spec: { selector } });
    await team.untilStatus('RealtimeAPI', 'narrow', {
      says: ({ pods }) => pods?.summary === '1/1',
      describe: 'PODS 1/1',
    });
    await team.untilLabeled('app=leaves', {});
    await team.untilLabeled('app=stays', labels('narrow'));
  });
});

describe('the brake', () => {
  const stopped = (): Promise<readonly KubeEvent[]> =>
    new Team(stage.controlPlane, 'cortex-logging').events('RemovalStopped');

  it('stops with one Event when over a fifth of the labeled pods would lose their labels', async () => {
    await claimed('many', 12);
    await team.unclaim('RealtimeAPI', 'many');
    const [event] = await waitFor(async () => (await stopped()).length > 0 && stopped(), {
      describe: 'an Event RemovalStopped',
    });
    expect(event).toMatchObject({ type: 'Warning', regarding: { kind: 'Pod', name: 'operator-1' } });
    expect(event?.note).toMatch(/more than 20 %.*--removal-brake-percent=100/);
    await team.untilQuiet();
    await team.untilLabeled('app=many', labels('many'), 12);
    expect(await stopped()).toHaveLength(1);
  });

  it('is lifted by a person’s word, and then no more go at a time than the rate allows', async () => {
    await stage.restart([...unbraked, '--removals-per-second=5']);
    await team.untilLabeled('app=many', {}, 12);
    const times = (await writeTimes('many', 24)).slice(12);
    expect(times).toHaveLength(12);
    for (const [index, at] of times.entries())
      // A second lies between one batch of five and the next.
      if (index >= 5) expect(at - (times[index - 5] ?? 0)).toBeGreaterThan(900);
  });
});

/** The doubt is over, so that the next one is told again. */
async function untilConfirmed(): Promise<void> {
  await waitFor(async () => (await said('RemovalPossible')) === (await said('RemovalUnconfirmed')), {
    describe: 'a list that succeeds',
  });
}

const mayWritePods = { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] };

describe('nothing is removed, though nobody has set the brake,', () => {
  it.each([
    ['may not list the resources, though it may write pods', 'ClusterRole', { rules: [mayWritePods] }],
    ['has no rights at all', 'ClusterRoleBinding', undefined],
  ])('while the operator %s; the removal is made up for later', async (_title, kind, changed) => {
    const { admin } = stage.controlPlane;
    const app = `unseen-${kind.toLowerCase()}`;
    await claimed(app, 2);
    const rights = { apiVersion: 'rbac.authorization.k8s.io/v1', kind, name: 'cortex-logging-operator' };
    const { rules, roleRef, subjects } = (await admin.get(rights)) as AnyObject;
    if (changed) await admin.patch(rights, changed);
    else await admin.delete(rights);
    await untilUnconfirmed(() => team.unclaim('RealtimeAPI', app));
    await team.untilLabeled(`app=${app}`, labels(app), 2);
    await team.untilLabeled('app=base', labels('base'), 30);
    if (changed) await admin.patch(rights, { rules });
    else await admin.create({ ...rights, metadata: { name: rights.name }, roleRef, subjects });
    await team.untilLabeled(`app=${app}`, {}, 2);
  });
});

describe('nothing is removed either', () => {
  // A server that has just got a CRD back takes seconds to serve it, and that must not be the whole grace period.
  beforeAll(() => stage.restart(['--removal-grace-seconds=4', '--removal-brake-percent=100']));

  it.each([
    ['the CRD of the one kind', ['realtimeapis']],
    [
      'all CRDs',
      ['realtimeapis', 'asyncapis', 'batchapis', 'taskapis', 'batchjobs', 'taskjobs', 'loggroups'],
    ],
  ])(
    'when somebody deletes %s; with CRD and resource back, not one pod has been written',
    async (_title, plurals) => {
      const kubectl = (...args: readonly string[]) => stage.controlPlane.runKubectl(args);
      const before = (await writesOf('base')).length;
      const names = plurals.map((plural) => `${plural}.cortex.dev`);
      await untilUnconfirmed(() => kubectl('delete', 'crd', ...names));
      await team.untilLabeled('app=base', labels('base'), 30);
      await kubectl('apply', '--filename', 'crds');
      await waitFor(() => team.claim('RealtimeAPI', 'base', bySelector({ app: 'base' })), {
        describe: 'the CRD to be served again',
      });
      await team.untilStatus('RealtimeAPI', 'base', {
        says: ({ pods }) => pods?.summary === '30/30',
        describe: 'PODS 30/30',
      });
      await untilConfirmed();
      expect((await writesOf('base')).length).toBe(before);
    },
  );
});
