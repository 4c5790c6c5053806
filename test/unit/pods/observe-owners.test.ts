import { describe, expect, it } from '@jest/globals';
import {
  OwnerCache,
  type ObservedOwner,
  type OwnerKind,
  type OwnerReader,
} from '../../../src/pods/observe-owners.ts';
import { controlledBy } from '../../support/build-pods.ts';

const kinds: readonly OwnerKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
  { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', scheduler: true },
];

function setUp(objects: Record<string, ObservedOwner>) {
  const reads: string[] = [];
  const clock = { nowMs: 0 };
  const failing = { next: undefined as Error | undefined };
  const reader = {
    readOwner: async (_kind: OwnerKind, _namespace: string, name: string) => {
      reads.push(name);
      const failure = failing.next;
      failing.next = undefined;
      return failure ? Promise.reject(failure) : Promise.resolve(objects[name]);
    },
  };
  const cache = new OwnerCache({ reader, kinds, maxAgeMs: 1_000, capacity: 3, now: () => clock.nowMs });
  return { cache, reads, clock, failing };
}

const ownedBy = (kind: string, name: string) => ({ namespace: 'ml', ...controlledBy(kind, name) });
const chain = { rs: { uid: 'uid-rs', ...controlledBy('Deployment', 'd') }, d: { uid: 'uid-d' } } as Record<
  string,
  ObservedOwner
>;

describe('OwnerCache', () => {
  it('follows controllers outwards', async () => {
    const { cache } = setUp(chain);
    const { owners } = await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    expect(owners.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['ReplicaSet/rs', 'Deployment/d']);
  });

  it('ends the chain where the live object has another UID', async () => {
    const { cache } = setUp({ ...chain, d: { uid: 'made-anew' } });
    expect((await cache.observeOwners(ownedBy('ReplicaSet', 'rs'))).owners).toHaveLength(1);
  });

  it('ends the chain where there is no such object', async () => {
    const { cache } = setUp({});
    expect((await cache.observeOwners(ownedBy('ReplicaSet', 'rs'))).owners).toEqual([]);
  });

  it('names the kind that it may not follow, and does not read it', async () => {
    const { cache, reads } = setUp({});
    const { owners, unknown } = await cache.observeOwners(ownedBy('Exotic', 'e'));
    expect([owners, unknown?.kind, reads]).toEqual([[], 'Exotic', []]);
  });

  it('gives up after ten owners, as in a loop', async () => {
    const { cache } = setUp({
      a: { uid: 'uid-a', ...controlledBy('ReplicaSet', 'b') },
      b: { uid: 'uid-b', ...controlledBy('ReplicaSet', 'a') },
    } as Record<string, ObservedOwner>);
    expect((await cache.observeOwners(ownedBy('ReplicaSet', 'a'))).owners).toHaveLength(10);
  });

  it('shares one read among pods that come at the same time', async () => {
    const { cache, reads } = setUp(chain);
    await Promise.all(Array.from({ length: 50 }, () => cache.observeOwners(ownedBy('ReplicaSet', 'rs'))));
    expect(reads).toEqual(['rs', 'd']);
  });

  it('remembers misses', async () => {
    const { cache, reads } = setUp({});
    await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    expect(reads).toEqual(['rs']);
  });

  it('does not let a forged UID spoil the answer for the true one', async () => {
    const { cache } = setUp(chain);
    await cache.observeOwners({ namespace: 'ml', ...controlledBy('ReplicaSet', 'rs', 'forged') });
    expect((await cache.observeOwners(ownedBy('ReplicaSet', 'rs'))).owners).toHaveLength(2);
  });

  it('does not remember a failed read', async () => {
    const { cache, failing } = setUp(chain);
    failing.next = new Error('reset');
    await expect(cache.observeOwners(ownedBy('ReplicaSet', 'rs'))).rejects.toThrow('reset');
    expect((await cache.observeOwners(ownedBy('ReplicaSet', 'rs'))).owners).toHaveLength(2);
  });

  it('reads again when the answer is old', async () => {
    const { cache, reads, clock } = setUp(chain);
    await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    clock.nowMs = 1_001;
    await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    expect(reads).toEqual(['rs', 'd', 'rs', 'd']);
  });

  it('keeps no more owners than its capacity, the least used go first', async () => {
    const objects = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { uid: `uid-${name}` }]));
    const { cache, reads } = setUp(objects);
    for (const name of ['a', 'b', 'c', 'a', 'd', 'a', 'b'])
      await cache.observeOwners(ownedBy('ReplicaSet', name));
    expect(reads).toEqual(['a', 'b', 'c', 'd', 'b']);
  });

  it('marks schedulers, whose names are no runs', async () => {
    const { cache } = setUp({ nightly: { uid: 'uid-nightly' } });
    expect((await cache.observeOwners(ownedBy('CronJob', 'nightly'))).owners[0]?.scheduler).toBe(true);
  });
});

