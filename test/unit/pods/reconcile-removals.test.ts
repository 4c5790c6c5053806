import { beforeEach, describe, expect, it } from '@jest/globals';
import { PendingRemovals } from '../../../src/pods/pending-removals.ts';
import { PodOutcomes } from '../../../src/pods/pod-outcomes.ts';
import { RemovalReconciler } from '../../../src/pods/reconcile-removals.ts';
import { aWorkload, claimsFrom } from '../../support/build-pods.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const graceMs = 60_000;
const operator = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'cortex-logging',
  name: 'operator',
  uid: 'u',
};

class World {
  nowMs = 1_000_000;
  listed: readonly string[] = ['RealtimeAPI/ml/a uid-a'];
  watched: readonly string[] = ['RealtimeAPI/ml/a uid-a'];
  failure: Error | undefined;
  lists = 0;
  readonly applied: string[] = [];
  readonly failing = new Set<string>();
  readonly events: string[] = [];
  readonly removals = new PendingRemovals();
  readonly outcomes = new PodOutcomes(() => undefined);
  readonly reconciler: RemovalReconciler;

  constructor(brakePercent = 20) {
    this.reconciler = new RemovalReconciler({
      removals: this.removals,
      outcomes: this.outcomes,
      enqueue: (key) => this.#apply(key),
      confirmation: { list: () => this.#list(), watched: () => this.watched },
      events: { record: ({ reason, note }) => this.events.push(`${reason}: ${note}`) },
      operator,
      logger: silentLogger,
      options: { graceMs, perSecond: 10, brakePercent },
      now: () => this.nowMs,
    });
  }

  /** What the pods' worker does with a removal that is allowed. */
  #apply(key: string): void {
    if (this.failing.has(key)) return;
    this.removals.made(key, this.nowMs);
    this.outcomes.forget(key);
    this.applied.push(key);
  }

  async #list(): Promise<readonly string[]> {
    this.lists += 1;
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.listed);
  }

  /** `labeled` labeled pods, of which the first `deferred` are to lose their labels. */
  fill(labeled: number, deferred: number): void {
    const [claim] = claimsFrom(aWorkload('RealtimeAPI', 'a'));
    for (let i = 0; i < labeled; i += 1)
      this.outcomes.record(`ml/p${i}`, { claim: claim!, labeled: true, finished: false, conflicts: [] });
    for (let i = 0; i < deferred; i += 1) this.removals.defer(`ml/p${i}`, { uid: `u${i}` }, this.nowMs);
  }
}

