/** What the policies write is what the operator's own decision says, for claims and pods of all shapes. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labelsOfIdentity } from '../../../src/kernel/identity.ts';
import type { LabelRequirement, LabelSelector } from '../../../src/kernel/label-selector.ts';
import type { IdentityLabels, Labels } from '../../../src/kernel/labels.ts';
import { resolveIdentity } from '../../../src/pods/resolve-identity.ts';
import { ClaimSet } from '../../../src/workloads/claim-set.ts';
import type { Claim } from '../../../src/workloads/claims.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { claimsFrom } from '../../support/build-pods.ts';
import { forSeeds, type Random } from '../../support/seeded-random.ts';
import { openPolicyTeam, type PolicyTeam } from './open-policy-team.ts';

jest.setTimeout(180_000);

const pods = 120;

let policies: PolicyTeam;
beforeAll(async () => {
  policies = await openPolicyTeam('same');
});
afterAll(() => policies.close());

const keys = ['stage', 'team', 'example.com/tier'];
const values = ['', 'a', 'b'];
const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)]!;
}

function requirement(random: Random): LabelRequirement {
  const operator = oneOf(random, operators);
  const wanted = { values: Array.from({ length: 1 + random.below(2) }, () => oneOf(random, values)) };
  return { key: oneOf(random, keys), operator, ...(operator.endsWith('In') ? wanted : {}) };
}

/** Of so many groups, so that some pods are claimed once, some more often and some not at all. */
const group = (random: Random): Labels => ({ group: `g${random.below(6)}` });

function selector(random: Random, seed: Labels): LabelSelector {
  const labels = random.below(2) > 0 ? { [oneOf(random, keys)]: oneOf(random, values) } : {};
  const matchExpressions = Array.from({ length: random.below(3) }, () => requirement(random));
  return { matchLabels: { ...seed, ...group(random), ...labels }, matchExpressions };
}

function labelsOf(random: Random, seed: Labels): Labels {
  const some = keys.filter(() => random.below(2) > 0);
  return {
    ...seed,
    ...group(random),
    ...Object.fromEntries(some.map((key) => [key, oneOf(random, [...values, 'c'])])),
  };
}

async function declare(random: Random, seed: Labels): Promise<readonly Claim[]> {
  const kinds = [
    'RealtimeAPI',
    'AsyncAPI',
    'BatchAPI',
    'BatchAPI',
    'TaskAPI',
    'BatchJob',
    'BatchJob',
    'TaskJob',
  ];
  const declared: Workload[] = [];
  for (const [index, kind] of kinds.entries()) {
    const apiName = kind === 'BatchJob' ? `${seed['seed']}-2` : `${seed['seed']}-4`;
    const name = `${seed['seed']}-${index}`;
    const spec = { ...(kind.endsWith('Job') ? { apiName } : {}), selector: selector(random, seed) };
    await policies.claim(kind as Workload['kind'], name, spec);
    const { metadata } = (await policies.team.get('cortex.dev/v1alpha1', kind, name))!;
    const { uid, namespace = '', creationTimestamp = '' } = metadata;
    const place = { kind: kind as Workload['kind'], name, namespace, uid, creationTimestamp };
    declared.push({ ...place, generation: 1, spec, status: {} });
  }
  await policies.untilKnown();
  return claimsFrom(...declared);
}

/** What the operator decides if it has only these claims; the jobID of an API's own claim is not for a policy to say. */
function decided(name: string, labels: Labels, claims: readonly Claim[]): IdentityLabels {
  const resolution = resolveIdentity({ name, labels }, [], new ClaimSet(claims));
  if (!resolution) return {};
  const { jobID, ...rest } = labelsOfIdentity(resolution.identity);
  return resolution.claim.jobID === undefined ? rest : { ...rest, ...(jobID === undefined ? {} : { jobID }) };
}

describe('for random claims and pods, the labels at birth', () => {
  it('are those that the operator decides; of a tie, those of one of its claims', async () => {
    await forSeeds(1, async (random) => {
      const seed = { seed: `s${random.below(1_000_000)}` };
      const claims = await declare(random, seed);
      const seen = { labeled: 0, tied: 0, unclaimed: 0 };
      for (let index = 0; index < pods; index += 1) {
        const labels = labelsOf(random, seed);
        const born = await policies.born('same', labels, { dryRun: true });
        const wanted = decided('same', labels, claims);
        const resolution = resolveIdentity({ name: 'same', labels }, [], new ClaimSet(claims));
        if (resolution && resolution.losers.length > 0) {
          // Each claim alone, or with those of the same API: a job completes what its API began.
          const each = claims.flatMap((claim) => [
            decided('same', labels, [claim]),
            decided(
              'same',
              labels,
              claims.filter(({ apiName }) => apiName === claim.apiName),
            ),
          ]);
          expect(each).toContainEqual(born);
          seen.tied += 1;
        } else {
          expect({ labels, born }).toEqual({ labels, born: wanted });
          seen[resolution ? 'labeled' : 'unclaimed'] += 1;
        }
      }
      expect(seen.labeled + seen.tied).toBeGreaterThan(0);
    });
  });
});