describe('of a kind with two versions on the allow-list', () => {
  const mpiJobs = (version: string): OwnerKind => ({
    group: 'kubeflow.org',
    version,
    resource: 'mpijobs',
    kind: 'MPIJob',
  });

  /** A cluster that serves these versions of MPIJob, and has the one named `train`. */
  function serving(served: readonly string[], listed: readonly string[]) {
    const asked: string[] = [];
    const cluster = { served };
    const reader: OwnerReader = {
      readOwner: async ({ version }, _namespace, name) => {
        asked.push(version);
        const found = name === 'train' ? { uid: 'uid-train' } : undefined;
        return Promise.resolve(cluster.served.includes(version) ? found : 'no-such-kind');
      },
    };
    const kinds = listed.map(mpiJobs);
    const cache = new OwnerCache({ reader, kinds, maxAgeMs: 1_000, capacity: 3, now: () => 0 });
    const observe = (version: string, name = 'train') =>
      cache.observeOwners({
        namespace: 'ml',
        controller: { apiVersion: `kubeflow.org/${version}`, kind: 'MPIJob', name, uid: `uid-${name}` },
      });
    return { asked, cluster, observe };
  }

  it.each([
    ['the one that the pod names is read, if it is the first', ['v1'], ['v1', 'v2beta1'], 'v1', ['v1']],
    ['the one that the pod names is read, if it is the last', ['v1'], ['v2beta1', 'v1'], 'v1', ['v1']],
    ['another is read where the named one is not served', ['v2'], ['v1', 'v2'], 'v1', ['v1', 'v2']],
    ['the first is read for a pod that names one beside the list', ['v1'], ['v1', 'v2'], 'v1alpha1', ['v1']],
  ])('%s', async (_name, served, listed, named, reads) => {
    const { asked, observe } = serving(served, listed);
    const { owners, unknown } = await observe(named);
    expect(owners.map(({ apiVersion }) => apiVersion)).toEqual([`kubeflow.org/${served[0]}`]);
    expect([asked, unknown]).toEqual([reads, undefined]);
  });

  it('those that the cluster does not serve are named, and asked for again by the next pod', async () => {
    const { asked, cluster, observe } = serving([], ['v1', 'v2beta1']);
    const { owners, unknown } = await observe('v2beta1');
    expect([owners, unknown?.kind, unknown?.notServed]).toEqual([[], 'MPIJob', ['v2beta1', 'v1']]);
    cluster.served = ['v2beta1'];
    expect((await observe('v2beta1')).owners).toHaveLength(1);
    expect(asked).toEqual(['v2beta1', 'v1', 'v2beta1']);
  });

  it('an object that is missing in the one that is served is missing', async () => {
    const { asked, observe } = serving(['v1', 'v2beta1'], ['v1', 'v2beta1']);
    expect(await observe('v1', 'gone')).toEqual({ owners: [] });
    expect(asked).toEqual(['v1']);
  });
});

describe('what is known of a chain without a read', () => {
  const named = ({ references, certainty }: ReturnType<OwnerCache['recallOwners']>): string =>
    [...references.map(({ name }) => name), certainty].join(' ');

  it('is nothing but the controller before the first read, all after it, and old after its time', async () => {
    const { cache, reads, clock } = setUp(chain);
    const pod = ownedBy('ReplicaSet', 'rs');
    expect(named(cache.recallOwners(pod))).toBe('rs unknown');
    await cache.observeOwners(pod);
    expect(named(cache.recallOwners(pod))).toBe('rs d fresh');
    clock.nowMs = 1_001;
    expect(named(cache.recallOwners(pod))).toBe('rs d old');
    expect(reads).toEqual(['rs', 'd']);
  });

  it('is certain of a pod without a controller, and of a kind that nobody may read', () => {
    const { cache } = setUp({});
    expect(named(cache.recallOwners({ namespace: 'ml', controller: undefined }))).toBe('fresh');
    expect(named(cache.recallOwners(ownedBy('Exotic', 'e')))).toBe('e fresh');
  });

  it('is unknown again once an owner was forgotten', async () => {
    const { cache } = setUp(chain);
    await cache.observeOwners(ownedBy('ReplicaSet', 'rs'));
    cache.forget(controlledBy('Deployment', 'd').controller!, 'ml');
    expect(named(cache.recallOwners(ownedBy('ReplicaSet', 'rs')))).toBe('rs d unknown');
  });
});