describe('RemovalReconciler', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('removes nothing before the grace period is over, and lists nothing for it', async () => {
    world.fill(10, 1);
    world.nowMs += graceMs - 1;
    await world.reconciler.reconcile();
    expect([world.applied, world.lists]).toEqual([[], 0]);
  });

  it('removes after the grace period, once a fresh list agrees with the watch', async () => {
    world.fill(10, 1);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect([world.applied, world.lists]).toEqual([['ml/p0'], 1]);
  });

  it('removes nothing while the list shows a resource that the watch lacks', async () => {
    world.fill(10, 1);
    world.listed = [...world.watched, 'RealtimeAPI/ml/b uid-b'];
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual([]);
  });

  it('removes nothing while the list shows another object of the same name', async () => {
    world.fill(10, 1);
    world.listed = ['RealtimeAPI/ml/a uid-other'];
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual([]);
  });

  it('removes nothing after a failed list, and the grace period begins anew when lists work again', async () => {
    world.fill(10, 1);
    world.failure = new Error('the server could not find the requested resource');
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    world.failure = undefined;
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    world.nowMs += graceMs - 1;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual([]);
    world.nowMs += 1;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual(['ml/p0']);
  });

  it('removes at most so many a second', async () => {
    world.fill(1_000, 25);
    world.nowMs += graceMs;
    const counts: number[] = [];
    for (let pass = 0; pass < 3; pass += 1) {
      const result = await world.reconciler.reconcile();
      counts.push(world.applied.length);
      world.nowMs += result?.requeueAfterMs ?? 0;
    }
    expect(counts).toEqual([10, 20, 25]);
  });

  it('allows no more in any second, however soon it looks again, and none while as many are under way', async () => {
    world.fill(1_000, 30);
    world.nowMs += graceMs;
    for (let i = 10; i < 20; i += 1) world.failing.add(`ml/p${i}`);
    const counts: number[] = [];
    for (const passedMs of [0, 900, 100, 900, 100, 4_000]) {
      world.nowMs += passedMs;
      await world.reconciler.reconcile();
      counts.push(world.applied.length + world.removals.allowed(world.nowMs));
    }
    expect(counts).toEqual([10, 10, 20, 20, 20, 20]);
    expect(world.applied).toHaveLength(20);
  });

  it('counts what is allowed and not made yet among what goes', async () => {
    world.fill(100, 20);
    for (let i = 0; i < 20; i += 1) world.failing.add(`ml/p${i}`);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    for (let i = 20; i < 31; i += 1)
      world.removals.defer(`ml/p${i}`, { uid: `u${i}` }, world.nowMs - graceMs);
    await world.reconciler.reconcile();
    expect(world.events).toEqual([
      expect.stringMatching(/^RemovalStopped: labels of 31 of 100 labeled pods/),
    ]);
  });

  it('counts pods that are to get the labels of another resource among the labeled: they carry the old ones', async () => {
    const [heir] = claimsFrom(aWorkload('RealtimeAPI', 'heir'));
    world.fill(4, 1);
    world.outcomes.record('ml/p0', { claim: heir!, labeled: false, finished: false, conflicts: [] });
    world.outcomes.record('ml/p4', { claim: heir!, labeled: true, finished: false, conflicts: [] });
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual(['ml/p0']);
  });

  it('stops with one Event when a fifth of the labeled pods would be exceeded', async () => {
    world.fill(100, 21);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    await world.reconciler.reconcile();
    expect([world.applied, world.removals.allowed(world.nowMs)]).toEqual([[], 0]);
    expect(world.events).toEqual([
      expect.stringMatching(/^RemovalStopped: labels of 21 of 100 labeled pods/),
    ]);
  });

  it('goes on when a person has confirmed it by the setting', async () => {
    world = new World(100);
    world.fill(100, 100);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toHaveLength(10);
  });

  it('is not fooled by a slow drip: what went in the last ten minutes counts', async () => {
    world.fill(100, 20);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    world.nowMs += 1_000;
    await world.reconciler.reconcile();
    expect(world.applied).toHaveLength(20);
    world.removals.defer('ml/p50', { uid: 'u50' }, world.nowMs);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toHaveLength(20);
    world.nowMs += 600_000;
    await world.reconciler.reconcile();
    expect(world.applied).toHaveLength(21);
  });

  it('counts labeled pods without outcome, as after a restart, among the labeled', async () => {
    world.fill(4, 0);
    world.removals.defer('ml/unseen', { uid: 'u' }, world.nowMs);
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    expect(world.applied).toEqual(['ml/unseen']);
  });

  it('counts labeled pods without outcome that are not due yet among the labeled, too', async () => {
    world.fill(1, 0);
    world.removals.defer('ml/first', { uid: 'u' }, world.nowMs);
    world.nowMs += graceMs;
    for (let i = 0; i < 3; i += 1) world.removals.defer(`ml/later${i}`, { uid: 'u' }, world.nowMs);
    await world.reconciler.reconcile();
    expect(world.applied).toEqual(['ml/first']);
  });

  it('goes on with the others when one pod cannot be written, and counts only what was removed', async () => {
    world.fill(10, 2);
    world.failing.add('ml/p0');
    world.nowMs += graceMs;
    await expect(world.reconciler.reconcile()).resolves.toEqual({ requeueAfterMs: 1_000 });
    expect(world.applied).toEqual(['ml/p1']);
  });

  it('goes on listing after a failure only as long as something waits', async () => {
    world.fill(10, 1);
    world.failure = new Error('forbidden');
    world.nowMs += graceMs;
    await world.reconciler.reconcile();
    world.removals.cancel('ml/p0');
    await world.reconciler.reconcile();
    expect(world.lists).toBe(1);
  });
});
