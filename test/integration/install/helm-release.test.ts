/** A release's life on a control plane of its own: installed, installed again, upgraded, uninstalled. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { apiVersion, pluralOf } from '../../../src/kernel/api-kinds.ts';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import { startControlPlane, type ControlPlane } from '../../control-plane/start-control-plane.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { buildPod, buildReplicaSet, ownedBy } from '../../support/build-manifests.ts';
import { chartFolder } from '../../support/install-operator.ts';
import { requiredValues } from './chart.ts';

const namespace = 'cortex-logging';
const release = 'cortex-logging';
const crdKind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const crdNames = Object.values(pluralOf).map((plural) => `${plural}.cortex.dev`);
const logGroup = { apiVersion, kind: 'LogGroup', name: 'default' };
const operator = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name: 'cortex-logging-operator',
};

jest.setTimeout(120_000);

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await controlPlane.admin.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels },
  });
});
afterAll(() => controlPlane.stop());

async function helm(...args: readonly string[]): Promise<CommandResult> {
  const place = ['--kubeconfig', controlPlane.kubeconfig, '--namespace', namespace];
  return runCommand(controlPlane.helm, [...args, ...place]);
}

async function helmWith(command: string, values: object = {}): Promise<CommandResult> {
  const set = Object.entries({ ...requiredValues, ...values }).flatMap(([key, value]) => [
    '--set',
    `${key}=${value}`,
  ]);
  return helm(command, release, chartFolder, ...set);
}

async function succeeds(attempt: Promise<CommandResult>): Promise<string> {
  const { exitCode, stdout, stderr } = await attempt;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

async function fails(attempt: Promise<CommandResult>): Promise<string> {
  const { exitCode, stderr } = await attempt;
  expect(exitCode).not.toBe(0);
  return stderr;
}

async function generations(): Promise<Readonly<Record<string, unknown>>> {
  const { admin } = controlPlane;
  const [deployed, group, role] = await Promise.all([
    admin.get(operator),
    admin.get(logGroup),
    admin.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: operator.name }),
  ]);
  return {
    deployment: deployed?.metadata.generation,
    logGroup: group?.metadata.generation,
    role: role?.metadata.resourceVersion,
  };
}

const podsOfOperator = () =>
  controlPlane.admin.list<AnyObject & { status: { phase: string } }>({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    labelSelector: 'app.kubernetes.io/component=operator',
  });

describe('helm install', () => {
  it('tells what to look at, and what is not set', async () => {
    const notes = await succeeds(helmWith('install', { 'logGroup.retentionInDays': 30 }));
    expect(notes).toContain('Cortex Logging labels the pods of cluster my-cluster');
    expect(notes).toContain('its log group is my-cluster in eu-west-1');
    expect(notes).toContain('serviceAccount.roleARN is not set');
    expect(notes).not.toContain('No retention is set');
  });

  it('brings the operator up in a namespace of restricted Pod Security', async () => {
    await waitFor(
      async () => {
        const phases = (await podsOfOperator()).map(({ status }) => status.phase);
        return phases.join() === 'Running,Running';
      },
      { describe: 'two pods of the operator to run' },
    );
  });

  it('did so because its pods are restricted, and not because nobody looked', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'careless', namespace },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    };
    await expect(controlPlane.admin.create(pod)).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it('declares the log group', async () => {
    expect((await controlPlane.admin.get(logGroup))?.['spec']).toMatchObject({
      logGroupName: 'my-cluster',
      retentionInDays: 30,
    });
  });
});

describe('helm upgrade', () => {
  it('with the same values changes nothing', async () => {
    const before = await generations();
    expect(Object.values(before).filter(Boolean)).toHaveLength(3);
    await succeeds(helmWith('upgrade', { 'logGroup.retentionInDays': 30 }));
    expect(await generations()).toEqual(before);
  });

  it('changes what the values change', async () => {
    await succeeds(helmWith('upgrade', { 'logGroup.retentionInDays': 60, logLevel: 'debug' }));
    expect((await controlPlane.admin.get(logGroup))?.['spec']).toMatchObject({ retentionInDays: 60 });
    expect(JSON.stringify(await controlPlane.admin.get(operator))).toContain('--log-level=debug');
  });

  it('to another cluster name is refused by the log group, which keeps its name', async () => {
    const message = await fails(helmWith('upgrade', { clusterName: 'other-cluster' }));
    expect(message).toContain("logGroupName cannot change, it is 'my-cluster'");
    await succeeds(helmWith('upgrade'));
  });
});

describe('helm upgrade over CRDs of another edition', () => {
  const older = { ...crdKind, name: 'batchjobs.cortex.dev' };
  let remedy: string;

  it('is refused, and told which they are and what to do', async () => {
    await controlPlane.admin.patch(older, { metadata: { annotations: { 'cortex.dev/schema': 'older' } } });
    const message = await fails(helmWith('upgrade'));
    expect(message).toContain('the cluster has other CRDs than this chart (batchjobs.cortex.dev)');
    expect(message).toContain('Helm never upgrades CRDs');
    remedy = /run `([^`]+)` first/.exec(message)?.[1] ?? '';
    expect(remedy).toContain('helm show crds <this chart>');
  });

  it('can be forced', async () => {
    await succeeds(helmWith('upgrade', { 'crds.mustMatch': false }));
  });

  it('is taken after the command that the message names', async () => {
    const [show = '', apply = ''] = remedy.replace('<this chart>', chartFolder).split(' | ');
    const crds = await runCommand(controlPlane.helm, show.split(' ').slice(1));
    await controlPlane.runKubectl(apply.split(' ').slice(1), crds.stdout);
    await succeeds(helmWith('upgrade'));
  });

  it('is refused also where the edition is not written, as in a CRD from somewhere else', async () => {
    await controlPlane.admin.patch(older, { metadata: { annotations: { 'cortex.dev/schema': null } } });
    expect(await fails(helmWith('upgrade'))).toContain('(batchjobs.cortex.dev)');
    await controlPlane.runKubectl(
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      (await runCommand(controlPlane.helm, ['show', 'crds', chartFolder])).stdout,
    );
  });
});

describe('helm upgrade to labels by policy', () => {
  const inDefault = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'default', name: 'absent' };
  const policyMode = { 'admission.mode': 'Policy' };

  it('is refused while a controller stands there that would make pods without end, and names it', async () => {
    const matchExpressions = [{ key: 'apiName', operator: 'DoesNotExist' }];
    const selector = { matchLabels: { app: 'absent' }, matchExpressions };
    const { metadata, ...rest } = buildReplicaSet('absent', { selector, replicas: 0 });
    await controlPlane.admin.create({ ...rest, metadata: { ...metadata, namespace: 'default' } });
    expect(await fails(helmWith('upgrade', policyMode))).toContain(
      'so that pods would be made without end: ReplicaSet default/absent; take apiName, apiKind and jobID out of their selectors',
    );
    await controlPlane.admin.delete(inDefault);
  });

  it('labels pods at birth while no operator runs, and takes the webhook away', async () => {
    await succeeds(helmWith('upgrade', policyMode));
    const metadata = { name: 'by-policy', namespace: 'default' };
    const spec = { selector: { matchLabels: { app: 'by-policy' } } };
    await controlPlane.admin.create({ apiVersion, kind: 'RealtimeAPI', metadata, spec });
    const owner = await controlPlane.admin.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const pod = buildPod('by-policy', ownedBy(owner));
    const path = '/api/v1/namespaces/default/pods?dryRun=All';
    await waitFor(
      async () => {
        const born = await controlPlane.admin.request('POST', path, pod);
        return born.metadata.labels?.['apiName'] === 'by-policy';
      },
      { describe: 'a pod to be labeled at birth', timeoutMs: 60_000 },
    );
    const webhooks = ['get', 'mutatingwebhookconfigurations', '--output=name'];
    expect(await controlPlane.runKubectl(webhooks)).toBe('');
  });

  it('can be undone', async () => {
    await succeeds(helmWith('upgrade'));
    const policies = ['get', 'mutatingadmissionpolicies,mutatingadmissionpolicybindings', '--output=name'];
    expect(await controlPlane.runKubectl(policies)).toBe('');
  });
});

describe('helm uninstall', () => {
  const api = { apiVersion, kind: 'RealtimeAPI', namespace: 'default', name: 'text-generator' };
  const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'labeled' };
  const labels = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };

  beforeAll(async () => {
    const spec = { selector: { matchLabels: { app: 'x' } } };
    await controlPlane.admin.create({
      ...api,
      metadata: { name: api.name, namespace: api.namespace },
      spec,
    });
    await controlPlane.admin.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod.name, namespace: pod.namespace, labels },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    });
    const { stdout } = await helm('uninstall', release, '--wait');
    expect(stdout).toContain('uninstalled');
  });

  it('takes the operator and its rights away', async () => {
    expect(await controlPlane.admin.get(operator)).toBeUndefined();
    const left = await controlPlane.runKubectl([
      'get',
      'clusterrole,clusterrolebinding,role,rolebinding,serviceaccount,poddisruptionbudget,validatingadmissionpolicy',
      '--all-namespaces',
      '--selector=app.kubernetes.io/name=cortex-logging',
      '--output=name',
    ]);
    expect(left).toBe('');
    await waitFor(async () => (await podsOfOperator()).length === 0, {
      describe: "the operator's pods to go",
    });
  });

  it('leaves the CRDs', async () => {
    for (const name of crdNames) expect(await controlPlane.admin.get({ ...crdKind, name })).toBeDefined();
  });

  it('leaves the declaration of the log group, and so the log group', async () => {
    const left = await controlPlane.admin.get(logGroup);
    expect(left?.['spec']).toMatchObject({ logGroupName: 'my-cluster' });
    expect(left?.metadata['deletionTimestamp' as keyof typeof left.metadata]).toBeUndefined();
  });

  it('leaves APIs, and the labels of pods', async () => {
    expect(await controlPlane.admin.get(api)).toBeDefined();
    expect((await controlPlane.admin.get(pod))?.metadata.labels).toMatchObject(labels);
  });

  it('can be undone by installing again, which takes the log group over', async () => {
    await succeeds(helmWith('install', { 'logGroup.retentionInDays': 90 }));
    expect((await controlPlane.admin.get(logGroup))?.['spec']).toMatchObject({ retentionInDays: 90 });
  });
});
