import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LabelSelector } from '../../../src/kernel/label-selector.ts';
import { LabelWriter, type PatchResult } from '../../../src/pods/apply-labels.ts';
import { OwnerCache, type ObservedOwner, type OwnerKind } from '../../../src/pods/observe-owners.ts';
import { PendingRemovals } from '../../../src/pods/pending-removals.ts';
import { applyChange, type EnforcementMode } from '../../../src/pods/plan-labels.ts';
import { PodOutcomes } from '../../../src/pods/pod-outcomes.ts';
import type { Pod } from '../../../src/pods/pod.ts';
import { PodReconciler } from '../../../src/pods/reconcile-pod.ts';
import { PodReporter } from '../../../src/pods/report-pod.ts';
import type { SelectingObject } from '../../../src/pods/resolve-match-change.ts';
import { WrittenLabels } from '../../../src/pods/written-labels.ts';
import { ClaimIndex } from '../../../src/workloads/claim-index.ts';
import { aPod, aWorkload, bySelector, controlledBy } from '../../support/build-pods.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** A cluster in memory: pods that patches really change, and the parts of the reconcile around them. */
class World {
  nowMs = 0;
  knowledge: 'unknown' | 'partial' | 'complete' = 'complete';
  patchResult: PatchResult = 'patched';
  /** Whether a patch shows in what the watch has, as it does after a moment. */
  isWatchLive = true;
  readonly pods = new Map<string, Pod>();
  readonly finished = new Set<string>();
  readonly patches: string[] = [];
  patchError: Error | undefined;
  readonly events: string[] = [];
  readonly ownerReads: string[] = [];
  readonly selecting: SelectingObject[] = [];
  readonly owners = new Map<string, ObservedOwner>();
  readonly claims = new ClaimIndex();
  readonly removals = new PendingRemovals();
  readonly outcomes = new PodOutcomes(() => undefined);
  readonly reconciler: PodReconciler;

  constructor(mode: EnforcementMode = 'ClaimedOnly') {
    const now = () => this.nowMs;
    const counts = {
      patched: () => undefined,
      refused: () => undefined,
      unclaimedLabels: () => undefined,
      ownerKindUnknown: () => undefined,
    };
    const record = ({ regarding, reason }: { regarding: { kind: string; name: string }; reason: string }) =>
      this.events.push(`${reason} ${regarding.kind}/${regarding.name}`);
    this.reconciler = new PodReconciler({
      pods: { get: (key) => this.pods.get(key), isFinished: ({ name }) => this.finished.has(name) },
      claims: {
        claimsIn: (namespace) => this.claims.claimsIn(namespace),
        hasWorkloads: (namespace) => this.claims.hasWorkloads(namespace),
        knowledge: () => this.knowledge,
      },
      owners: new OwnerCache({ reader: this, kinds: ownerKinds, maxAgeMs: 60_000, capacity: 100, now }),
      writer: new LabelWriter({ listSelectingObjects: async () => Promise.resolve(this.selecting) }, this),
      outcomes: this.outcomes,
      removals: this.removals,
      written: new WrittenLabels(now),
      reporter: new PodReporter({ record }, counts, silentLogger),
      enforcement: { mode, excludedNamespaces: new Set(['kube-system']) },
      now,
    });
  }

  async readOwner(kind: OwnerKind, namespace: string, name: string): Promise<ObservedOwner | undefined> {
    this.ownerReads.push(`${namespace}/${kind.kind}/${name}`);
    return Promise.resolve(this.owners.get(`${kind.kind}/${name}`));
  }

  async patchLabels(
    { namespace, name }: Pick<Pod, 'namespace' | 'name' | 'uid'>,
    change: object,
  ): Promise<PatchResult> {
    if (this.patchError) throw this.patchError;
    this.patches.push(`${name} ${JSON.stringify(change)}`);
    const pod = this.pods.get(`${namespace}/${name}`);
    if (pod && this.isWatchLive)
      this.add({ ...pod, labels: applyChange(pod.labels, change), ownKeys: ['apiName', 'apiKind'] });
    return Promise.resolve(this.patchResult);
  }

  add(pod: Pod): string {
    this.pods.set(`${pod.namespace}/${pod.name}`, pod);
    return `${pod.namespace}/${pod.name}`;
  }

  claim(...[kind, name, changes]: Parameters<typeof aWorkload>): void {
    const workload = aWorkload(kind, name, changes);
    this.claims.update(this.claims.get(workload), workload);
  }

  unclaim(...[kind, name]: Parameters<typeof aWorkload>): void {
    this.claims.update(aWorkload(kind, name), undefined);
  }
}

const ownerKinds: readonly OwnerKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
];
const bySelectorOf = (labels: Record<string, string>): LabelSelector => ({ matchLabels: labels });

describe('PodReconciler', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
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
