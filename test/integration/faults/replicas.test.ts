/**
 * Replicas that are killed, stopped, frozen, or cannot write their lease, and how they end. Most of it is waiting: each
 * test has a lease and a namespace of its own, and they run side by side.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../control-plane/wait-for.ts';
import { statusBody, type Matcher } from '../../support/fault-proxy.ts';
import {
  createTeam,
  logged,
  logOf,
  metricOf,
  startFaultWorld,
  type FaultWorld,
  type Replica,
  type Team,
} from './world.ts';

const namespaces = ['killed', 'frozen', 'unwritable', 'stopped', 'full-queue', 'no-answer'] as const;
type Name = (typeof namespaces)[number];

interface Pair {
  readonly team: Team;
  readonly leader: Replica;
  readonly standby: Replica;
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

/** Replicas of one test mind one namespace. */
function flagsOf(name: Name): readonly string[] {
  const others = namespaces.filter((other) => other !== name);
  return [`--lease-name=lease-${name}`, `--excluded-namespaces=${['kube-system', ...others].join(',')}`];
}

async function startPair(name: Name): Promise<Pair> {
  const team = await createTeam(world.controlPlane, name);
  const leader = await startLeader(name);
  const standby = await world.startReplica(`${name}-2`, flagsOf(name));
  await standby.ready();
  await team.labeled(await team.createPods(2, 'before'));
  return { team, leader, standby, leaseName: `lease-${name}` };
}

async function startLeader(name: Name): Promise<Replica> {
  const leader = await world.startReplica(`${name}-1`, flagsOf(name));
  await logged(leader, { message: 'leading' });
  return leader;
}

/** When the replica began to lead, after the line number `after` of its log. */
async function ledAt(replica: Replica, timeoutMs: number, after = 0): Promise<number> {
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
    const isHeld: Matcher = ({ path, authorization }) =>
      path.endsWith('/namespaces/frozen/services') && authorization === leader.authorization;
    const rule = world.proxy.inject(isHeld, { kind: 'hold', until: gate.promise });
    await createPodOfSelector(team);
    await waitFor(() => rule.hits > 0, { describe: 'the leader to ask what selects the pod' });
    leader.process.signal('SIGSTOP');
    rule.lift();
    const during = await team.createPods(2, 'during');
    await ledAt(standby, 30_000);
    await team.labeled(during);
    await waitFor(async () => 'apiName' in ((await team.labelsOf('selected')) ?? {}), {
      describe: 'labels by the new leader on the pod that the old one was about to write',
    });
    const before = (await logOf(leader)).length;
    const patches = world.proxy.count(isPatch);
    gate.resolve(undefined);
    await waitFor(() => world.proxy.answered.some(isHeld), { describe: 'the answer to lie ready' });
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
    const rule = world.proxy.inject(
      ({ path, method, authorization }) =>
        path.endsWith(leaseName) && method === 'PUT' && authorization === leader.authorization,
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

describe('SIGTERM', () => {
  it.concurrent(
    'with a full queue lets what is in flight finish, drops the rest, and gives the lease back last',
    async () => {
      const team = await createTeam(world.controlPlane, 'full-queue');
      const leader = await startLeader('full-queue');
      const isPatch: Matcher = ({ method, path }) => method === 'PATCH' && path.includes('/full-queue/pods/');
      const gate = Promise.withResolvers<undefined>();
      const rule = world.proxy.inject(isPatch, { kind: 'hold', until: gate.promise });
      const names = await team.createPods(200);
      await waitFor(() => rule.hits === 16, { describe: 'as many patches as may be in flight' });
      const ended = leader.stop();
      await logged(leader, { message: 'stopping' });
      rule.lift();
      const releasedAt = Date.now();
      gate.resolve(undefined);
      await expect(ended).resolves.toBe(0);
      expect(Date.now() - releasedAt).toBeLessThan(6_000);
      const written = await team.labelWrites();
      expect(written.size).toBeGreaterThanOrEqual(16);
      expect(written.size).toBeLessThan(200);
      const own = world.proxy.requests.filter(({ authorization }) => authorization === leader.authorization);
      expect(own.at(-1)).toMatchObject({
        method: 'PUT',
        path: expect.stringMatching(/lease-full-queue$/) as unknown,
      });
      expect(await holderOf('lease-full-queue')).toBe('');
      await world.startReplica('full-queue-2', flagsOf('full-queue'));
      await team.labeled(names);
      await expectEachWrittenOnce(team, names);
    },
  );

  it.concurrent('while nothing answers ends in time for the kubelet', async () => {
    const team = await createTeam(world.controlPlane, 'no-answer');
    const leader = await startLeader('no-answer');
    await team.labeled(await team.createPods(1, 'before'));
    const rule = world.proxy.inject(({ authorization }) => authorization === leader.authorization, {
      kind: 'swallow',
    });
    await team.createPods(3);
    await waitFor(() => rule.hits > 1, { describe: 'requests that are swallowed' });
    const stoppedAt = Date.now();
    await expect(leader.stop()).resolves.toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(25_000);
    await logged(leader, { message: 'lease not released in time, it will run out' });
  });

  it.concurrent('for the second time ends at once, whatever is under way', async () => {
    const name = 'no-answer';
    const replica = await world.startReplica('impatient', [...flagsOf(name), '--lease-name=lease-impatient']);
    await logged(replica, { message: 'leading' });
    world.proxy.inject(({ authorization }) => authorization === replica.authorization, { kind: 'swallow' });
    replica.process.signal('SIGTERM');
    await logged(replica, { message: 'stopping' });
    const secondAt = Date.now();
    replica.process.signal('SIGTERM');
    await expect(replica.process.exited).resolves.toBe(1);
    expect(Date.now() - secondAt).toBeLessThan(2_000);
    await logged(replica, { message: 'second signal, exiting at once' });
  });
});

describe('a start', () => {
  it.concurrent(
    'with illegal names of every kind tells all of them at once and ends with code 2',
    async () => {
      const illegal = {
        'cluster-name': 'aws/prod',
        region: 'eu-west-1a',
        'log-group-name': 'a:b',
        namespace: 'Team_A',
        enforcement: 'Always',
        'lease-name': '-',
      };
      const flags = Object.entries(illegal).map(([flag, value]) => `--${flag}=${value}`);
      const replica = await world.startReplica('illegal', flags);
      await expect(replica.process.exited).resolves.toBe(2);
      const told = await replica.process.logTail(40);
      for (const flag of Object.keys(illegal)) expect(told).toContain(`--${flag}`);
    },
  );
});

/** A pod without a controller, whose reconcile reads all selectors of the namespace just before it writes. */
async function createPodOfSelector(team: Team): Promise<void> {
  await world.controlPlane.admin.create({
    apiVersion: 'cortex.dev/v1alpha1',
    kind: 'RealtimeAPI',
    metadata: { name: 'by-selector', namespace: team.namespace },
    spec: { selector: { matchLabels: { app: 'selected' } } },
  });
  await team.createPod('selected', { labels: { app: 'selected' }, ownerReferences: [] });
}
