/** Forged labels at birth and by later edits, in each mode: what is stored, and what kubectl tells. */
import { expect, it } from '@jest/globals';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import { buildDeployment, buildPod, byReference, ownedBy } from '../../support/build-manifests.ts';
import { Team } from '../../support/team.ts';
import { forged, own, type ModeWorld } from './mode-world.ts';

export function claimedPodsAreKeptRight(given: () => ModeWorld): void {
  it('a claimed pod is stored with its own labels, and kubectl says whose they were', async () => {
    const world = given();
    const { managed } = world;
    expect(await world.bornIn(managed, { app: 'honest', ...forged })).toEqual(own);
    const labels = '--labels=app=honest,apiName=victim';
    const { stderr } = await world.kubectl(managed, 'run', 'by-kubectl', '--image=a', labels);
    expect(stderr).toContain(
      'Warning: RealtimeAPI honest claims this pod: label apiName "victim" became "honest"',
    );
    expect(await managed.labelsOf('by-kubectl')).toEqual(own);
  });

  it('other pods are stored as they are, with a warning', async () => {
    const world = given();
    const { managed, unmanaged } = world;
    expect(await world.bornIn(managed, { app: 'forger', ...forged })).toEqual(forged);
    const run = ['run', 'forger', '--image=a', '--labels=apiName=victim'];
    const { stderr } = await world.kubectl(unmanaged, ...run);
    expect(stderr).toContain('Warning: no API claims this pod, yet it says apiName=victim');
  });

  it('an edit of a claimed pod is turned back before it is stored, every other edit passes', async () => {
    const world = given();
    const { managed } = world;
    await managed.create(buildPod('edited', { labels: { app: 'honest' } }));
    const label = (...changes: readonly string[]) =>
      world.kubectl(managed, 'label', '--overwrite', 'pod', 'edited', ...changes);
    expect((await label('apiName=victim', 'jobID=x')).stderr).toContain('became "honest"');
    expect(await managed.labelsOf('edited')).toEqual(own);
    expect((await label('apiName-')).stderr).toContain('so its labels stay');
    expect(await managed.labelsOf('edited')).toEqual(own);
    expect(await label('team=blue')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('a debug container gets in, by the sub-resource', async () => {
    const { managed, stage } = given();
    const { admin } = stage.controlPlane;
    const body = { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] } };
    const reference = { apiVersion: 'v1', kind: 'Pod', namespace: managed.namespace, name: 'edited' };
    const path = `${await admin.pathOf(reference)}/ephemeralcontainers`;
    await admin.request('PATCH', path, body, 'application/strategic-merge-patch+json');
    expect(await managed.labelsOf('edited')).toEqual(own);
  });

  it('a dry run gives the labels, and stores nothing', async () => {
    const { managed } = given();
    const born = await managed.dryRun(buildPod('dry', { labels: { app: 'honest' } }));
    expect(identityLabelsOf(born.metadata.labels ?? {})).toEqual(own);
    expect(await managed.get('v1', 'Pod', 'dry')).toBeUndefined();
  });

  it('nobody has written to a pod of these: what is stored was right at once', async () => {
    const world = given();
    expect(await world.patchedPods(world.managed)).toEqual([]);
    expect(await world.deferrals()).toEqual([]);
  });
}

export function forgedOwnersGiveNothing(given: () => ModeWorld): void {
  it('an owner with a UID that is not, of another kind, of another namespace, or that does not select, gives no identity', async () => {
    const { managed, unmanaged } = given();
    const api = await managed.claim('RealtimeAPI', 'victim');
    const deployment = await managed.create(buildDeployment('fine', { replicas: 0 }));
    await managed.claim('AsyncAPI', 'of-fine', byReference('apps/v1', 'Deployment', 'fine'));
    await Promise.all([managed.untilSeen('RealtimeAPI', 'victim'), managed.untilSeen('AsyncAPI', 'of-fine')]);
    const bogus = { ...api, metadata: { ...api.metadata, uid: '11111111-1111-1111-1111-111111111111' } };
    const owners = { bogus, otherKind: { ...api, kind: 'AsyncAPI' }, deployment };
    const labelsOfBorn = async (team: Team, name: string, owner: typeof api) => {
      const pod = buildPod(`of-${name.toLowerCase()}`, { labels: { app: name }, ...ownedBy(owner) });
      return identityLabelsOf((await team.create(pod)).metadata.labels ?? {});
    };
    for (const [name, owner] of Object.entries(owners))
      expect({ name, labels: await labelsOfBorn(managed, name, owner) }).toEqual({ name, labels: {} });
    expect(await labelsOfBorn(unmanaged, 'elsewhere', api)).toEqual({});
    const right = { apiName: 'victim', apiKind: 'RealtimeAPI' };
    expect(await labelsOfBorn(managed, 'api', api)).toEqual(right);
  });
}

export function forgedLabelsGoWhereResourcesStand(given: () => ModeWorld): void {
  it('they are taken from a pod at birth where a resource stands, and left elsewhere', async () => {
    const world = given();
    expect(await world.bornIn(world.managed, { app: 'forger', ...forged })).toEqual({});
    expect(await world.bornIn(world.unmanaged, { app: 'forger', ...forged })).toEqual(forged);
  });
}

export function forgedLabelsGoEverywhere(given: () => ModeWorld): void {
  it('they are taken from a pod at birth everywhere but in excluded namespaces', async () => {
    const world = given();
    expect(await world.bornIn(world.unmanaged, { app: 'forger', ...forged })).toEqual({});
    const excluded = new Team(world.stage.controlPlane, 'kube-public');
    expect(await world.bornIn(excluded, { app: 'forger', ...forged })).toEqual(forged);
  });

  it('later edits are turned back', async () => {
    const world = given();
    const { unmanaged } = world;
    await unmanaged.create(buildPod('later', { labels: { app: 'forger' } }));
    const { stderr } = await world.kubectl(unmanaged, 'label', 'pod', 'later', 'apiName=victim');
    expect(stderr).toContain('no API claims this pod: apiName=victim was taken away');
    expect(await unmanaged.labelsOf('later')).toEqual({});
  });
}

export function forgedPodsAreRefused(given: () => ModeWorld): void {
  it('one that is claimed is refused, by resource, key and remedy', async () => {
    const world = given();
    await expect(world.bornIn(world.managed, { app: 'honest', ...forged })).rejects.toThrow(
      /admission webhook "labels.cortex.dev" denied the request: RealtimeAPI honest claims this pod, which must not say apiName=victim.*leave these labels out, or write apiName=honest/,
    );
  });

  it('one that nobody claims is refused', async () => {
    const world = given();
    await expect(world.bornIn(world.unmanaged, { app: 'forger', ...forged })).rejects.toThrow(
      /no resource of cortex.dev in the namespace .* claims this pod.*leave apiName, apiKind, jobID out, or claim the pod/,
    );
  });

  it('a forging edit is refused, and what an edit took away is put back', async () => {
    const { managed } = given();
    await managed.create(buildPod('kept', { labels: { app: 'honest' } }));
    await expect(managed.relabel('kept', { apiName: 'victim' })).rejects.toThrow(/denied the request/);
    await managed.relabel('kept', { apiName: null });
    expect(await managed.labelsOf('kept')).toEqual(own);
  });

  it('right and missing labels pass', async () => {
    const world = given();
    expect(await world.bornIn(world.managed, { app: 'honest', apiName: 'honest' })).toEqual(own);
    expect(await world.bornIn(world.unmanaged, { app: 'free' })).toEqual({});
  });
}
