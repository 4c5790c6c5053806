/** Forged labels at birth and by later edits, in each mode: what is stored, and what kubectl tells. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { identityLabelsOf, type IdentityLabels } from '../../../src/kernel/labels.ts';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import {
  openAdmissionStage,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import {
  buildDeployment,
  buildPod,
  bySelector,
  ownedBy,
  type Labels,
} from '../../support/build-manifests.ts';
import { Team } from '../../support/team.ts';

jest.setTimeout(180_000);

const forged = { apiName: 'victim', apiKind: 'BatchAPI', jobID: 'stolen' };
const own = { apiName: 'honest', apiKind: 'RealtimeAPI' };

let stage: AdmissionStage;
/** Holds a resource. */
let managed: Team;
/** Holds none. */
let unmanaged: Team;
let replica: Replica | undefined;

beforeAll(async () => {
  stage = await openAdmissionStage();
  managed = await stage.newTeam('managed');
  unmanaged = await stage.newTeam('unmanaged');
  await managed.claim('RealtimeAPI', 'honest', bySelector({ app: 'honest' }));
});
afterAll(() => stage.close());

/** The operator with these flags instead of the one before. */
async function restart(...flags: readonly string[]): Promise<void> {
  await replica?.stop();
  replica = await stage.startReplica({ podName: 'operator-1', flags });
  await untilAdmitted(await stage.newTeam('probe'));
}

let made = 0;
/** What the API server answers to a creation: later repairs are not in it. */
async function bornIn(team: Team, labels: Labels): Promise<IdentityLabels> {
  const born = await team.create(buildPod(`born-${(made += 1)}`, { labels }));
  return identityLabelsOf(born.metadata.labels ?? {});
}

async function kubectl(team: Team, ...args: readonly string[]): Promise<CommandResult> {
  const { kubectl: program, kubeconfig } = stage.controlPlane;
  return runCommand(program, ['--kubeconfig', kubeconfig, '-n', team.namespace, ...args]);
}

