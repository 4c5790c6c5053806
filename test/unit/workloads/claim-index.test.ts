import { describe, expect, it } from '@jest/globals';
import { queryObjects } from 'node:v8';
import type { Labels } from '../../../src/kernel/labels.ts';
import { ClaimIndex, type ClaimChange } from '../../../src/workloads/claim-index.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { aWorkload, bySelector } from '../../support/build-pods.ts';

const app = bySelector({ app: 'x' });

function indexOf(...workloads: readonly ReturnType<typeof aWorkload>[]): ClaimIndex {
  const index = new ClaimIndex();
  for (const workload of workloads) index.update(undefined, workload);
  return index;
}

/** The resources whose claims concern a pod of these labels. */
const namesOf = (index: ClaimIndex, labels: Labels = { app: 'x' }): readonly string[] =>
  index
    .claimsIn('ml')
    .concerning(labels, [])
    .map(({ name }) => name);

describe('ClaimIndex', () => {
  it('shows a namespace only its own claims, strongest first', () => {
    const index = indexOf(
      aWorkload('RealtimeAPI', 'young', { spec: app, age: 9 }),
      aWorkload('RealtimeAPI', 'old', { spec: app, age: 1 }),
      aWorkload('RealtimeAPI', 'elsewhere', { namespace: 'other', spec: app }),
    );
    expect(namesOf(index)).toEqual(['old', 'young']);
  });

  it('shows a changed resource as it is now', () => {
    const before = aWorkload('RealtimeAPI', 'a', { spec: app });
    const index = indexOf(before);
    index.update(before, aWorkload('RealtimeAPI', 'a', { spec: bySelector({ app: 'y' }), generation: 2 }));
    expect([namesOf(index), namesOf(index, { app: 'y' })]).toEqual([[], ['a']]);
  });

  it('forgets a namespace whose last resource went', () => {
    const workload = aWorkload('RealtimeAPI', 'a');
    const index = indexOf(workload);
    index.update(workload, undefined);
    expect([index.claimsIn('ml').size, index.hasWorkloads('ml'), index.fingerprint()]).toEqual([
      0,
      false,
      [],
    ]);
  });

  it('gives a job its claim when its API comes, and takes it when the API goes', () => {
    const index = indexOf(aWorkload('BatchJob', 'run', { spec: { ...app, apiName: 'classifier' } }));
    const api = aWorkload('BatchAPI', 'classifier');
    expect(namesOf(index)).toEqual([]);
    index.update(undefined, api);
    expect(namesOf(index)).toEqual(['run']);
    index.update(api, undefined);
    expect(namesOf(index)).toEqual([]);
  });

  it('knows which namespaces share a name of one kind', () => {
    const index = indexOf(
      aWorkload('RealtimeAPI', 'a', { namespace: 'two' }),
      aWorkload('RealtimeAPI', 'a', { namespace: 'one' }),
      aWorkload('AsyncAPI', 'a', { namespace: 'three' }),
    );
    expect(index.namespacesOf('RealtimeAPI', 'a')).toEqual(['one', 'two']);
  });

  it('has one fingerprint for one set of resources, whatever their order', () => {
    const [a, b] = [aWorkload('RealtimeAPI', 'a'), aWorkload('AsyncAPI', 'b')];
    expect(indexOf(a, b).fingerprint()).toEqual(indexOf(b, a).fingerprint());
    expect(indexOf(a, b).fingerprint()).not.toEqual(
      indexOf(a, aWorkload('AsyncAPI', 'b', { uid: 'new' })).fingerprint(),
    );
  });

  it('keeps nothing of names that came and went', () => {
    const index = new ClaimIndex();
    const before = queryObjects(Set, { format: 'count' });
    for (let i = 0; i < 1_000; i += 1) {
      const workload = aWorkload('RealtimeAPI', `a${i}`);
      index.update(undefined, workload);
      index.update(workload, undefined);
    }
    expect(queryObjects(Set, { format: 'count' }) - before).toBeLessThan(100);
    expect(index.fingerprint()).toEqual([]);
  });

  it('still has only the namespaces that hold the name when one lets it go', () => {
    const [one, two] = ['one', 'two'].map((namespace) => aWorkload('RealtimeAPI', 'a', { namespace }));
    const index = indexOf(one!, two!);
    index.update(one, undefined);
    expect(index.namespacesOf('RealtimeAPI', 'a')).toEqual(['two']);
  });

  describe('tells', () => {
    const api = aWorkload('BatchAPI', 'classifier', { spec: app });
    const job = aWorkload('BatchJob', 'run', { spec: { ...app, apiName: 'classifier' } });
    const told = (index: ClaimIndex, change: () => void): readonly ClaimChange[] => {
      const changes: ClaimChange[] = [];
      const end = index.onChange((each) => changes.push(each));
      change();
      end();
      return changes;
    };
    const said = ({ claims, isFirstOrLast }: ClaimChange): string =>
      [...claims.map(({ name }) => name), ...(isFirstOrLast ? ['first or last'] : [])].join(', ');

    it.each<[string, readonly Workload[], Workload | undefined, Workload | undefined, readonly string[]]>([
      ['nothing of a status', [api, job], api, { ...api, status: { observedGeneration: 1 } }, []],
      ['of a new job its claim', [api], undefined, job, ['run']],
      ['nothing of a job without its API', [aWorkload('AsyncAPI', 'other')], undefined, job, []],
      ['of an API that comes its jobs too', [job], undefined, api, ['classifier, run']],
      ['of an API that goes its jobs too', [api, job], api, undefined, ['classifier, run']],
      [
        'of an API that changes its claims, and none of its jobs',
        [api, job],
        api,
        { ...api, generation: 2 },
        ['classifier, classifier'],
      ],
      ['that the first resource came', [], undefined, job, ['first or last']],
      ['that the last resource went', [api], api, undefined, ['classifier, first or last']],
    ])('%s', (_name, there, before, after, expected) => {
      const index = indexOf(...there);
      expect(told(index, () => index.update(before, after)).map(said)).toEqual(expected);
    });

    it('a status that is new to whoever asks for the resource', () => {
      const index = indexOf(api);
      const after = { ...api, status: { observedGeneration: 1 } };
      index.update(api, after);
      expect(index.get(api)).toBe(after);
    });
  });
});
