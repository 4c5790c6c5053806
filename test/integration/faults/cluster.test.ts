/** What happens to the cluster itself: the API server goes away, rights are withdrawn, CRDs come and go. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { pluralOf } from '../../../src/kernel/api-kinds.ts';
import type { WorkloadStatus } from '../../../src/workloads/workload.ts';
import { copiesOf, deleteObjects, putObjects, untilCached } from '../../control-plane/etcd-objects.ts';
import type { AnyObject, Manifest } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { statusBody, type Matcher } from '../../support/fault-proxy.ts';
import type { RunningOperator } from '../../support/install-operator.ts';
import {
  createTeam,
  expectOneWriteEach,
  logged,
  logOf,
  metricOf,
  startFaultWorld,
  type FaultWorld,
  type Team,
} from './world.ts';

const crdFile = join(import.meta.dirname, '../../../deploy/kubectl/crds.yaml');
const plurals = Object.values(pluralOf);
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  name: 'cortex-logging-operator',
};

let world: FaultWorld;
let operator: RunningOperator;
let teams = 0;

/** The operator starts before its CRDs are there. */
beforeAll(async () => {
  world = await startFaultWorld();
  await Promise.all(plurals.map(deleteCrd));
  operator = await world.startReplica();
}, 120_000);
afterAll(() => world.stop());
afterEach(async () => {
  expect(operator.process.isRunning).toBe(true);
  await world.controlPlane.startApiServer();
});
jest.setTimeout(90_000);

function crd(plural: string) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: `${plural}.cortex.dev`,
  };
}

/** A kind that was just installed may take a moment to be served. */
const newTeam = (): Promise<Team> =>
  waitFor(() => createTeam(world.controlPlane, `team-${(teams += 1)}`), { describe: 'a team' });

/**
 * The API server takes five seconds for it, and ten and twenty more each time that it cannot list the objects: as long
 * as the kind is new and not served yet.
 */
async function deleteCrd(plural: string): Promise<void> {
  const { admin } = world.controlPlane;
  const isServed = () => admin.request('GET', `/apis/cortex.dev/v1alpha1/${plural}`);
  await waitFor(isServed, { describe: `${plural} to be served` });
  await admin.delete(crd(plural));
  await waitFor(async () => (await admin.get(crd(plural))) === undefined, {
    describe: `the CRD of ${plural} to be gone`,
    timeoutMs: 60_000,
  });
}

/** As it was read, without what the server adds. */
function again({ metadata: { name, labels }, ...rest }: AnyObject): Manifest {
  return { ...rest, metadata: { name, labels } } as Manifest;
}

const namesMissing = [
  /watch-realtimeapis failed: .*404 NotFound.*is its CRD installed\?/,
  /watch-loggroups failed: .*404 NotFound.*is its CRD installed\?/,
  /\[\+\]watch-pods ok/,
];

describe('CRDs', () => {
  it('that are installed after the operator are named by readiness until then, and used without a restart', async () => {
    const { status } = await waitFor(
      async () => {
        const readiness = await operator.health('/readyz');
        return namesMissing.every((wanted) => wanted.test(readiness.body)) && readiness;
      },
      { describe: 'readiness to name what is missing, and nothing else' },
    );
    expect(status).toBe(503);
    await world.controlPlane.runKubectl(['create', '-f', crdFile]);
    const team = await newTeam();
    await team.labeled(await team.createPods(3));
    await operator.ready();
  });

  it('that are deleted and come back take no label away, and give labels again', async () => {
    const { admin } = world.controlPlane;
    const team = await newTeam();
    const old = await team.createPods(3, 'old');
    await team.labeled(old);
    const before = (await logOf(operator)).length;
    const deleted = await admin.get(crd('realtimeapis'));
    await deleteCrd('realtimeapis');
    const told = { message: 'watch failed, will retry', resource: 'realtimeapis', reason: 'NotFound' };
    await logged(operator, told, { after: before });
    await admin.create(again(deleted as AnyObject));
    const works = { message: 'watch works again', resource: 'realtimeapis' };
    await logged(operator, works, { after: before });
    const other = await newTeam();
    await other.labeled(await other.createPods(2));
    await team.labeled(old);
    await expectOneWriteEach(team, old);
  });
});

describe('rights', () => {
  it('that are withdrawn are named, and what they kept from labels gets them once they are back', async () => {
    const { admin } = world.controlPlane;
    const team = await newTeam();
    const before = (await logOf(operator)).length;
    const withdrawn = await admin.get(binding);
    await admin.delete(binding);
    // The watches that are open stay open: it is the patch that is refused first.
    const names = await team.createPods(5);
    const error = /needs verb (patch on pods|get on replicasets.apps)/;
    await logged(operator, { message: 'reconcile failed, will retry', error }, { after: before });
    world.proxy.cutOpen(({ isWatch }) => isWatch);
    const told = { message: 'watch failed, will retry', resource: 'pods', reason: 'Forbidden' };
    const line = await logged(operator, told, { after: before });
    expect(line['problem']).toContain('needs verb watch on pods');
    await admin.create(again(withdrawn as AnyObject));
    await team.labeled(names);
    await expectOneWriteEach(team, names);
    await operator.ready();
  });
});

