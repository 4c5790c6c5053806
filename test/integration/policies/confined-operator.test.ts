/** The operator's own token, which may patch pods, may change three labels of them and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeClient, type AnyObject } from '../../control-plane/kube-client.ts';
import { buildPod } from '../../support/build-manifests.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { newTeam, operatorUser, type Team } from '../../support/team.ts';

const [, , account = '', name = ''] = operatorUser.split(':');

let team: Team;
/** With the token of the operator's ServiceAccount. */
let operator: KubeClient;
/** Who may patch pods as well, and is nobody of ours. */
let stranger: KubeClient;

async function clientOf(namespace: string, accountName: string): Promise<KubeClient> {
  const { server, ca } = controlPlane();
  const token = await controlPlane().serviceAccountToken(namespace, accountName);
  return new KubeClient({ server, ca, token });
}

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'confined');
  operator = await clientOf(account, name);
  stranger = await clientOf(team.namespace, 'stranger');
  // Here the operator gets more than the chart gives it: what its role refuses anyway would prove nothing.
  const rbac = 'rbac.authorization.k8s.io';
  const resources = ['pods', 'pods/ephemeralcontainers', 'pods/resize'];
  const rules = [{ apiGroups: [''], resources, verbs: ['get', 'patch', 'update'] }];
  await team.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'writer' }, rules });
  const subject = (namespace: string, of: string) => ({ kind: 'ServiceAccount', namespace, name: of });
  await team.create({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'writers' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'writer' },
    subjects: [subject(account, name), subject(team.namespace, 'stranger')],
  });
  const pod = buildPod('target', {
    labels: { app: 'target', apiName: 'old', tier: 'front' },
    annotations: { note: 'kept' },
    metadata: { finalizers: ['example.com/kept'] },
  });
  // A pod that waits for its node may be resized.
  const containers = [
    { name: 'api', image: 'registry.example/api:1', resources: { requests: { cpu: '1m' } } },
  ];
  await team.create({ ...pod, spec: { nodeSelector: { no: 'node' }, containers } });
});
afterAll(async () => {
  await team.patch('v1', 'Pod', 'target', { metadata: { finalizers: null } });
  await Promise.all([operator.close(), stranger.close()]);
});

const target = () => ({ apiVersion: 'v1', kind: 'Pod', namespace: team.namespace, name: 'target' });

describe('the operator may', () => {
  it.each<[sentence: string, labels: object]>([
    ['add and change its three labels', { apiName: 'new', apiKind: 'BatchAPI', jobID: 'run-1' }],
    ['take them away', { apiName: null, apiKind: null, jobID: null }],
  ])('%s', async (_sentence, labels) => {
    await operator.patch(target(), { metadata: { labels } });
    const pod = await controlPlane().admin.get(target());
    expect(pod?.metadata.labels).toMatchObject(
      Object.fromEntries(Object.entries(labels as Record<string, unknown>).filter(([, value]) => value)),
    );
    expect(pod?.metadata.labels).toMatchObject({ app: 'target', tier: 'front' });
  });
});

const toleration = { key: 'a', operator: 'Exists' };
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '11111111-1111-1111-1111-111111111111' };

describe('the operator is refused, in words that name what it would change,', () => {
  it.each<[what: string, patch: object, named: string]>([
    ['another image', { spec: { containers: [{ name: 'api', image: 'evil:1' }] } }, 'spec'],
    ['one more toleration', { spec: { tolerations: [toleration] } }, 'spec'],
    ['a new annotation', { metadata: { annotations: { evil: 'yes' } } }, 'metadata.annotations'],
    ['an annotation taken away', { metadata: { annotations: null } }, 'metadata.annotations'],
    ['another label', { metadata: { labels: { tier: 'back' } } }, 'label tier'],
    ['a new label beside its own', { metadata: { labels: { apiName: 'x', team: 'y' } } }, 'label team'],
    ['a label taken away', { metadata: { labels: { app: null } } }, 'label app'],
    ['all labels taken away', { metadata: { labels: null } }, 'label'],
    ['a finalizer', { metadata: { finalizers: ['evil.example/x'] } }, 'metadata.finalizers'],
    ['a finalizer taken away', { metadata: { finalizers: null } }, 'metadata.finalizers'],
    ['an owner', { metadata: { ownerReferences: [owner] } }, 'metadata.ownerReferences'],
  ])('%s', async (_what, patch, named) => {
    const before = await controlPlane().admin.get(target());
    await expect(patchOf(operator, patch)).rejects.toThrow(
      `ValidatingAdmissionPolicy 'cortex-logging-operator-confined' with binding 'cortex-logging-operator-confined' denied request: the operator of Cortex Logging may change nothing of a pod but its labels apiName, apiKind and jobID, and this would change: ${named}`,
    );
    expect(await controlPlane().admin.get(target())).toEqual(before);
  });

  it('a container that is put in to debug', async () => {
    const body = { spec: { ephemeralContainers: [{ name: 'evil', image: 'evil:1' }] } };
    await expect(patchOf(operator, body, 'ephemeralcontainers')).rejects.toThrow(/would change: spec/);
  });

  it('other resources of a container', async () => {
    const body = { spec: { containers: [{ name: 'api', resources: { requests: { cpu: '2m' } } }] } };
    await expect(patchOf(operator, body, 'resize')).rejects.toThrow(/would change: spec/);
  });
});

/** As kubectl patches: containers are merged by their names. */
async function patchOf(client: KubeClient, body: object, subresource?: string): Promise<AnyObject> {
  const path = [await client.pathOf(target()), ...(subresource ? [subresource] : [])].join('/');
  return client.request('PATCH', path, body, 'application/strategic-merge-patch+json');
}

describe('nobody else', () => {
  it('is looked at: a stranger with the same rights writes what the operator may not', async () => {
    await stranger.patch(target(), {
      metadata: { annotations: { by: 'a-stranger' }, labels: { tier: 'back' } },
    });
    const debug = { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] } };
    await patchOf(stranger, debug, 'ephemeralcontainers');
    expect((await controlPlane().admin.get(target()))?.metadata.labels).toMatchObject({ tier: 'back' });
  });
});
