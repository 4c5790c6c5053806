/** What keeps labels from a pod is told by the resource: from the pod to the status. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { planStatus } from '../../../src/workloads/plan-status.ts';
import { aPod, aWorkload, bySelector, controlledBy } from '../../support/build-pods.ts';
import { PodWorld } from '../../support/pod-world.ts';

const spec = bySelector({ app: 'x' });
const forbidden = new Error('403 Forbidden: needs verb patch on pods');
const unreadable = new Error('403 Forbidden: needs verb get on replicasets.apps');

describe('the status of a resource', () => {
  let world: PodWorld;
  beforeEach(() => {
    world = new PodWorld();
    world.claim('RealtimeAPI', 'text', { spec });
  });

  function status(name = 'text') {
    const workload = aWorkload('RealtimeAPI', name, { spec });
    const facts = { tally: world.outcomes.tallyOf(workload), apiExists: true, namespacesSharingName: [] };
    const { conditions, pods } = planStatus(workload, facts, new Date());
    const { status: ready, reason } = conditions?.find(({ type }) => type === 'Ready') ?? {};
    return `Ready=${ready} ${reason} ${pods?.summary}`;
  }

  const addPods = (changes: Parameters<typeof aPod>[0] = {}) =>
    ['p0', 'p1', 'p2'].map((name) => world.add(aPod({ name, uid: name, labels: { app: 'x' }, ...changes })));

  it('counts pods whose patches fail as claimed and not labeled, until they succeed', async () => {
    const keys = addPods();
    world.patchError = forbidden;
    for (const key of keys) await expect(world.reconciler.reconcile(key)).rejects.toThrow(forbidden);
    expect(status()).toBe('Ready=False LabelsPending 0/3');
    world.patchError = undefined;
    for (const key of keys) await world.reconciler.reconcile(key);
    expect(status()).toBe('Ready=True Claiming 3/3');
  });

  it('counts a pod whose labels somebody keeps removing as not labeled while it waits to be written again', async () => {
    const key = world.add(aPod({ labels: { app: 'x' } }));
    for (let round = 0; round < 3; round += 1) {
      world.add(aPod({ labels: { app: 'x' } }));
      await world.reconciler.reconcile(key);
      if (round < 2) await world.reconciler.reconcile(key);
    }
    expect(status()).toBe('Ready=False LabelsPending 0/1');
  });

  it('counts a pod as labeled while the watch does not show the write yet', async () => {
    world.isWatchLive = false;
    const key = world.add(aPod({ labels: { app: 'x' } }));
    await world.reconciler.reconcile(key);
    await world.reconciler.reconcile(key);
    expect(status()).toBe('Ready=True Claiming 1/1');
  });

  it('counts a pod with other labels, that waits until all kinds are known, as not labeled', async () => {
    world.knowledge = 'partial';
    await world.reconciler.reconcile(world.add(aPod({ labels: { app: 'x', apiName: 'other' } })));
    expect(status()).toBe('Ready=False LabelsPending 0/1');
  });

  it('is not known while owners of pods of the namespace cannot be read', async () => {
    const keys = addPods(controlledBy('ReplicaSet', 'rs'));
    world.ownerError = unreadable;
    for (const key of keys) await expect(world.reconciler.reconcile(key)).rejects.toThrow(unreadable);
    expect(status()).toBe('Ready=Unknown OwnersUnreadable 0/0');
    expect(world.partial).toEqual(['ml']);
    world.ownerError = undefined;
    for (const key of keys.slice(1)) await world.reconciler.reconcile(key);
    expect(status()).toBe('Ready=Unknown OwnersUnreadable 2/2');
    await world.reconciler.reconcile(keys[0] ?? '');
    expect(status()).toBe('Ready=True Claiming 3/3');
    expect(world.partial).toEqual(['ml', 'ml']);
  });

  it('is known again when the pods whose owners cannot be read are gone', async () => {
    const [key = ''] = addPods(controlledBy('ReplicaSet', 'rs'));
    world.ownerError = unreadable;
    await expect(world.reconciler.reconcile(key)).rejects.toThrow(unreadable);
    world.pods.delete(key);
    await world.reconciler.reconcile(key);
    expect(status()).toBe('Ready=True NoPods 0/0');
  });

  it('does not care for owners in other namespaces', async () => {
    world.claim('RealtimeAPI', 'far', { namespace: 'other', spec });
    const [key = ''] = addPods({ namespace: 'other', ...controlledBy('ReplicaSet', 'rs') });
    world.ownerError = unreadable;
    await expect(world.reconciler.reconcile(key)).rejects.toThrow(unreadable);
    expect(status()).toBe('Ready=True NoPods 0/0');
  });
});
