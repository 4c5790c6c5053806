import { describe, expect, it } from '@jest/globals';
import type { LabelRequirement, LabelSelector } from '../../../src/kernel/label-selector.ts';
import { resolveIdentity, type Owner } from '../../../src/pods/resolve-identity.ts';
import { ClaimIndex } from '../../../src/workloads/claim-index.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { anOwner, aPod, aWorkload, bySelector, claimSetFrom, claimsFrom } from '../../support/build-pods.ts';
import { forSeeds, type Random } from '../../support/seeded-random.ts';

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)]!;

// `constructor` and `toString` are legal keys of labels that every object seems to have.
const keys = ['app', 'team', 'example.com/tier', 'constructor', 'toString'];
const values = ['', 'a', 'b', 'c=d'];
const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function requirement(random: Random): LabelRequirement {
  const operator = pick(random, operators);
  const key = pick(random, keys);
  return operator.endsWith('In')
    ? { key, operator, values: Array.from({ length: 1 + random.below(3) }, () => pick(random, values)) }
    : { key, operator };
}

function labels(random: Random, most: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: random.below(most + 1) }, () => [pick(random, keys), pick(random, values)]),
  );
}

function selector(random: Random): LabelSelector {
  const matchExpressions = Array.from({ length: random.below(3) }, () => requirement(random));
  return { matchLabels: labels(random, 2), ...(matchExpressions.length > 0 ? { matchExpressions } : {}) };
}

const ownerKinds = ['Job', 'ReplicaSet', 'Deployment'];
const ownerNames = ['one', 'two', 'three'];

function spec(random: Random): Workload['spec'] {
  const kind = pick(random, ownerKinds);
  const apiVersion = pick(random, ['apps/v1', 'batch/v1', 'batch/v1beta1']);
  const reference = { workloadRef: { apiVersion, kind, name: pick(random, ownerNames) } };
  return pick(random, [{}, { selector: selector(random) }, reference]);
}

/** Older and younger ones, and some of one age. */
function resource(random: Random, name: string, generation: number): Workload {
  const age = random.below(5);
  const kind = pick(random, [
    'RealtimeAPI',
    'AsyncAPI',
    'BatchAPI',
    'TaskAPI',
    'BatchJob',
    'TaskJob',
  ] as const);
  const apiName = kind.endsWith('Job') ? { apiName: `r${random.below(12)}` } : {};
  return aWorkload(kind, name, {
    age,
    uid: name,
    generation,
    spec: { ...spec(random), ...apiName },
  });
}

function owners(random: Random): readonly Owner[] {
  return Array.from({ length: random.below(4) }, (): Owner => {
    const isOurs = random.below(3) === 0;
    const changes = random.below(4) === 0 ? { selector: selector(random) } : {};
    const name = pick(random, ownerNames);
    if (isOurs)
      return anOwner('BatchJob', name, { ...changes, group: 'cortex.dev', uid: `r${random.below(12)}` });
    return anOwner(pick(random, ownerKinds), name, changes);
  });
}

describe('a decision that looks only at claims which could concern the pod', () => {
  it('is the one that looks at all claims, whatever came, changed and went before', async () => {
    let claimed = 0;
    await forSeeds(150, (random) => {
      const index = new ClaimIndex();
      const there = new Map<string, Workload>();
      for (let step = 0; step < 40; step += 1) {
        const name = `r${random.below(12)}`;
        const before = there.get(name);
        const isGone = before !== undefined && random.below(3) === 0;
        const after = isGone ? undefined : resource(random, name, step);
        // As the watch tells it: an object of another kind is another object.
        const isOther = before && after && before.kind !== after.kind;
        if (isOther) index.update(before, undefined);
        index.update(isOther ? undefined : before, after);
        if (after) there.set(name, after);
        else there.delete(name);
      }
      const all = claimsFrom(...there.values());
      const scanned = { concerning: () => all };
      for (let count = 0; count < 40; count += 1) {
        const pod = aPod({ labels: labels(random, 4) });
        const chain = owners(random);
        const expected = resolveIdentity(pod, chain, scanned);
        expect(resolveIdentity(pod, chain, index.claimsIn('ml'))).toEqual(expected);
        if (expected) claimed += 1;
      }
      expect(index.claimsIn('ml').size).toBe(all.length);
    });
    expect(claimed).toBeGreaterThan(1_000);
  });

  it('looks at one of thousands, though all share a label', () => {
    const runs = Array.from({ length: 1_000 }, (_, i) =>
      aWorkload('AsyncAPI', `run-${i}`, { spec: bySelector({ team: 'ml', run: `r${i}` }) }),
    );
    const found = claimSetFrom(...runs).concerning({ team: 'ml', run: 'r7' }, []);
    expect(found.map(({ name }) => name)).toContain('run-7');
    expect(found.length).toBeLessThan(3);
  });
});
