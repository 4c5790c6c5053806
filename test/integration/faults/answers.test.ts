/** What the API server answers, or does not: each fault by a proxy that the operator takes for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WorkloadStatus } from '../../../src/workloads/workload.ts';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { statusBody, type Matcher, type ProxiedRequest, type Rule } from '../../support/fault-proxy.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  createTeam,
  expectOneWriteEach,
  logged,
  logOf,
  metricOf,
  proxiedKubeconfig,
  startFaultWorld,
  type FaultWorld,
  type Replica,
  type Team,
} from './world.ts';

let world: FaultWorld;
let operator: Replica;
let teams = 0;
const rules: Rule[] = [];

beforeAll(async () => {
  world = await startFaultWorld();
  operator = await world.startReplica();
  await operator.ready();
}, 120_000);
afterAll(() => world.stop());
jest.setTimeout(90_000);
afterEach(() => {
  for (const rule of rules.splice(0)) rule.lift();
  expect(operator.process.isRunning).toBe(true);
});

function inject(...args: Parameters<FaultWorld['proxy']['inject']>): Rule {
  const rule = world.proxy.inject(...args);
  rules.push(rule);
  return rule;
}

const newTeam = (): Promise<Team> => createTeam(world.controlPlane, `team-${(teams += 1)}`);
/** All pods; finished ones are watched apart. */
const isPods: Matcher = ({ path, query }) => path === '/api/v1/pods' && !query.has('fieldSelector');
const isPodWatch: Matcher = (request) => isPods(request) && request.isWatch;
const isPodList: Matcher = (request) => isPods(request) && !request.isWatch;
/** A watch or its list, of pods or of one of our kinds; what is read of one object or one namespace is not. */
const isOfWatch: Matcher = ({ method, path }) =>
  method === 'GET' && /^\/(api\/v1\/pods|apis\/cortex\.dev\/v1alpha1\/[a-z]+)$/.test(path);
const isLease: Matcher = ({ path }) => path.includes('/leases');
const patchOf =
  ({ namespace }: Team, name: string): Matcher =>
  ({ method, path }) =>
    method === 'PATCH' && path === `/api/v1/namespaces/${namespace}/pods/${name}`;

describe('a watch', () => {
  it('that is cut goes on where it was, without a new list', async () => {
    const team = await newTeam();
    await team.labeled(await team.createPods(2, 'before'));
    const [before, lists] = [(await logOf(operator)).length, world.proxy.count(isPodList)];
    expect(world.proxy.cutOpen(({ isWatch }) => isWatch)).toBeGreaterThanOrEqual(8);
    const names = await team.createPods(3, 'during');
    await team.labeled(names, 5_000);
    await expectOneWriteEach(team, ['before-0', 'before-1', ...names]);
    expect(world.proxy.count(isPodList)).toBe(lists);
    await logged(
      operator,
      { message: 'watch failed, will retry', reason: 'ConnectionReset' },
      { after: before },
    );
    await logged(operator, { message: 'watch works again', resource: 'pods' }, { after: before });
  });

  it('whose version expired, as an ERROR event says, lists again at once', async () => {
    const team = await newTeam();
    const lists = world.proxy.count(isPodList);
    const event = { type: 'ERROR', object: statusBody(410, 'Expired', 'too old resource version') };
    expect(world.proxy.endWatches(isPods, event)).toBe(1);
    const names = await team.createPods(2);
    await team.labeled(names, 3_000);
    await expectOneWriteEach(team, names);
    expect(world.proxy.count(isPodList)).toBe(lists + 1);
  });

  it('whose version expired, as the status 410 says, lists again', async () => {
    const team = await newTeam();
    const lists = world.proxy.count(isPodList);
    let gone = 0;
    inject(isPodWatch, () =>
      (gone += 1) === 1 ? { kind: 'answer', status: 410, body: statusBody(410, 'Expired') } : pass,
    );
    world.proxy.cutOpen(isPodWatch);
    const names = await team.createPods(2);
    await team.labeled(names, 8_000);
    await expectOneWriteEach(team, names);
    expect(gone).toBeGreaterThan(1);
    expect(world.proxy.count(isPodList)).toBe(lists + 1);
  });

  it('that says nothing any more loses no pod once its connection is found dead', async () => {
    const team = await newTeam();
    expect(world.proxy.silenceOpen(isPodWatch)).toBe(1);
    const names = await team.createPods(2);
    expect(await team.labelsOf('pod-0')).not.toHaveProperty('apiName');
    // The operator itself finds it dead after 70 s (test/unit/kube/reflector.test.ts); here the network does before.
    world.proxy.cutSilent();
    await team.labeled(names, 5_000);
    await expectOneWriteEach(team, names);
  });
});