describe('the API server', () => {
  it('that restarts in order costs no pod, and no second write', async () => {
    const team = await newTeam();
    const old = await team.createPods(2, 'before');
    await team.labeled(old);
    await expectOneWriteEach(team, old);
    await world.controlPlane.restartApiServer();
    const names = await team.createPods(3, 'after');
    await team.labeled(names);
    await expectOneWriteEach(team, [...old, ...names]);
    await operator.ready();
  });

  it('that is killed and stays away longer than a lease lives is waited for, without a restart', async () => {
    const team = await newTeam();
    const old = await team.createPods(2, 'before');
    await team.labeled(old);
    await expectOneWriteEach(team, old);
    const before = (await logOf(operator)).length;
    await world.controlPlane.stopApiServer('SIGKILL');
    await logged(operator, { message: 'leadership lost' }, { after: before });
    const problem = /watch-pods failed: .*(API server|connection)/;
    await waitFor(async () => problem.test((await operator.health('/readyz')).body), {
      describe: 'readiness to say that the API server is away',
    });
    expect(await metricOf(operator, 'leader_election_is_leader')).toBe(0);
    await world.controlPlane.startApiServer();
    const names = await team.createPods(3, 'after');
    await team.labeled(names);
    await logged(operator, { message: 'leading' }, { after: before });
    await expectOneWriteEach(team, [...old, ...names]);
    await operator.ready();
  });
});

describe('ten thousand pods that are deleted while the operator is cut off', () => {
  it.each([
    ['goes on where it was', 'cut', 0],
    ['has expired', 'expired', 1],
  ] as const)('are forgotten, and no other is, when the watch %s', async (_, end, lists) => {
    const { admin, etcd } = world.controlPlane;
    const team = await newTeam();
    const { namespace } = team;
    const kept = await team.createPods(20, 'kept');
    await team.labeled(kept);
    const writesBefore = await writesBesideOf(team);
    const labeledBefore = await metricOf(operator, 'pods_labeled');

    const labeledPod = await admin.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'kept-0' });
    const old = copiesOf(
      labeledPod as AnyObject,
      Array.from({ length: 10_000 }, (__, index) => `old-${index}`),
    );
    const connect = disconnect('expired');
    await putObjects(etcd, 'pods', old);
    connect();
    const areKnown = async () => (await metricOf(operator, 'pods_labeled')) >= labeledBefore + old.length;
    await waitFor(async () => (await areKnown()) && world.proxy.open(isPodWatch) === 1, {
      describe: 'the operator to count all pods as labeled, and to watch',
    });

    const listsBefore = world.proxy.count(isPodList);
    const reconnect = disconnect(end);
    expect(await deleteObjects(etcd, 'pods', { namespace, namePrefix: 'old-' })).toBe(old.length);
    const born = [...(await team.createPods(20, 'new')), ...(await team.createPods(3, 'old'))];
    await untilCached(admin, 'pods', { namespace, name: 'new-0' });
    const pods = await admin.list({ apiVersion: 'v1', kind: 'Pod' });
    expect(pods.filter(({ metadata }) => metadata.namespace === namespace)).toHaveLength(43);
    reconnect();
    await team.labeled([...kept, ...born]);
    await untilCounted(team, { watched: pods.length, ofTeam: '43/43' });
    expect(world.proxy.count(isPodList) - listsBefore).toBe(lists);

    const after = await team.createPods(3, 'after');
    await team.labeled(after);
    await expectOneWriteEach(team, [...kept, ...born, ...after]);
    // Counts in statuses, every two seconds at most, and some Events: nothing that grows with the pods.
    expect((await writesBesideOf(team)) - writesBefore).toBeLessThan(100);
  });
});

/** All pods; finished ones are watched apart. */
const isPods: Matcher = ({ path, query }) => path === '/api/v1/pods' && !query.has('fieldSelector');
const isPodWatch: Matcher = (request) => isPods(request) && request.isWatch;
/** One for each list, however many pages it has. */
const isPodList: Matcher = (request) => isPods(request) && !request.isWatch && !request.query.has('continue');

/** Nothing but the lease gets through until the returned function is called. Watches are cut, or pods' expired. */
function disconnect(end: 'cut' | 'expired'): () => void {
  const { proxy } = world;
  const gate = Promise.withResolvers<undefined>();
  const rule = proxy.inject(({ path }) => !path.includes('/leases'), { kind: 'hold', until: gate.promise });
  const event = { type: 'ERROR', object: statusBody(410, 'Expired', 'too old resource version') };
  if (end === 'expired') proxy.endWatches(({ path }) => path === '/api/v1/pods', event);
  proxy.cutOpen(({ isWatch }) => isWatch);
  return () => {
    rule.lift();
    gate.resolve(undefined);
  };
}

/** Metrics and statuses tell this, and agree on the labeled pods of all teams. */
async function untilCounted(
  { namespace }: Team,
  { watched, ofTeam }: { readonly watched: number; readonly ofTeam: string },
): Promise<void> {
  const query = { apiVersion: 'cortex.dev/v1alpha1', kind: 'RealtimeAPI' };
  const counted = async () => {
    const apis = await world.controlPlane.admin.list<AnyObject & { status?: WorkloadStatus }>(query);
    const own = apis.find(({ metadata }) => metadata.namespace === namespace);
    expect({
      watched: await metricOf(operator, 'watch_objects{resource="pods"}'),
      labeled: await metricOf(operator, 'pods_labeled'),
      ofTeam: own?.status?.pods?.summary,
    }).toEqual({
      watched,
      labeled: apis.reduce((sum, { status }) => sum + (status?.pods?.labeled ?? 0), 0),
      ofTeam,
    });
    return true;
  };
  await waitFor(counted, { describe: 'the operator to count what is there' });
}

/** How much the operator has tried to write, refused or not, beside its lease and the pods of the team. */
async function writesBesideOf({ namespace }: Team): Promise<number> {
  const events = await world.controlPlane.auditEvents();
  return events.filter(
    ({ user, objectRef }) =>
      user.username.endsWith(':cortex-logging-operator') &&
      objectRef?.resource !== 'leases' &&
      !(objectRef?.resource === 'pods' && objectRef.namespace === namespace),
  ).length;
}
