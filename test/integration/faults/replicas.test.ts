/** Replicas that are killed, stopped, frozen, or cannot write their lease: each pair of them with a lease of its own. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../control-plane/wait-for.ts';
import { statusBody, type Matcher } from '../../support/fault-proxy.ts';
import type { RunningOperator } from '../../support/install-operator.ts';
import { createTeam, logged, logOf, metricOf, startFaultWorld, type FaultWorld, type Team } from './world.ts';

const namespaces = ['killed', 'frozen', 'unwritable', 'stopped'] as const;
type Name = (typeof namespaces)[number];

interface Pair {
  readonly team: Team;
  readonly leader: RunningOperator;
  readonly standby: RunningOperator;
  readonly leaseName: string;
}

let world: FaultWorld;

beforeAll(async () => {
  world = await startFaultWorld();
  await allowLeases(world);
}, 120_000);
afterAll(() => world.stop());
jest.setTimeout(90_000);

/** The chart allows the one lease that it names. */
async function allowLeases({ controlPlane: { admin } }: FaultWorld): Promise<void> {
  const metadata = { name: 'all-leases', namespace: 'cortex-logging' };
  const rules = [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  ];
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules });
  await admin.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'all-leases' },
    subjects: [{ kind: 'ServiceAccount', name: 'cortex-logging-operator', namespace: 'cortex-logging' }],
  });
}

/** Each pair minds one namespace, so that pairs can be tested side by side. */
async function startPair(name: Name): Promise<Pair> {
  const leaseName = `lease-${name}`;
  const others = namespaces.filter((other) => other !== name);
  const flags = ['--lease-name', leaseName, '--excluded-namespaces', ['kube-system', ...others].join(',')];
  const team = await createTeam(world.controlPlane, name);
  const leader = await world.startReplica(`${name}-1`, { flags });
  await logged(leader, { message: 'leading' });
  const standby = await world.startReplica(`${name}-2`, { flags });
  await standby.ready();
  await team.labeled(await team.createPods(2, 'before'));
  return { team, leader, standby, leaseName };
}

/** When the replica began to lead, after the line number `after` of its log. */
async function ledAt(replica: RunningOperator, timeoutMs: number, after = 0): Promise<number> {
  const { time } = await logged(replica, { message: 'leading' }, { timeoutMs, after });
  return Date.parse(time);
}

async function expectEachWrittenOnce(team: Team, names: readonly string[]): Promise<void> {
  await waitFor(async () => (await team.labelWrites()).size >= names.length, { describe: 'the audit log' });
  expect(new Set((await team.labelWrites()).values())).toEqual(new Set([1]));
}

async function holderOf(leaseName: string): Promise<string | undefined> {
  const lease = await world.controlPlane.admin.get<{ spec: { holderIdentity?: string } }>({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: 'cortex-logging',
    name: leaseName,
  });
  return lease?.spec.holderIdentity;
}

describe('of two replicas', () => {
  it.concurrent('the standby leads within the life of a lease when the leader is killed', async () => {
    const { team, leader, standby } = await startPair('killed');
    const killedAt = Date.now();
    await leader.stop('SIGKILL');
    const names = await team.createPods(3, 'during');
    const tookMs = (await ledAt(standby, 30_000)) - killedAt;
    expect(tookMs).toBeGreaterThan(10_000);
    expect(tookMs).toBeLessThan(22_000);
    await team.labeled(names);
    await expectEachWrittenOnce(team, ['before-0', 'before-1', ...names]);
  });

  it.concurrent('a leader that was frozen writes nothing when it wakes up, and stands by', async () => {
    const { team, leader, standby, leaseName } = await startPair('frozen');
    const isPatch: Matcher = ({ method, path }) =>
      method === 'PATCH' && path.includes('/namespaces/frozen/pods/');
    const gate = Promise.withResolvers<undefined>();
    const rule = world.proxy.inject(
      ({ method, path }) => method === 'GET' && path.includes('/namespaces/frozen/'),
      { kind: 'hold', until: gate.promise },
    );
    await waitForOwnerRead(team);
    leader.process.signal('SIGSTOP');
    rule.lift();
    const during = await team.createPods(2, 'during');
    await ledAt(standby, 30_000);
    await team.labeled([...during]);
    const before = (await logOf(leader)).length;
    const patches = world.proxy.count(isPatch);
    gate.resolve(undefined);
    leader.process.signal('SIGCONT');
    await logged(leader, { message: 'leadership lost' }, { after: before });
    await waitFor(async () => (await metricOf(leader, 'leader_election_is_leader')) === 0, {
      describe: 'the frozen leader to know',
    });
    const after = await team.createPods(2, 'after');
    await team.labeled(after);
    expect(world.proxy.count(isPatch)).toBe(patches + after.length);
    expect(await holderOf(leaseName)).toBe('frozen-2');
    expect(leader.process.isRunning).toBe(true);
  });

  it.concurrent('a leader that may not write its lease says so and gives way', async () => {
    const { team, leader, standby, leaseName } = await startPair('unwritable');
    const token = world.proxy.requests.filter(
      ({ path, method }) => path.endsWith(leaseName) && method === 'PUT',
    )[0];
    const rule = world.proxy.inject(
      ({ path, method, authorization }) =>
        path.endsWith(leaseName) && method === 'PUT' && authorization === token?.authorization,
      { kind: 'answer', status: 403, body: statusBody(403, 'Forbidden', 'leases are forbidden') },
    );
    const refusedAt = Date.now();
    const warned = await logged(leader, { message: 'lease could not be read or written, will retry' });
    expect(JSON.stringify(warned['error'])).toContain('leases are forbidden');
    const { time: lost } = await logged(leader, { message: 'leadership lost' });
    expect(Date.parse(lost) - refusedAt).toBeLessThan(12_000);
    const led = await ledAt(standby, 30_000);
    expect(led).toBeGreaterThan(Date.parse(lost));
    const names = await team.createPods(3, 'after');
    await team.labeled(names);
    await expectEachWrittenOnce(team, ['before-0', 'before-1', ...names]);
    rule.lift();
    expect(leader.process.isRunning).toBe(true);
  });

  it.concurrent('the standby leads at once when the leader is told to stop', async () => {
    const { team, leader, standby, leaseName } = await startPair('stopped');
    const stoppedAt = Date.now();
    await expect(leader.stop()).resolves.toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    const tookMs = (await ledAt(standby, 15_000)) - stoppedAt;
    expect(tookMs).toBeLessThan(7_000);
    const names = await team.createPods(3, 'after');
    await team.labeled(names);
    expect(await holderOf(leaseName)).toBe('stopped-2');
    await expectEachWrittenOnce(team, ['before-0', 'before-1', ...names]);
  });
});

/** A reconcile of the leader is under way: it waits for the answer about the pod's owner. */
async function waitForOwnerRead(team: Team): Promise<void> {
  const uid = crypto.randomUUID();
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'unread', uid, controller: true };
  await team.createPod('held', { ownerReferences: [owner] });
  await waitFor(() => world.proxy.count(({ path }) => path.endsWith('/frozen/replicasets/unread')) > 0, {
    describe: 'the leader to ask for the owner',
  });
}