const pass = { kind: 'hold', until: Promise.resolve() } as const;

describe('every answer', () => {
  it.each([
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ])('%d for a while is told, retried with patience, and leaves no pod unlabeled', async (status, reason) => {
    const team = await newTeam();
    const before = (await logOf(operator)).length;
    const rule = inject((request) => !isLease(request), {
      kind: 'answer',
      status,
      body: statusBody(status, reason),
    });
    const [begunAt, triesBefore] = [performance.now(), world.proxy.count(isOfWatch)];
    const tries = () => world.proxy.count(isOfWatch) - triesBefore;
    world.proxy.cutOpen(({ isWatch }) => isWatch);
    const names = await team.createPods(3);
    await logged(
      operator,
      { message: 'watch failed, will retry', resource: 'pods', reason },
      { after: before },
    );
    await waitFor(() => tries() >= 12, { describe: 'a second try of some watches' });
    // Nine watches, each again after 0.8 s, then 1.6 s and so on: no more than that, however slow the machine is.
    const elapsedMs = performance.now() - begunAt;
    expect(tries()).toBeLessThan(9 * Math.ceil(1 + Math.log2(1 + elapsedMs / 800)) + 4);
    rule.lift();
    // The next try comes after one and a half times all that was waited before, at most.
    await team.labeled(names, 10_000 + 1.5 * elapsedMs);
    await expectOneWriteEach(team, names);
    expect(
      await metricOf(operator, `watch_failures_total{resource="pods",reason="${reason}"}`),
    ).toBeGreaterThan(0);
  });
});

describe('a patch that is answered 429', () => {
  it.each([
    ['with seconds', () => '2', 2_000, 4_500],
    ['with an HTTP date', () => new Date(Date.now() + 3_000).toUTCString(), 1_500, 5_500],
    ['without Retry-After', () => undefined, 0, 1_500],
    ['with a Retry-After that means nothing', () => 'soon', 0, 1_500],
  ])('%s is sent again, not before it was asked for', async (_, retryAfter, atLeastMs, atMostMs) => {
    const team = await newTeam();
    let refused = 0;
    inject(patchOf(team, 'pod-0'), () => {
      const value = retryAfter();
      const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
      return (refused += 1) === 1
        ? { kind: 'answer', status: 429, headers, body: statusBody(429, 'TooManyRequests') }
        : pass;
    });
    const names = await team.createPods(1);
    await team.labeled(names);
    const [first, second, third] = world.proxy.requests.filter(patchOf(team, 'pod-0'));
    const waitedMs = at(second) - at(first);
    expect(waitedMs).toBeGreaterThanOrEqual(atLeastMs);
    expect(waitedMs).toBeLessThan(atMostMs);
    expect(third).toBeUndefined();
  });
});

function at(request: ProxiedRequest | undefined): number {
  if (!request) throw new Error('there is no such request');
  return request.at;
}

describe('one pod that can never be written', () => {
  it('does not hold up the others, is tried with growing patience, and can be found', async () => {
    const team = await newTeam();
    const before = (await logOf(operator)).length;
    const key = `${team.namespace}/pod-0`;
    const rule = inject(patchOf(team, 'pod-0'), {
      kind: 'answer',
      status: 500,
      body: statusBody(500, 'InternalError', 'etcd is out of sorts'),
    });
    const [bad = '', ...good] = await team.createPods(20);
    await team.labeled(good, 5_000);
    await waitFor(() => rule.hits >= 8, { describe: 'eight tries' });
    const line = await logged(
      operator,
      { message: 'reconcile failed, will retry', key, failures: 8 },
      { after: before },
    );
    expect(JSON.stringify(line['error'])).toContain('etcd is out of sorts');
    expect(line['retryInMs']).toBeGreaterThan(400);
    expect(rule.hits).toBeLessThan(12);
    await shows(team, 'Ready=False LabelsPending 19/20');
    expect(
      await metricOf(operator, 'controller_reconcile_total{controller="pods",result="error"}'),
    ).toBeGreaterThanOrEqual(8);
    rule.lift();
    await team.labeled([bad], 10_000);
    await expectOneWriteEach(team, [bad, ...good]);
    await shows(team, 'Ready=True Claiming 20/20');
  });
});

