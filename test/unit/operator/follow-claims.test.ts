import { describe, expect, it } from '@jest/globals';
import { ClaimFollower } from '../../../src/operator/follow-claims.ts';
import { OwnerCache, type ObservedOwner, type OwnerKind } from '../../../src/pods/observe-owners.ts';
import { PodOutcomes } from '../../../src/pods/pod-outcomes.ts';
import type { Pod } from '../../../src/pods/pod.ts';
import { resolveIdentity } from '../../../src/pods/resolve-identity.ts';
import { ClaimIndex } from '../../../src/workloads/claim-index.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { aPod, aWorkload, byReference, bySelector, controlledBy } from '../../support/build-pods.ts';
import { forSeeds, type Random } from '../../support/seeded-random.ts';

const kinds: readonly OwnerKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
  { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job' },
  { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', scheduler: true },
  { group: 'cortex.dev', version: 'v1alpha1', resource: 'batchjobs', kind: 'BatchJob' },
];

/** A namespace whose pods are decided on only when they are enqueued. */
class World {
  nowMs = 0;
  readonly pods = new Map<string, Pod>();
  readonly live = new Map<string, ObservedOwner>();
  readonly index = new ClaimIndex();
  readonly outcomes = new PodOutcomes(() => undefined);
  readonly owners = new OwnerCache({
    reader: { readOwner: ({ kind }, _namespace, name) => Promise.resolve(this.live.get(`${kind}/${name}`)) },
    kinds,
    maxAgeMs: 600_000,
    capacity: 1_000,
    now: () => this.nowMs,
  });
  enqueued: string[] = [];
  readonly follower = new ClaimFollower({
    podsIn: () => [...this.pods.values()],
    owners: this.owners,
    outcomes: this.outcomes,
    enqueue: ({ name }) => this.enqueued.push(name),
    now: () => this.nowMs,
  });

  constructor() {
    this.index.onChange((change) => this.follower.note(change));
  }

  add(name: string, changes: Partial<Pod>): void {
    this.pods.set(name, aPod({ name, uid: name, labels: {}, ...changes }));
  }

  put(workload: Workload): void {
    const before = this.index.get(workload);
    this.index.update(before, { ...workload, generation: (before?.generation ?? 0) + 1 });
  }

  /** The identity, and who lost the pod. */
  async decide(pod: Pod) {
    const { owners } = await this.owners.observeOwners(pod);
    return resolveIdentity(pod, owners, this.index.claimsIn('ml'));
  }

  async lookAt(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      const resolution = await this.decide(this.pods.get(name)!);
      const conflicts = (resolution?.losers ?? []).map(({ key }) => ({
        claimKey: key,
        reason: '',
        message: key,
      }));
      if (!resolution) this.outcomes.forget(`ml/${name}`);
      else
        this.outcomes.record(`ml/${name}`, {
          claim: resolution.claim,
          labeled: true,
          finished: false,
          conflicts,
        });
    }
  }

  /** The pods that are looked at after the changes since the last call. */
  follow(): readonly string[] {
    this.enqueued = [];
    this.follower.reconcile('ml');
    return this.enqueued;
  }
}

const api = aWorkload('BatchAPI', 'images');
const run = (name: string, spec: Workload['spec'] = {}): Workload =>
  aWorkload('BatchJob', name, { spec: { apiName: 'images', ...spec } });

/** Pods of two Jobs, one of them of a CronJob, of a Deployment, and a bare one; all were looked at once. */
async function settled(): Promise<World> {
  const world = new World();
  world.live.set('Job/one', { uid: 'uid-one' });
  world.live.set('Job/two', { uid: 'uid-two', ...controlledBy('CronJob', 'nightly') } as ObservedOwner);
  world.live.set('CronJob/nightly', { uid: 'uid-nightly' });
  world.live.set('ReplicaSet/rs', { uid: 'uid-rs' });
  world.add('of-one', controlledBy('Job', 'one'));
  world.add('of-two', controlledBy('Job', 'two'));
  world.add('of-set', controlledBy('ReplicaSet', 'rs'));
  world.add('bare', { labels: { app: 'x' } });
  world.put(api);
  await world.lookAt(world.pods.keys());
  world.follow();
  return world;
}

const everyone = ['of-one', 'of-two', 'of-set', 'bare'];
const hour = 3_600_000;

const cases: readonly (readonly [string, (world: World) => void, readonly string[]])[] = [
  ['a new run that claims what it owns concerns none', (world) => world.put(run('r')), []],
  [
    'a new run concerns the pods of the Job that it names',
    (world) => world.put(run('r', byReference('Job', 'one'))),
    ['of-one'],
  ],
  [
    'it concerns them when their owners were read long ago',
    (world) => {
      world.nowMs = hour;
      world.put(run('r', byReference('Job', 'one')));
    },
    ['of-one'],
  ],
  [
    'an API concerns pods of an owner further out',
    (world) => world.put(aWorkload('TaskAPI', 't', { spec: byReference('CronJob', 'nightly') })),
    ['of-two'],
  ],
  [
    'an API that names an owner concerns all that may have got one since their owners were read',
    (world) => {
      world.nowMs = hour;
      world.put(aWorkload('RealtimeAPI', 'd', { spec: byReference('Deployment', 'd') }));
    },
    ['of-one', 'of-two', 'of-set'],
  ],
  [
    'a selector concerns the pods that have its label',
    (world) => world.put(aWorkload('AsyncAPI', 'a', { spec: bySelector({ app: 'x' }) })),
    ['bare'],
  ],
  [
    'a pod whose owners were never read may be concerned',
    (world) => {
      world.add('new', controlledBy('Job', 'three'));
      world.put(run('r'));
    },
    ['new'],
  ],
  [
    'a status concerns none',
    (world) =>
      world.index.update(world.index.get(api), {
        ...world.index.get(api)!,
        status: { observedGeneration: 1 },
      }),
    [],
  ],
  [
    'the last resource of the namespace concerns all',
    (world) => world.index.update(world.index.get(api), undefined),
    everyone,
  ],
  [
    'changes that come together are followed together',
    (world) => {
      world.put(run('r', byReference('Job', 'one')));
      world.put(run('s', bySelector({ app: 'x' })));
    },
    ['of-one', 'bare'],
  ],
];

