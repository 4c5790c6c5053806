/**
 * The operator's rights: it lives a little life with all that it ever does, every request of it is in the audit log,
 * and what it was granted is what it used.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  apiVersion,
  apiKindOfJob,
  apiKinds,
  pluralOf,
  workloadKinds,
} from '../../../src/kernel/api-kinds.ts';
import { readAuditLog, readOperatorReads, type AuditEvent } from '../../control-plane/audit-log.ts';
import { KubeClient, type AnyObject } from '../../control-plane/kube-client.ts';
import { startControlPlane, type ControlPlane } from '../../control-plane/start-control-plane.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  chartFolder,
  installChart,
  startOperator,
  type RunningOperator,
} from '../../support/install-operator.ts';
import { pointWebhookAt } from '../../support/admission-stage.ts';
import { requiredValues } from './chart.ts';

const account = 'cortex-logging-operator';
const operatorNamespace = 'cortex-logging';
const user = `system:serviceaccount:${operatorNamespace}:${account}`;
const examples = join(import.meta.dirname, '../../../examples');

/** The usual audit log has no reads. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: [user] }, { level: 'None' }],
};

jest.setTimeout(120_000);

let folder: string;
let controlPlane: ControlPlane;
let namespace: string;
let operator: RunningOperator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-rights-'));
  const policyFile = join(folder, 'audit-policy.json');
  writeFileSync(policyFile, JSON.stringify(auditPolicy));
  controlPlane = await startControlPlane({ apiServerArguments: [`--audit-policy-file=${policyFile}`] });
  await installChart(controlPlane, {
    ...requiredValues,
    admission: 'Webhook',
    values: ['logGroup.create=false'],
  });
  // Nobody listens behind the Service, and no pod is to wait for it.
  await pointWebhookAt(controlPlane, 'https://127.0.0.1:9/pods');
  namespace = await controlPlane.newNamespace('rights');
});
afterAll(async () => {
  await controlPlane.stop();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  operator = await startOperator(controlPlane, {
    guard: controlPlane.guard,
    awsEndpointUrl: 'http://127.0.0.1:9',
    flags: [
      ...['--removal-grace-seconds=1', '--removal-brake-percent=100', '--resync-minutes=0.02'],
      // Certificates of some 20 s, so that they are renewed within this life.
      ...['--admission-host=127.0.0.1', '--admission-port=0', '--admission-leaf-days=0.0002'],
    ],
  });
  await operator.ready();
}

const kubectl = (...args: readonly string[]) => controlPlane.runKubectl(['-n', namespace, ...args]);

/** Makes an object in the namespace of the life. */
async function make(type: { apiVersion: string; kind: string }, name: string, rest: object): Promise<void> {
  await controlPlane.admin.create({ ...type, metadata: { name, namespace }, ...rest });
}

const container = { name: 'a', image: 'a' };
const template = (app: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [container] },
});

async function makeWorkloads(): Promise<void> {
  const claim = (app: string) => ({ spec: { selector: { matchLabels: { app } } } });
  for (const file of [
    '01-realtime-api',
    '02-async-api',
    '03-batch-api',
    '04-batch-job',
    '05-task-api-cronjob',
  ])
    await kubectl('apply', '-f', join(examples, `${file}.yaml`));
  await kubectl('create', 'job', '--from=cronjob/churn-trainer', 'by-hand');
  await make({ apiVersion, kind: 'TaskJob' }, 'a-run', { spec: { apiName: 'churn-trainer' } });
  await make({ apiVersion, kind: 'RealtimeAPI' }, 'others', claim('others'));
  const selector = { matchLabels: { app: 'others' } };
  const spec = { selector, template: template('others') };
  await make({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, 'set', { spec: { ...spec, serviceName: 'x' } });
  await make({ apiVersion: 'apps/v1', kind: 'DaemonSet' }, 'daemon', { spec });
  await make({ apiVersion: 'v1', kind: 'ReplicationController' }, 'old', {
    spec: { selector: { app: 'others' }, template: template('others') },
  });
  await controlPlane.admin.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bare', namespace, labels: { app: 'bare' } },
    spec: { containers: [container] },
  });
  await make({ apiVersion, kind: 'RealtimeAPI' }, 'bare', claim('bare'));
  await controlPlane.admin.create({
    apiVersion,
    kind: 'LogGroup',
    metadata: { name: 'transient' },
    spec: { logGroupName: 'transient', deletionPolicy: 'Delete' },
  });
  await make({ apiVersion, kind: 'AsyncAPI' }, 'disputed', claim('bare'));
}

