import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LabelSelector } from '../../../src/kernel/label-selector.ts';
import { aPod, bySelector, controlledBy } from '../../support/build-pods.ts';
import { PodWorld } from '../../support/pod-world.ts';

const bySelectorOf = (labels: Record<string, string>): LabelSelector => ({ matchLabels: labels });

describe('PodReconciler', () => {
  let world: PodWorld;
  beforeEach(() => {
    world = new PodWorld();
    world.claim('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) });
  });

  it('labels a claimed pod with one patch, and then leaves it alone', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    expect(world.patches).toEqual(['pod-1 {"apiName":"text","apiKind":"RealtimeAPI"}']);
    expect(world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' })).toMatchObject({
      claimed: 1,
      labeled: 1,
    });
  });

  it.each([
    ['terminating', { terminating: true }],
    ['a mirror pod', { mirror: true }],
  ])('neither writes nor counts a pod that is %s', async (_name, changes) => {
    await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x' }, ...changes })));
    expect(world.patches).toEqual([]);
    expect(world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' }).claimed).toBe(0);
  });

  it('decides nothing while some kind of resource has not answered', async () => {
    world.knowledge = 'unknown';
    const result = await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x' } })));
    expect(world.patches).toEqual([]);
    expect(result?.requeueAfterMs).toBeGreaterThan(0);
  });

  it('does not repeat a write that the watch has not shown yet', async () => {
    world.isWatchLive = false;
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    const again = await world.reconciler.reconcile(key);
    expect(world.patches).toHaveLength(1);
    expect(again?.requeueAfterMs).toBeGreaterThan(0);
  });

  it('puts a removed label back at once, then ever more slowly while somebody keeps removing it', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    const delays: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      world.add(aPod({ labels: { app: 'x' } }));
      let result = await world.reconciler.reconcile(key);
      delays.push(result?.requeueAfterMs ?? 0);
      world.nowMs += result?.requeueAfterMs ?? 0;
      if (result) result = await world.reconciler.reconcile(key);
      await world.reconciler.reconcile(key);
    }
    expect(delays).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000]);
    expect(world.events).toContain('LabelsContested Pod/pod-1');
  });

  it('treats a pod of the same name and another UID as a new pod', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    for (let round = 0; round < 5; round += 1) {
      world.add(aPod({ labels: { app: 'x' }, uid: `uid-${round}` }));
      expect(await world.reconciler.reconcile(key)).toBeUndefined();
    }
    expect(world.patches).toHaveLength(5);
  });

  it('refuses to write what the pod’s controller selects by, and says so on that controller and in the tally', async () => {
    world.owners.set('ReplicaSet/rs', {
      uid: 'uid-rs',
      selector: {
        matchLabels: { app: 'x' },
        matchExpressions: [{ key: 'apiName', operator: 'DoesNotExist' }],
      },
    });
    await world.reconciler.reconcile(
      world.add(aPod({ labels: { app: 'x' }, ...controlledBy('ReplicaSet', 'rs') })),
    );
    expect(world.patches).toEqual([]);
    expect(world.events).toEqual(['LabelsRefused ReplicaSet/rs']);
    const tally = world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' });
    expect(tally).toMatchObject({ claimed: 1, labeled: 0 });
    expect(tally.conflicts).toEqual([
      { reason: 'SelectedByReplicaSet', message: expect.stringMatching(/1 pod: .*ReplicaSet rs .*apiName/) },
    ]);
  });

  it('refuses to label a bare pod that a ReplicaSet would adopt', async () => {
    world.selecting.push({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'greedy',
      uid: 'u',
      selector: bySelectorOf({ apiKind: 'RealtimeAPI' }),
    });
    await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x' } })));
    expect(world.patches).toEqual([]);
    expect(world.events).toEqual(['LabelsRefused ReplicaSet/greedy']);
  });

  it('reads each distinct owner once, not once per pod, misses included', async () => {
    world.owners.set('ReplicaSet/rs', {
      uid: 'uid-rs',
      controller: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'uid-d' },
    });
    for (let i = 0; i < 20; i += 1) {
      await world.reconciler.reconcile(
        world.add(aPod({ name: `p${i}`, uid: `u${i}`, ...controlledBy('ReplicaSet', 'rs') })),
      );
    }
    expect(world.ownerReads).toEqual(['ml/ReplicaSet/rs', 'ml/Deployment/d']);
  });

  it('reads no owners where nothing is claimed', async () => {
    await world.reconciler.reconcile(
      world.add(aPod({ namespace: 'other', ...controlledBy('ReplicaSet', 'rs') })),
    );
    expect(world.ownerReads).toEqual([]);
  });

  it('tells the resource that lost a pod to an older one', async () => {
    world.claim('AsyncAPI', 'late', { age: 99, spec: bySelector({ app: 'x' }) });
    await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x' } })));
    expect(world.outcomes.tallyOf({ kind: 'AsyncAPI', namespace: 'ml', name: 'late' })).toMatchObject({
      claimed: 0,
      conflicts: [{ reason: 'ClaimedByOther', message: expect.stringMatching(/RealtimeAPI text/) }],
    });
  });

  it('counts a claimed pod that has ended as finished', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    const tally = () => world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' });
    expect(tally()).toEqual({ claimed: 1, labeled: 1, finished: 0, conflicts: [] });
    world.finished.add('pod-1');
    await world.reconciler.reconcile(key);
    expect(tally()).toEqual({ claimed: 1, labeled: 1, finished: 1, conflicts: [] });
  });

  it('leaves labels that it did not write on a pod that nobody claims', async () => {
    const key = world.add(aPod({ labels: { app: 'y', apiName: 'mine' } }));
    await world.reconciler.reconcile(key);
    expect(world.removals.size).toBe(0);
  });

  it.each(['gone', 'replaced'] as const)(
    'counts nothing for a pod that is %s by the time of the patch',
    async (result) => {
      world.patchResult = result;
      world.isWatchLive = false;
      await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x' } })));
      expect(world.outcomes.tallyOf({ kind: 'RealtimeAPI', namespace: 'ml', name: 'text' }).labeled).toBe(0);
    },
  );
});
