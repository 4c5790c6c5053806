/** What happens to the cluster itself: the API server goes away, rights are withdrawn, CRDs come and go. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { pluralOf } from '../../../src/kernel/api-kinds.ts';
import type { AnyObject, Manifest } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import type { RunningOperator } from '../../support/install-operator.ts';
import { createTeam, logged, logOf, metricOf, startFaultWorld, type FaultWorld, type Team } from './world.ts';

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

/** The API server takes five seconds for it. */
async function deleteCrd(plural: string): Promise<void> {
  const { admin } = world.controlPlane;
  await admin.delete(crd(plural));
  await waitFor(async () => (await admin.get(crd(plural))) === undefined, {
    describe: `the CRD of ${plural} to be gone`,
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
    expect([...(await team.labelWrites()).values()]).toEqual([1, 1, 1]);
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
    expect([...(await team.labelWrites()).values()]).toEqual(names.map(() => 1));
    await operator.ready();
  });
});

describe('the API server', () => {
  it('that restarts in order costs no pod, and no second write', async () => {
    const team = await newTeam();
    await team.labeled(await team.createPods(2, 'before'));
    await world.controlPlane.restartApiServer();
    const names = await team.createPods(3, 'after');
    await team.labeled(names);
    expect([...(await team.labelWrites()).values()]).toEqual([1, 1, 1, 1, 1]);
    await operator.ready();
  });

  it('that is killed and stays away longer than a lease lives is waited for, without a restart', async () => {
    const team = await newTeam();
    await team.labeled(await team.createPods(2, 'before'));
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
    expect([...(await team.labelWrites()).values()]).toEqual([1, 1, 1, 1, 1]);
    await operator.ready();
  });
});

describe('a thousand pods that are deleted while the operator is cut off', () => {
  it('are forgotten, and the ones that came instead get their labels', async () => {
    const { admin } = world.controlPlane;
    const team = await newTeam();
    const old = await team.createPods(1_000, 'old');
    await team.labeled(old, 60_000);
    const labeledElsewhere = (await metricOf(operator, 'pods_labeled')) - old.length;
    const rule = world.proxy.inject(({ path }) => !path.includes('/leases'), { kind: 'cut' });
    world.proxy.cutOpen(({ isWatch }) => isWatch);
    await admin.request('DELETE', `/api/v1/namespaces/${team.namespace}/pods`);
    const names = await team.createPods(20, 'new');
    rule.lift();
    await team.labeled(names);
    await waitFor(
      async () => (await metricOf(operator, 'pods_labeled')) === labeledElsewhere + names.length,
      {
        describe: 'the deleted pods to be forgotten',
      },
    );
    const held = await admin.list({ apiVersion: 'v1', kind: 'Pod' });
    expect(await metricOf(operator, 'watch_objects{resource="pods"}')).toBe(held.length);
    const writes = [...(await team.labelWrites()).values()];
    expect(writes).toHaveLength(1_020);
    expect(Math.max(...writes)).toBe(1);
  });
});