async function identityOf(pod: string): Promise<string | undefined> {
  const found = await controlPlane.admin.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
  return found?.metadata.labels?.['apiName'];
}

type WithConditions = AnyObject & { status?: { conditions?: { type: string; status: string }[] } };

async function condition(kind: string, name: string, type: string): Promise<string | undefined> {
  const place = kind === 'LogGroup' ? { name } : { namespace, name };
  const found = await controlPlane.admin.get<WithConditions>({ apiVersion, kind, ...place });
  return found?.status?.conditions?.find((each) => each.type === type)?.status;
}

async function everyRequest(): Promise<readonly AuditEvent[]> {
  const { auditLog } = controlPlane;
  return [...(await readAuditLog(auditLog)), ...(await readOperatorReads(auditLog))];
}

/** `verb group/resource[/subresource]`; the core group's name is empty. */
type Right = string;

async function usedRights(): Promise<ReadonlySet<Right>> {
  const events = await everyRequest();
  return new Set(
    events.flatMap(({ verb, objectRef }) => {
      if (objectRef === undefined) return [];
      const { apiGroup = '', resource, subresource } = objectRef;
      return [`${verb} ${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`}`];
    }),
  );
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

async function grantedRules(): Promise<readonly Rule[]> {
  const { admin } = controlPlane;
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', name: account };
  const clusterRole = await admin.get<AnyObject & { rules: Rule[] }>({ ...rbac, kind: 'ClusterRole' });
  const role = await admin.get<AnyObject & { rules: Rule[] }>({
    ...rbac,
    kind: 'Role',
    namespace: operatorNamespace,
  });
  return [...clusterRole!.rules, ...role!.rules];
}

function rightsOf(rules: readonly Rule[]): readonly Right[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    ),
  );
}

/** Rights that this life cannot use: the API server here has no such kind, or they are used after a minute. */
function unusedHere(): readonly Right[] {
  const { ownerKinds } = parse(readFileSync(join(chartFolder, 'values.yaml'), 'utf8')) as {
    ownerKinds: { group: string; resource: string }[];
  };
  const builtIn = ['', 'apps', 'batch'];
  const foreign = ownerKinds.filter(({ group }) => !builtIn.includes(group));
  return [
    ...foreign.map(({ group, resource }) => `get ${group}/${resource}`),
    // An Event that goes on is counted on the same object, a minute after the last write at the earliest.
    'patch events.k8s.io/events',
  ];
}

describe('the operator, with the rights that the chart gives it', () => {
  it('does all that it ever does', async () => {
    await start();
    await makeWorkloads();
    const running = await controlPlane.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    expect(running.length).toBeGreaterThan(5);
    await waitFor(
      async () => {
        const pods = await controlPlane.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace });
        const unlabeled = pods.filter(({ metadata }) => metadata.labels?.['apiName'] === undefined);
        return pods.length >= 15 && unlabeled.length === 0;
      },
      { describe: 'all pods to be labeled' },
    );
    await waitFor(
      async () => {
        const claims = [
          condition('AsyncAPI', 'disputed', 'Conflict'),
          condition('RealtimeAPI', 'bare', 'Conflict'),
        ];
        return (await Promise.all(claims)).includes('True');
      },
      { describe: 'one of the two claims on the bare pod to be in conflict' },
    );
    await waitFor(() => condition('LogGroup', 'default', 'Ready'), {
      describe: 'the LogGroup that the operator made to have a status',
    });
    const transient = { apiVersion, kind: 'LogGroup', name: 'transient' };
    await waitFor(async () => (await controlPlane.admin.get(transient))?.metadata.finalizers?.length === 1, {
      describe: 'the LogGroup under deletionPolicy: Delete to have a finalizer',
    });
    for (const kind of [...apiKinds, ...Object.keys(apiKindOfJob)])
      await waitFor(
        async () => {
          const all = await controlPlane.admin.list<WithConditions>({ apiVersion, kind, namespace });
          return all.length > 0 && all.every(({ status }) => status?.conditions !== undefined);
        },
        { describe: `every ${kind} to have a status` },
      );
  });

  it('takes labels away', async () => {
    await controlPlane.admin.delete({ apiVersion, kind: 'AsyncAPI', namespace, name: 'disputed' });
    await controlPlane.admin.delete({ apiVersion, kind: 'RealtimeAPI', namespace, name: 'bare' });
    await waitFor(async () => (await identityOf('bare')) === undefined, {
      describe: 'the bare pod to lose its labels',
    });
  });

  it('leads again after a restart, by the same lease', async () => {
    expect(await operator.stop()).toBe(0);
    await start();
    await waitFor(async () => (await usedRights()).has('update coordination.k8s.io/leases'), {
      describe: 'the lease to be renewed',
    });
  });

  it('renews its certificates', async () => {
    await waitFor(async () => (await usedRights()).has('update /secrets'), {
      describe: 'a certificate to be renewed',
    });
  });

  it('is never refused anything', async () => {
    const refused = (await everyRequest()).filter(({ responseStatus }) =>
      [401, 403].includes(responseStatus?.code ?? 0),
    );
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });

  it('complains of nothing that it may not do, in its log or its metrics', async () => {
    expect(readFileSync(operator.logFile, 'utf8')).not.toMatch(/forbidden/i);
    const { body } = await operator.health('/metrics');
    expect(body).toContain('cortex_logging_watch_lists_total');
    expect(body).not.toMatch(/Forbidden/);
  });

  it('has used every right that it has, so that none is too many', async () => {
    const used = await usedRights();
    const granted = new Set(rightsOf(await grantedRules()));
    const exempt = new Set(unusedHere());
    expect([...granted].filter((right) => !used.has(right) && !exempt.has(right)).sort()).toEqual([]);
    expect([...exempt].filter((right) => !granted.has(right) || used.has(right))).toEqual([]);
  });

  it('has used no right that the chart does not give, such as one that every account has', async () => {
    const granted = new Set(rightsOf(await grantedRules()));
    const used = await usedRights();
    expect(used.size).toBeGreaterThan(30);
    expect([...used].filter((right) => !granted.has(right))).toEqual([]);
  });
});

describe('the rules', () => {
  it('have no wildcard', async () => {
    for (const rule of await grantedRules()) expect(JSON.stringify(rule)).not.toContain('*');
  });

  it('name the one namespace, registration, lease and Secret that are read by name', async () => {
    const named = (await grantedRules()).filter(({ resourceNames }) => resourceNames !== undefined);
    expect(named.map(({ resources, resourceNames }) => [...resources, ...(resourceNames ?? [])])).toEqual([
      ['namespaces', 'kube-system'],
      ['mutatingwebhookconfigurations', account],
      ['leases', account],
      ['secrets', `${account}-admission`],
    ]);
  });
});

interface Attributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

describe('the operator may not', () => {
  let asOperator: KubeClient;
  beforeAll(async () => {
    const { server, ca } = controlPlane;
    const token = await controlPlane.serviceAccountToken(operatorNamespace, account);
    asOperator = new KubeClient({ server, ca, token });
  });
  afterAll(() => asOperator.close());

  async function mayDo(resourceAttributes: Attributes): Promise<boolean> {
    const kind = 'SelfSubjectAccessReview';
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind,
      metadata: {},
      spec: { resourceAttributes },
    };
    return (await asOperator.create<{ status: { allowed: boolean } }>(review)).status.allowed;
  }

  it('… but is asked in the right way: it may patch pods', async () => {
    expect(await mayDo({ verb: 'patch', resource: 'pods', namespace: 'default' })).toBe(true);
  });

  const admission = 'admissionregistration.k8s.io';
  const rbac = 'rbac.authorization.k8s.io';
  const ours = workloadKinds.map((kind) => pluralOf[kind]);
  it.each<[sentence: string, verbs: string[], what: Omit<Attributes, 'verb'>]>([
    ['read secrets', ['get', 'list', 'watch'], { resource: 'secrets' }],
    [
      "read others' Secrets in its own namespace",
      ['get', 'list', 'watch', 'update', 'delete'],
      { resource: 'secrets', namespace: operatorNamespace },
    ],
    ['make Secrets elsewhere', ['create'], { resource: 'secrets', namespace: 'default' }],
    ['read or write config maps', ['get', 'list', 'create', 'patch'], { resource: 'configmaps' }],
    [
      'make, replace or delete pods',
      ['create', 'update', 'delete', 'deletecollection'],
      { resource: 'pods' },
    ],
    ['read a single pod with its environment', ['get'], { resource: 'pods' }],
    ['run a command in a pod', ['create', 'get'], { resource: 'pods', subresource: 'exec' }],
    ['attach to a pod', ['create', 'get'], { resource: 'pods', subresource: 'attach' }],
    ['read what pods log', ['get'], { resource: 'pods', subresource: 'log' }],
    ['evict pods', ['create'], { resource: 'pods', subresource: 'eviction' }],
    ['write the status of pods', ['patch', 'update'], { resource: 'pods', subresource: 'status' }],
    [
      'put containers into pods',
      ['patch', 'update'],
      { resource: 'pods', subresource: 'ephemeralcontainers' },
    ],
    ['read or write nodes', ['get', 'list', 'patch'], { resource: 'nodes' }],
    ['speak to kubelets', ['get', 'create'], { resource: 'nodes', subresource: 'proxy' }],
    ['list namespaces', ['list', 'watch'], { resource: 'namespaces' }],
    ['read a namespace but kube-system', ['get'], { resource: 'namespaces', name: 'default' }],
    ['write namespaces', ['create', 'patch', 'delete'], { resource: 'namespaces', name: 'kube-system' }],
    [
      'write deployments',
      ['create', 'patch', 'update', 'delete'],
      { group: 'apps', resource: 'deployments' },
    ],
    ['scale', ['patch', 'update'], { group: 'apps', resource: 'deployments', subresource: 'scale' }],
    ['write jobs', ['create', 'patch', 'delete'], { group: 'batch', resource: 'jobs' }],
    ['write services', ['create', 'patch', 'delete'], { resource: 'services' }],
    ['take tokens of accounts', ['create'], { resource: 'serviceaccounts', subresource: 'token' }],
    ['act as somebody else', ['impersonate'], { resource: 'users' }],
    ['act as another account', ['impersonate'], { resource: 'serviceaccounts' }],
    ['give itself roles', ['create', 'patch', 'bind', 'escalate'], { group: rbac, resource: 'clusterroles' }],
    ['bind roles', ['create', 'patch'], { group: rbac, resource: 'clusterrolebindings' }],
    [
      'write admission policies',
      ['create', 'patch', 'delete'],
      { group: admission, resource: 'validatingadmissionpolicies' },
    ],
    [
      'write admission webhooks',
      ['create', 'update', 'delete'],
      { group: admission, resource: 'mutatingwebhookconfigurations' },
    ],
    [
      "patch others' admission webhooks",
      ['get', 'patch'],
      { group: admission, resource: 'mutatingwebhookconfigurations', name: 'other' },
    ],
    [
      'write mutating policies',
      ['create', 'patch', 'delete'],
      { group: admission, resource: 'mutatingadmissionpolicies' },
    ],
    [
      'write CRDs',
      ['create', 'patch', 'delete'],
      { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
    ],
    ...ours.map((resource): [string, string[], Omit<Attributes, 'verb'>] => [
      `change or delete ${resource}, which belong to their users`,
      ['patch', 'update', 'delete'],
      { group: 'cortex.dev', resource },
    ]),
    // Finalizers need the right to patch, which a policy confines to them: test/integration/policies.
    ['delete log groups', ['update', 'delete'], { group: 'cortex.dev', resource: pluralOf.LogGroup }],
    ['delete Events', ['delete', 'deletecollection'], { group: 'events.k8s.io', resource: 'events' }],
    [
      'touch the lease of somebody else',
      ['get', 'update', 'delete'],
      { group: 'coordination.k8s.io', resource: 'leases', namespace: operatorNamespace, name: 'other' },
    ],
    [
      'touch leases of another namespace',
      ['create', 'get', 'update'],
      { group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system', name: account },
    ],
  ])('%s', async (_sentence, verbs, what) => {
    for (const verb of verbs)
      expect({ verb, may: await mayDo({ verb, ...what }) }).toEqual({ verb, may: false });
  });
});