const deferrals = async (): Promise<readonly string[]> => {
  const { body } = await replica!.health('/metrics');
  return body.split('\n').filter((line) => /outcome="deferred-(LookUp|NotSynced)/.test(line));
};

describe('ClaimedOnly', () => {
  beforeAll(() => restart('--enforcement=ClaimedOnly'));

  it('stores a claimed pod with its own labels, and kubectl says whose they were', async () => {
    expect(await bornIn(managed, { app: 'honest', ...forged })).toEqual(own);
    const labels = 'app=honest,apiName=victim';
    const { stderr } = await kubectl(managed, 'run', 'by-kubectl', '--image=a', `--labels=${labels}`);
    expect(stderr).toContain(
      'Warning: RealtimeAPI honest claims this pod: label apiName "victim" became "honest"',
    );
    expect(await managed.labelsOf('by-kubectl')).toEqual(own);
  });

  it('stores other pods as they are, with a warning', async () => {
    expect(await bornIn(managed, { app: 'forger', ...forged })).toEqual(forged);
    const { stderr } = await kubectl(unmanaged, 'run', 'forger', '--image=a', '--labels=apiName=victim');
    expect(stderr).toContain('Warning: no API claims this pod, yet it says apiName=victim');
  });

  it('turns an edit of a claimed pod back before it is stored', async () => {
    await managed.create(buildPod('edited', { labels: { app: 'honest' } }));
    const edit = await kubectl(managed, 'label', '--overwrite', 'pod', 'edited', 'apiName=victim', 'jobID=x');
    expect(edit.stderr).toContain('became "honest"');
    expect(await managed.labelsOf('edited')).toEqual(own);
    const removal = await kubectl(managed, 'label', 'pod', 'edited', 'apiName-');
    expect(removal.stderr).toContain('so its labels stay');
    expect(await managed.labelsOf('edited')).toEqual(own);
  });

  it('lets every other edit pass', async () => {
    const { exitCode, stderr } = await kubectl(managed, 'label', 'pod', 'edited', 'team=blue');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('lets a debug container in, by the sub-resource', async () => {
    const containers = [{ name: 'debug', image: 'busybox' }];
    const body = { spec: { ephemeralContainers: containers } };
    const reference = { apiVersion: 'v1', kind: 'Pod', namespace: managed.namespace, name: 'edited' };
    const path = `${await stage.controlPlane.admin.pathOf(reference)}/ephemeralcontainers`;
    const type = 'application/strategic-merge-patch+json';
    await stage.controlPlane.admin.request('PATCH', path, body, type);
    expect(await managed.labelsOf('edited')).toEqual(own);
  });

  it('gives the labels in a dry run, and stores nothing', async () => {
    const path = `/api/v1/namespaces/${managed.namespace}/pods?dryRun=All`;
    const born = await stage.controlPlane.admin.request(
      'POST',
      path,
      buildPod('dry', { labels: { app: 'honest' } }),
    );
    expect(identityLabelsOf(born.metadata.labels ?? {})).toEqual(own);
    expect(await managed.get('v1', 'Pod', 'dry')).toBeUndefined();
  });

  it('never has written to a pod of these: what is stored was right at once', async () => {
    await managed.create(buildPod('last'));
    expect(await managed.podWrites()).toEqual([]);
    expect(await deferrals()).toEqual([]);
  });
});

describe('a forged owner', () => {
  it('gives no identity at birth: a UID that is not, another kind, another namespace, a Deployment that does not select', async () => {
    const api = await managed.claim('RealtimeAPI', 'victim');
    const deployment = await managed.create(buildDeployment('fine', { replicas: 0 }));
    await managed.claim('AsyncAPI', 'of-fine', {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'fine' },
    });
    await managed.untilStatus('AsyncAPI', 'of-fine', {
      says: ({ conditions = [] }) => conditions.length > 0,
      describe: 'seen by the operator',
    });
    const bogus = { ...api, metadata: { ...api.metadata, uid: '11111111-1111-1111-1111-111111111111' } };
    const otherKind = { ...api, kind: 'AsyncAPI' };
    const owners = { bogus, otherKind, deployment };
    for (const [app, owner] of Object.entries(owners)) {
      const pod = buildPod(`of-${app.toLowerCase()}`, { labels: { app }, ...ownedBy(owner) });
      const born = await managed.create(pod);
      expect({ app, labels: identityLabelsOf(born.metadata.labels ?? {}) }).toEqual({ app, labels: {} });
    }
    const elsewhere = await unmanaged.create(
      buildPod('of-elsewhere', { labels: { app: 'x' }, ...ownedBy(api) }),
    );
    expect(identityLabelsOf(elsewhere.metadata.labels ?? {})).toEqual({});
    const true_ = await managed.create(buildPod('of-api', { labels: { app: 'x' }, ...ownedBy(api) }));
    expect(identityLabelsOf(true_.metadata.labels ?? {})).toEqual({
      apiName: 'victim',
      apiKind: 'RealtimeAPI',
    });
  });
});

describe('ManagedNamespaces', () => {
  beforeAll(() => restart('--enforcement=ManagedNamespaces'));

  it('takes them from a pod at birth where a resource stands, and leaves them elsewhere', async () => {
    expect(await bornIn(managed, { app: 'forger', ...forged })).toEqual({});
    expect(await bornIn(unmanaged, { app: 'forger', ...forged })).toEqual(forged);
  });
});

describe('Cluster', () => {
  beforeAll(() => restart('--enforcement=Cluster'));

  it('takes them from a pod at birth everywhere but in excluded namespaces', async () => {
    expect(await bornIn(unmanaged, { app: 'forger', ...forged })).toEqual({});
    const excluded = new Team(stage.controlPlane, 'kube-public');
    expect(await bornIn(excluded, { app: 'forger', ...forged })).toEqual(forged);
  });

  it('turns later edits back', async () => {
    await unmanaged.create(buildPod('later', { labels: { app: 'forger' } }));
    const { stderr } = await kubectl(unmanaged, 'label', 'pod', 'later', 'apiName=victim');
    expect(stderr).toContain('no API claims this pod: apiName=victim was taken away');
    expect(await unmanaged.labelsOf('later')).toEqual({});
  });
});

describe('denyForged', () => {
  beforeAll(() => restart('--enforcement=Cluster', '--deny-forged=true'));

  it('refuses a forged pod that is claimed, and names resource, key and remedy', async () => {
    await expect(bornIn(managed, { app: 'honest', ...forged })).rejects.toThrow(
      /admission webhook "labels.cortex.dev" denied the request: RealtimeAPI honest claims this pod, which must not say apiName=victim.*leave these labels out, or write apiName=honest/,
    );
  });

  it('refuses one that nobody claims', async () => {
    await expect(bornIn(unmanaged, { app: 'forger', ...forged })).rejects.toThrow(
      /no resource of cortex.dev in the namespace .* claims this pod.*leave apiName, apiKind, jobID out, or claim the pod/,
    );
  });

  it('refuses a forging edit, and puts back what an edit took away', async () => {
    await managed.create(buildPod('kept', { labels: { app: 'honest' } }));
    await expect(managed.relabel('kept', { apiName: 'victim' })).rejects.toThrow(/denied the request/);
    await managed.relabel('kept', { apiName: null });
    expect(await managed.labelsOf('kept')).toEqual(own);
  });

  it('lets right and missing labels pass', async () => {
    expect(await bornIn(managed, { app: 'honest', apiName: 'honest' })).toEqual(own);
    expect(await bornIn(unmanaged, { app: 'free' })).toEqual({});
  });
});
