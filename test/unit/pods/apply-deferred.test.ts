import { beforeEach, describe, expect, it } from '@jest/globals';
import { aPod, bySelector } from '../../support/build-pods.ts';
import { PodWorld } from '../../support/pod-world.ts';

describe('PodReconciler, of labels that are to go', () => {
  let world: PodWorld;
  beforeEach(() => {
    world = new PodWorld();
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) });
  });

  it('takes labels away only when the deferred removal is carried out', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    expect(world.patches).toHaveLength(1);
    expect(world.removals.size).toBe(1);
    world.nowMs += 60_000;
    expect(await world.reconciler.applyDeferred(key)).toBe(true);
    expect(world.patches[1]).toBe('pod-1 {"apiName":null,"apiKind":null}');
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
    expect(await world.reconciler.applyDeferred(key)).toBe(true);
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

  it('carries out no removal for a pod that is claimed again meanwhile', async () => {
    const key = world.add(
      aPod({
        labels: { app: 'x', apiName: 'text', apiKind: 'RealtimeAPI' },
        ownKeys: ['apiName', 'apiKind'],
      }),
    );
    expect(await world.reconciler.applyDeferred(key)).toBe(false);
    expect(world.patches).toEqual([]);
  });

  it('does not lose a removal that fails or comes too soon: it waits for one more grace period', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.unclaim('RealtimeAPI', 'text');
    await world.reconciler.reconcile(key);
    expect(await world.reconciler.applyDeferred(key)).toBe(false);
    world.nowMs = 60_000;
    world.patchError = new Error('refused');
    await expect(world.reconciler.applyDeferred(key)).rejects.toThrow('refused');
    expect([world.removals.dueBy(59_999), world.removals.dueBy(60_000)]).toEqual([[], [key]]);
    world.patchError = undefined;
    expect(await world.reconciler.applyDeferred(key)).toBe(true);
    expect(world.removals.size).toBe(0);
  });

  it('counts a pod no more for a resource that stopped to claim it, though its labels stay for the grace period', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'other' }) });
    await world.reconciler.reconcile(key);
    expect(world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' }).claimed).toBe(0);
    expect(world.removals.size).toBe(1);
  });
});
