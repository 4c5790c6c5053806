/** Who may change the labels of a labeled pod where the chart protects them, and who is told what instead. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import { buildDeployment, buildPod, bySelector } from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';
import { installPolicies } from './install-policies.ts';

const own = { apiName: 'guarded', apiKind: 'RealtimeAPI' };
const rbac = 'rbac.authorization.k8s.io';

/** Who, and by which name. */
const letThrough = [
  ['a user of the list', 'release-manager'],
  ['a member of a group of the list', 'bob'],
  ['a ServiceAccount of the list', 'deployer'],
  ['a controller of kube-system', 'some-controller'],
  ['a node', 'system:node:node-1'],
] as const;
/** Each has a pod of his own: what is put right again and again is put right ever more slowly. */
const podOf = ([, user]: readonly [string, string]) => `of-${user.replaceAll(':', '-')}`;

let team: Team;
let removePolicies: (() => Promise<void>) | undefined;
const kubeconfigs = new Map<string, string>();

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'protected');
  const { namespace } = team;
  const exempt = {
    users: ['release-manager'],
    groups: ['platform'],
    serviceAccounts: [`${namespace}/deployer`],
  };
  const values = { policies: { protectLabels: { enabled: true, exempt } } };
  removePolicies = await installPolicies(values, ['protect-labels'], [namespace]);
  const groups = { alice: ['data-science'], 'release-manager': [], bob: ['platform'] };
  for (const [user, of] of Object.entries({ ...groups, 'system:node:node-1': ['system:nodes'] }))
    kubeconfigs.set(user, controlPlane().userKubeconfig(user, of));
  for (const name of ['deployer', 'builder'])
    kubeconfigs.set(name, await controlPlane().serviceAccountKubeconfig(namespace, name));
  const system = await controlPlane().serviceAccountKubeconfig('kube-system', 'some-controller');
  kubeconfigs.set('some-controller', system);
  await everybodyMayWritePods();
  await team.claim('RealtimeAPI', 'guarded', bySelector({ app: 'guarded' }));
  const pods = ['one', ...letThrough.map(podOf)];
  for (const name of pods) await team.create(buildPod(name, { labels: { app: 'guarded', name } }));
  await team.create(buildPod('free'));
  await team.untilLabeled('app=guarded', own, pods.length);
  await waitFor(async () => (await label('alice', 'one', 'jobID=probe', '--dry-run=server')).exitCode !== 0, {
    describe: 'the policy to be in force',
  });
});
afterAll(() => removePolicies?.());

async function everybodyMayWritePods(): Promise<void> {
  const resources = ['pods', 'pods/status', 'pods/ephemeralcontainers'];
  const verbs = ['get', 'list', 'create', 'patch', 'update', 'delete'];
  const rules = [
    { apiGroups: [''], resources, verbs },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  ];
  await team.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'pod-writer' }, rules });
  await team.create({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'pod-writers' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'pod-writer' },
    subjects: [{ kind: 'Group', name: 'system:authenticated', apiGroup: rbac }],
  });
}

function kubectl(user: string, args: readonly string[], input = ''): Promise<CommandResult> {
  const kubeconfig = kubeconfigs.get(user) ?? '';
  const place = ['--kubeconfig', kubeconfig, '--namespace', team.namespace];
  return runCommand(controlPlane().kubectl, [...place, ...args], { input });
}

function label(user: string, pod: string, ...change: readonly string[]): Promise<CommandResult> {
  return kubectl(user, ['label', '--overwrite', 'pod', pod, ...change]);
}

const succeeded = { exitCode: 0, stderr: '' };

async function expectSuccess(attempt: Promise<CommandResult>): Promise<void> {
  const { exitCode, stderr } = await attempt;
  expect({ exitCode, stderr }).toEqual(succeeded);
}

describe('an ordinary user who may write pods', () => {
  it.each([
    ['changes', 'apiName=victim', 'apiName'],
    ['takes away', 'apiKind-', 'apiKind'],
    ['adds', 'jobID=stolen', 'jobID'],
  ])('and %s a label is refused, and told key and remedy', async (_verb, change, key) => {
    const { exitCode, stderr } = await label('alice', 'one', change);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `denied request: label ${key} tells which API the logs of this pod belong to (RealtimeAPI guarded), and is kept by Cortex Logging: leave it, or change the resource that claims the pod (kubectl get cortex -n ${team.namespace})`,
    );
    expect(await team.labelsOf('one')).toEqual(own);
  });

  it('is refused by a patch of the status as well, which can change labels too', async () => {
    const patch = JSON.stringify({ metadata: { labels: { apiName: 'victim' } } });
    const { stderr } = await kubectl('alice', ['patch', 'pod', 'one', '--subresource=status', '-p', patch]);
    expect(stderr).toContain('label apiName tells which API');
  });

  it('is refused as a ServiceAccount that is not exempt', async () => {
    expect((await label('builder', 'one', 'apiName=victim')).stderr).toContain('label apiName tells');
  });

  it('may do everything else: other labels, annotations, a debug container, an eviction', async () => {
    await expectSuccess(label('alice', 'one', 'team=blue'));
    await expectSuccess(kubectl('alice', ['annotate', 'pod', 'one', 'note=x']));
    const debug = ['debug', 'one', '--image=busybox', '--container=look', '--profile=general', '--', 'true'];
    await expectSuccess(kubectl('alice', debug));
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'one' } };
    const path = `/api/v1/namespaces/${team.namespace}/pods/one/eviction`;
    await expectSuccess(kubectl('alice', ['create', '--raw', path, '-f', '-'], JSON.stringify(eviction)));
  });

  it('may label pods that are not labeled, which enforcement sees to', async () => {
    await expectSuccess(label('alice', 'free', 'jobID=mine'));
  });
});

describe('let through are', () => {
  it.each(letThrough)('%s', async (...row) => {
    await expectSuccess(label(row[1], podOf(row), 'jobID=changed'));
    // And the operator, who puts it right again.
    await team.untilLabeled(`name=${podOf(row)}`, own);
  });

  it('controllers that make and delete pods, labels and all', async () => {
    await team.create(buildDeployment('made', { replicas: 2, labels: { app: 'made', ...own } }));
    await team.untilLabeled('app=made', own, 2);
    await team.patch('apps/v1', 'Deployment', 'made', { spec: { replicas: 0 } });
    await team.untilLabeled('app=made', own, 0);
  });
});