describe('an owner that cannot be read', () => {
  it('makes unknown what the resources of its namespace claim, until it can', async () => {
    const team = await newTeam();
    const owners = `/apis/apps/v1/namespaces/${team.namespace}/replicasets/`;
    const body = statusBody(403, 'Forbidden');
    const rule = inject(({ path }) => path.startsWith(owners), { kind: 'answer', status: 403, body });
    const names = await team.createPods(2);
    await shows(team, 'Ready=Unknown OwnersUnreadable 0/0');
    rule.lift();
    await team.labeled(names);
    await shows(team, 'Ready=True Claiming 2/2');
  });
});

/** Resolves once the status of the team's API says this. */
async function shows({ namespace }: Team, wanted: string): Promise<void> {
  const api = { apiVersion: 'cortex.dev/v1alpha1', kind: 'RealtimeAPI', namespace, name: 'api' };
  const isShown = async () => {
    const found = await world.controlPlane.admin.get<AnyObject & { status?: WorkloadStatus }>(api);
    const { conditions = [], pods } = found?.status ?? {};
    const { status, reason } = conditions.find(({ type }) => type === 'Ready') ?? {};
    expect(`Ready=${status} ${reason} ${pods?.summary}`).toBe(wanted);
    return true;
  };
  await waitFor(isShown, { describe: `a status that says ${wanted}` });
}

describe('between decision and patch', () => {
  /** Holds the first patch of `pod-0`; the returned function lets it go. */
  function holdPatch(team: Team): { readonly rule: Rule; readonly release: () => void } {
    const gate = Promise.withResolvers<undefined>();
    const rule = inject(patchOf(team, 'pod-0'), { kind: 'hold', until: gate.promise });
    return { rule, release: () => gate.resolve(undefined) };
  }

  it('a pod that went is let go without an error', async () => {
    const team = await newTeam();
    const before = (await logOf(operator)).length;
    const { rule, release } = holdPatch(team);
    await team.createPods(1);
    await waitFor(() => rule.hits === 1, { describe: 'the patch' });
    await team.deletePod('pod-0');
    release();
    await team.labeled(await team.createPods(1, 'after'));
    expect(rule.hits).toBe(1);
    expect((await logOf(operator)).slice(before).filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('a pod that another took the name of does not pass its labels on', async () => {
    const team = await newTeam();
    const { rule, release } = holdPatch(team);
    await team.createPods(1);
    await waitFor(() => rule.hits === 1, { describe: 'the patch' });
    await team.deletePod('pod-0');
    await team.createPod('pod-0', { ownerReferences: [] });
    release();
    await team.labeled(await team.createPods(1, 'after'));
    expect(await team.labelsOf('pod-0')).toEqual({ app: 'api' });
    expect(rule.hits).toBe(1);
    expect((await team.labelWrites()).has('pod-0')).toBe(false);
  });

  it('a pod that came again under its name gets its labels by a decision of its own', async () => {
    const team = await newTeam();
    const { rule, release } = holdPatch(team);
    await team.createPods(1);
    await waitFor(() => rule.hits === 1, { describe: 'the patch' });
    await team.deletePod('pod-0');
    await team.createPods(1);
    release();
    await team.labeled(['pod-0'], 5_000);
    expect(rule.hits).toBe(2);
    await expectOneWriteEach(team, ['pod-0']);
  });
});

describe('a token', () => {
  it('that the API server takes no more is read anew, and no pod is lost meanwhile', async () => {
    const team = await newTeam();
    const before = (await logOf(operator)).length;
    const old = operator.authorization;
    inject(({ authorization }) => authorization === old, {
      kind: 'answer',
      status: 401,
      body: statusBody(401, 'Unauthorized'),
    });
    world.proxy.cutOpen(({ isWatch }) => isWatch);
    const names = await team.createPods(3);
    await logged(
      operator,
      { message: 'watch failed, will retry', reason: 'Unauthorized' },
      { after: before },
    );
    await proxiedKubeconfig(world.controlPlane, world.proxy, 'operator-1');
    await team.labeled(names, 10_000);
    await expectOneWriteEach(team, names);
    expect(world.proxy.requests.at(-1)?.authorization).not.toBe(old);
  });
});
