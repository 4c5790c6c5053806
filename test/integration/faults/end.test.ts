/** How the operator ends: by signals, with work in hand, and before it has begun. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../control-plane/wait-for.ts';
import type { Matcher } from '../../support/fault-proxy.ts';
import { createTeam, logged, startFaultWorld, type FaultWorld } from './world.ts';

let world: FaultWorld;

beforeAll(async () => {
  world = await startFaultWorld();
}, 120_000);
afterEach(() => world.stopReplicas());
afterAll(() => world.stop());
jest.setTimeout(90_000);

const isPatchIn =
  (namespace: string): Matcher =>
  ({ method, path }) =>
    method === 'PATCH' && path.startsWith(`/api/v1/namespaces/${namespace}/pods/`);

describe('SIGTERM with a full queue', () => {
  it('lets what is in flight finish, drops the rest for the next leader, and gives the lease back last', async () => {
    const team = await createTeam(world.controlPlane, 'full-queue');
    const operator = await world.startReplica('full-queue');
    await logged(operator, { message: 'leading' });
    const gate = Promise.withResolvers<undefined>();
    const rule = world.proxy.inject(isPatchIn('full-queue'), { kind: 'hold', until: gate.promise });
    const names = await team.createPods(200);
    await waitFor(() => rule.hits === 16, { describe: 'as many patches as may be in flight' });
    const ended = operator.stop();
    await logged(operator, { message: 'stopping' });
    rule.lift();
    gate.resolve(undefined);
    const releasedAt = Date.now();
    await expect(ended).resolves.toBe(0);
    expect(Date.now() - releasedAt).toBeLessThan(5_000);
    const written = [...(await team.labelWrites()).keys()];
    expect(written.length).toBeGreaterThanOrEqual(16);
    expect(written.length).toBeLessThan(200);
    const events = await world.controlPlane.auditEvents();
    const ours = events.filter(({ user }) => user.username.endsWith(':cortex-logging-operator'));
    expect(ours.at(-1)).toMatchObject({ verb: 'update', objectRef: { resource: 'leases' } });
    await world.startReplica('next');
    await team.labeled(names);
    expect(new Set((await team.labelWrites()).values())).toEqual(new Set([1]));
  });
});

describe('SIGTERM while nothing answers', () => {
  it('ends in time for the kubelet, and a second one ends at once', async () => {
    const team = await createTeam(world.controlPlane, 'no-answer');
    const patient = await world.startReplica('patient');
    await logged(patient, { message: 'leading' });
    const rule = world.proxy.inject(() => true, { kind: 'swallow' });
    await team.createPods(3);
    await waitFor(() => rule.hits > 0, { describe: 'a request that is swallowed' });
    const stoppedAt = Date.now();
    const ended = patient.stop();
    const impatient = await stopTwice();
    expect(impatient).toBe(1);
    await ended;
    rule.lift();
    expect(Date.now() - stoppedAt).toBeLessThan(25_000);
    await logged(patient, { message: 'stopped' });
  });

  async function stopTwice(): Promise<number | NodeJS.Signals> {
    const operator = await world.startReplica('impatient');
    await waitFor(async () => (await operator.health('/healthz')).status === 200, { describe: 'its start' });
    await logged(operator, { message: 'health server listens' });
    operator.process.signal('SIGTERM');
    await logged(operator, { message: 'stopping' });
    const secondAt = Date.now();
    operator.process.signal('SIGTERM');
    const code = await operator.process.exited;
    expect(Date.now() - secondAt).toBeLessThan(1_500);
    return code;
  }
});

describe('a start', () => {
  it('with illegal names of every kind tells all of them at once and ends with code 2', async () => {
    const operator = await world.startReplica('illegal', {
      flags: [
        '--cluster-name=aws/prod',
        '--region=eu-west-1a',
        '--log-group-name=a:b',
        '--namespace=Team_A',
        '--enforcement=Always',
        '--lease-name=-',
      ],
    });
    await expect(operator.process.exited).resolves.toBe(2);
    const told = await operator.process.logTail(40);
    for (const flag of [
      'cluster-name',
      'region',
      'log-group-name',
      'namespace',
      'enforcement',
      'lease-name',
    ]) {
      expect(told).toContain(`--${flag}`);
    }
  });
});
