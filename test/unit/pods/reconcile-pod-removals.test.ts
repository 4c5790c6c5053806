import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Controller } from '../../../src/runtime/controller.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { aPod, bySelector } from '../../support/build-pods.ts';
import { PodWorld } from '../../support/pod-world.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const text = { kind: 'RealtimeAPI', namespace: 'ml', name: 'text' };

describe('PodReconciler, of labels that are to go', () => {
  let world: PodWorld;
  beforeEach(() => {
    world = new PodWorld();
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) });
  });

  /** As once the grace period is over and a list has confirmed that the resource is gone. */
  async function allow(key: string): Promise<unknown> {
    world.removals.allow(key, world.nowMs);
    return await world.reconciler.reconcile(key);
  }

  it('takes labels away only when the removal is allowed', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    expect(world.patches).toHaveLength(1);
    expect(world.removals.size).toBe(1);
    world.nowMs += 60_000;
    await allow(key);
    expect(world.patches[1]).toBe('pod-1 {"apiName":null,"apiKind":null}');
    expect([world.removals.size, world.removals.madeSince(0)]).toEqual([0, [60_000]]);
  });

  it.each([
    ['its resource is gone', (world: PodWorld) => world.unclaim('RealtimeAPI', 'text')],
    [
      'its resource stopped to claim it',
      (world: PodWorld) => world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'other' }) }),
    ],
  ])('takes away the labels that a pod was born with, once %s', async (_sentence, letGo) => {
    const key = world.add(aPod({ labels: { app: 'x', apiName: 'text', apiKind: 'RealtimeAPI' } }));
    await world.reconciler.reconcile(key);
    letGo(world);
    await world.reconciler.reconcile(key);
    expect(world.patches).toEqual([]);
    await allow(key);
    expect(world.patches).toEqual(['pod-1 {"apiName":null,"apiKind":null}']);
  });

  it('forgets a deferred removal when the resource comes back', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) });
    await world.reconciler.reconcile(key);
    expect(world.removals.size).toBe(0);
  });

  it.each([
    [
      'its resource is back',
      (world: PodWorld) => world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) }),
    ],
    ['some kind of resource cannot be seen any more', (world: PodWorld) => (world.knowledge = 'partial')],
    ['the list that confirmed it is too old', (world: PodWorld) => (world.nowMs += 5_000)],
    ['resources cannot be listed any more', (world: PodWorld) => world.removals.restart(world.nowMs)],
    [
      'another pod has its name',
      (world: PodWorld) => world.add(aPod({ uid: 'other', labels: { app: 'x', apiName: 'text' } })),
    ],
  ])('does not make a removal that was allowed when %s', async (_sentence, change) => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    world.removals.allow(key, world.nowMs);
    change(world);
    await world.reconciler.reconcile(key);
    expect(world.patches).toHaveLength(1);
  });

  it('does not lose a removal that fails or comes too soon: it waits for one more grace period', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    expect(await allow(key)).toEqual({ requeueAfterMs: 5_000 });
    world.nowMs = 60_000;
    world.patchError = new Error('refused');
    await expect(allow(key)).rejects.toThrow('refused');
    expect([world.removals.dueBy(59_999), world.removals.dueBy(60_000)]).toEqual([[], [key]]);
    world.patchError = undefined;
    await allow(key);
    expect(world.patches).toHaveLength(2);
    expect(world.removals.size).toBe(0);
  });

  it('counts a pod no more for a resource that stopped to claim it, though its labels stay for the grace period', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'other' }) });
    await world.reconciler.reconcile(key);
    expect(world.outcomes.tallyOf(text).claimed).toBe(0);
    expect(world.removals.size).toBe(1);
  });

  it('counts a pod that is to change hands for its new resource, as not labeled, until it does', async () => {
    const heir = { ...text, name: 'heir' };
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    world.claim('RealtimeAPI', 'heir', { age: 1, spec: bySelector({ app: 'x' }) });
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    expect(world.outcomes.tallyOf(heir)).toMatchObject({ claimed: 1, labeled: 0 });
    expect(world.patches).toHaveLength(1);
    world.nowMs += 60_000;
    await allow(key);
    expect(world.outcomes.tallyOf(heir)).toMatchObject({ claimed: 1, labeled: 1 });
  });

  it('gives labels back at once when the resource comes back after they went', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    await allow(key);
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) });
    const result = await world.reconciler.reconcile(key);
    expect(result?.requeueAfterMs ?? 0).toBeLessThanOrEqual(1_000);
  });

  it('is never looked at while its labels are being taken away, so no status says that they are there', async () => {
    const pods = new Controller({
      name: 'pods',
      reconcile: (key) => world.reconciler.reconcile(key),
      workers: 4,
      logger: silentLogger,
      metrics: new Metrics(),
    });
    const key = world.add(aPod({ labels: { app: 'x', apiName: 'text', apiKind: 'RealtimeAPI' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    const patch = world.holdPatch();
    world.removals.allow(key, world.nowMs);
    pods.enqueue(key);
    pods.start();
    await patch.begun;
    world.claim('RealtimeAPI', 'text', { uid: 'back', spec: bySelector({ app: 'x' }) });
    const looks = world.looks;
    pods.enqueue(key);
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    expect(world.looks).toBe(looks);
    patch.release();
    await pods.stop({ drain: true });
    expect(world.patches).toEqual([
      'pod-1 {"apiName":null,"apiKind":null}',
      'pod-1 {"apiName":"text","apiKind":"RealtimeAPI"}',
    ]);
    expect(world.outcomes.tallyOf(text)).toMatchObject({ claimed: 1, labeled: 1 });
  });
});
