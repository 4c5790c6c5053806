/** The mode Policy where pods are disputed, by two resources or by a controller that selects by the keys. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import {
  buildDaemonSet,
  buildDeployment,
  buildJob,
  buildReplicaSet,
  buildStatefulSet,
  byReference,
  bySelector,
} from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import type { Team } from '../../support/team.ts';
import { scenes } from '../match-rule/scenes.ts';
import { openPolicyTeam, type PolicyTeam } from './open-policy-team.ts';

jest.setTimeout(120_000);

let policies: PolicyTeam;
let team: Team;
let born: PolicyTeam['born'];

beforeAll(async () => {
  policies = await openPolicyTeam('disputed');
  ({ team, born } = policies);
});
afterAll(() => policies.close());

/** Creation times are whole seconds; resources of one second are ranked by kind and name. */
async function nextSecond(): Promise<void> {
  const began = Math.floor(Date.now() / 1000);
  await waitFor(() => Math.floor(Date.now() / 1000) > began, { describe: 'the next second', intervalMs: 20 });
}

describe('a pod that several resources claim', () => {
  const older = { apiName: 'zz-older', apiKind: 'RealtimeAPI' };
  // The API server takes them in no order: of so many, the older one would seldom come first by chance.
  const younger = ['aa-1', 'aa-2', 'aa-3', 'aa-4', 'aa-5'];

  it('is born as the whole of one of them, and ends as that of the oldest', async () => {
    await team.claim('RealtimeAPI', 'zz-older', bySelector({ app: 'wanted' }));
    await nextSecond();
    for (const name of younger) await team.claim('RealtimeAPI', name, bySelector({ app: 'wanted' }));
    await policies.untilKnown('RealtimeAPI');
    const all = [older, ...younger.map((apiName) => ({ apiName, apiKind: 'RealtimeAPI' }))];
    expect(all).toContainEqual(await born('first', { app: 'wanted' }));
    await team.untilLabeled('app=wanted', older);
    for (const name of younger)
      await team.untilCondition('RealtimeAPI', name, { type: 'Conflict', reason: 'ClaimedByOther' });
  });

  it('is that of the oldest from birth, once the operator has told the others of the conflict', async () => {
    const births = () =>
      Promise.all(Array.from({ length: 12 }, () => born('probe', { app: 'wanted' }, { dryRun: true })));
    await waitFor(async () => (await births()).every(({ apiName }) => apiName === 'zz-older'), {
      describe: 'the policy to leave the others out',
    });
    for (const name of ['second', 'third']) expect(await born(name, { app: 'wanted' })).toEqual(older);
    await team.untilQuiet();
    expect(await team.podWrites()).not.toContain('second');
    expect(await team.podWrites()).not.toContain('third');
  });
});

describe('a pod that a selector claims and, through its Deployment, another resource', () => {
  it('is born as what the policy sees, and ends as what the operator sees', async () => {
    await policies.claim('AsyncAPI', 'by-owner', byReference('apps/v1', 'Deployment', 'overlap'));
    await policies.claim('RealtimeAPI', 'by-selector', bySelector({ app: 'overlap' }));
    await policies.untilKnown('RealtimeAPI');
    const labels = await born('probe', { app: 'overlap' }, { dryRun: true });
    expect(labels).toEqual({ apiName: 'by-selector', apiKind: 'RealtimeAPI' });
    await team.create(buildDeployment('overlap'));
    await team.untilLabeled('app=overlap', { apiName: 'by-owner', apiKind: 'AsyncAPI' });
  });
});

const asksForAbsence = (app: string, key: string, operator = 'DoesNotExist') => ({
  selector: {
    matchLabels: { app },
    matchExpressions: [{ key, operator, ...(operator === 'NotIn' ? { values: ['x'] } : {}) }],
  },
});

describe('a controller whose selector asks for pods without a key, and which would make pods without end,', () => {
  const { selector } = asksForAbsence('absent', 'apiKind');
  const ofJob = { ...selector, matchLabels: { work: 'absent' } };
  const job = { spec: { manualSelector: true, selector: ofJob } };
  it.each<[kind: string, key: string, manifest: Manifest]>([
    ['Deployment', 'apiName', buildDeployment('absent', asksForAbsence('absent', 'apiName'))],
    ['ReplicaSet', 'jobID', buildReplicaSet('absent', asksForAbsence('absent', 'jobID', 'NotIn'))],
    ['StatefulSet', 'apiKind', buildStatefulSet('absent', asksForAbsence('absent', 'apiKind', 'NotIn'))],
    ['DaemonSet', 'apiName', buildDaemonSet('absent', asksForAbsence('absent', 'apiName'))],
    ['Job', 'apiKind', buildJob('absent', job)],
  ])('is refused: a %s, in words that name the key and the remedy', async (_kind, key, manifest) => {
    await expect(team.create(manifest)).rejects.toThrow(
      `denied request: spec.selector asks for pods without the label ${key}, which Cortex Logging gives to pods of APIs at their birth: it would own none of its pods and make new ones without end. Take ${key} out of spec.selector.matchExpressions.`,
    );
    expect(await team.pods('app=absent')).toEqual([]);
  });

  it('is let through where it asks for another key', async () => {
    await team.create(buildDeployment('present', asksForAbsence('present', 'stage')));
    await waitFor(async () => (await team.pods('app=present')).length === 1, { describe: 'its pod' });
  });
});

describe('what else selects by the keys', () => {
  const playable = scenes.filter(({ title }) => !title.endsWith('without the key'));

  beforeAll(async () => {
    for (const { app, claimedAs } of playable) await team.claim(claimedAs, app, bySelector({ app }));
    await policies.untilKnown();
    for (const { objects } of playable) for (const object of objects) await team.create(object);
    for (const { app, claimedAs, by, pods } of playable)
      await team.untilCondition(claimedAs, app, {
        type: 'Conflict',
        reason: `SelectedBy${by}`,
        message: new RegExp(`^${pods} pod`),
      });
  });

  it.each(playable)('$title: its pods are as their author wrote them', async ({ app, pods }) => {
    const found = await team.pods(`app=${app}`);
    expect(found).toHaveLength(pods);
    for (const { metadata } of found) {
      const others = Object.values(identityLabelsOf(metadata.labels ?? {})).filter(
        (value) => value !== 'old',
      );
      expect(others).toEqual([]);
    }
  });

  it('has made no pod too many: every pod that was ever made is still there', async () => {
    const made = (await controlPlane().auditEvents()).filter(
      ({ verb, objectRef, responseStatus, requestURI }) =>
        verb === 'create' &&
        objectRef?.resource === 'pods' &&
        objectRef.subresource === undefined &&
        objectRef.namespace === team.namespace &&
        !requestURI.includes('dryRun') &&
        responseStatus?.code === 201,
    );
    expect(made).toHaveLength((await team.pods()).length);
  });
});