describe('a change of claims', () => {
  it.each(cases)('%s', async (_sentence, change, expected) => {
    const world = await settled();
    change(world);
    expect(world.follow()).toEqual(expected);
    expect(world.follow()).toEqual([]);
  });

  it('concerns the pods that were counted by the claim, whatever it asks for now', async () => {
    const world = await settled();
    world.put(aWorkload('AsyncAPI', 'a', { spec: bySelector({ app: 'x' }) }));
    await world.lookAt(world.follow());
    world.pods.set('bare', { ...world.pods.get('bare')!, labels: {} });
    world.put(aWorkload('AsyncAPI', 'a', { spec: bySelector({ app: 'y' }) }));
    expect(world.follow()).toEqual(['bare']);
  });

  it('waits while changes come faster than a tenth of the time can follow them, and is not lost', async () => {
    const world = await settled();
    const slow = new ClaimFollower({
      podsIn: () => {
        world.nowMs += 5;
        return [...world.pods.values()];
      },
      owners: world.owners,
      outcomes: world.outcomes,
      enqueue: ({ name }) => world.enqueued.push(name),
      now: () => world.nowMs,
    });
    world.index.onChange((change) => slow.note(change));
    world.put(run('r', byReference('Job', 'one')));
    expect(slow.reconcile('ml')).toBeUndefined();
    world.put(run('s', byReference('Job', 'two')));
    expect(slow.reconcile('ml')).toEqual({ requeueAfterMs: 45 });
    world.nowMs += 45;
    expect(slow.reconcile('ml')).toBeUndefined();
    expect(world.enqueued.slice(-2)).toEqual(['of-one', 'of-two']);
  });
});

describe('pods that are not looked at after a change', () => {
  const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)]!;
  const some = ['a', 'b', 'c', 'd'];

  function spec(random: Random): Workload['spec'] {
    const labels = { [pick(random, ['app', 'team'])]: pick(random, some) };
    const without = { key: pick(random, ['app', 'team']), operator: 'DoesNotExist' } as const;
    return pick(random, [
      {},
      bySelector(labels),
      bySelector({ ...labels, run: pick(random, some) }),
      { selector: { matchExpressions: [without] } },
      byReference(pick(random, ['Job', 'CronJob', 'Deployment', 'ReplicaSet']), pick(random, some)),
    ]);
  }

  function resource(random: Random): Workload {
    const kind = pick(random, ['RealtimeAPI', 'BatchAPI', 'BatchJob', 'BatchJob'] as const);
    const apiName = kind === 'BatchJob' ? { apiName: pick(random, some) } : {};
    return aWorkload(kind, pick(random, some), {
      age: random.below(3),
      spec: { ...spec(random), ...apiName },
    });
  }

  function populate(world: World, random: Random): void {
    for (const name of some) {
      const job = pick(random, [
        {},
        controlledBy('CronJob', pick(random, some)),
        {
          controller: {
            apiVersion: 'cortex.dev/v1alpha1',
            kind: 'BatchJob',
            name,
            uid: `uid-BatchJob-${name}`,
          },
        },
      ]);
      world.live.set(`Job/${name}`, { uid: `uid-${name}`, ...job });
      const set = random.below(2) > 0 ? controlledBy('Deployment', pick(random, some)) : {};
      world.live.set(`ReplicaSet/${name}`, { uid: `uid-${name}`, ...set });
      for (const kind of ['CronJob', 'Deployment']) world.live.set(`${kind}/${name}`, { uid: `uid-${name}` });
      world.live.set(`BatchJob/${name}`, { uid: `uid-BatchJob-${name}` });
    }
    for (let i = 0; i < 20; i += 1) {
      const owner = pick(random, ['Job', 'ReplicaSet', undefined]);
      const labels = Object.fromEntries(
        ['app', 'team', 'run'].filter(() => random.below(2) > 0).map((key) => [key, pick(random, some)]),
      );
      world.add(`p${i}`, { labels, ...(owner ? controlledBy(owner, pick(random, some)) : {}) });
    }
  }

  it('would be decided on as before', async () => {
    let spared = 0;
    await forSeeds(60, async (random) => {
      const world = new World();
      populate(world, random);
      world.put(aWorkload('TaskAPI', 'stays'));
      await world.lookAt(world.pods.keys());
      world.follow();
      for (let step = 0; step < 15; step += 1) {
        world.nowMs += pick(random, [1_000, hour]);
        const before = new Map<string, unknown>();
        for (const pod of world.pods.values()) before.set(pod.name, await world.decide(pod));
        if (random.below(2) > 0) world.nowMs += hour;
        const workload = resource(random);
        const there = world.index.get(workload);
        if (there && random.below(2) > 0) world.index.update(there, undefined);
        else world.put(workload);
        const looked = new Set(world.follow());
        for (const pod of world.pods.values()) {
          if (looked.has(pod.name)) continue;
          expect(await world.decide(pod)).toEqual(before.get(pod.name));
          spared += 1;
        }
        await world.lookAt(looked);
      }
    });
    expect(spared).toBeGreaterThan(1_000);
  });
});
