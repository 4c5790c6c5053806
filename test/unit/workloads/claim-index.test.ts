import { describe, expect, it } from '@jest/globals';
import { ClaimIndex } from '../../../src/workloads/claim-index.ts';
import { aWorkload, bySelector } from '../../support/build-pods.ts';

const app = bySelector({ app: 'x' });

function indexOf(...workloads: readonly ReturnType<typeof aWorkload>[]): ClaimIndex {
  const index = new ClaimIndex();
  for (const workload of workloads) index.update(undefined, workload);
  return index;
}

describe('ClaimIndex', () => {
  it('shows a namespace only its own claims, strongest first', () => {
    const index = indexOf(
      aWorkload('RealtimeAPI', 'young', { spec: app, age: 9 }),
      aWorkload('RealtimeAPI', 'old', { spec: app, age: 1 }),
      aWorkload('RealtimeAPI', 'elsewhere', { namespace: 'other', spec: app }),
    );
    expect(index.claimsIn('ml').map(({ name }) => name)).toEqual(['old', 'young']);
  });

  it('shows a changed resource as it is now', () => {
    const before = aWorkload('RealtimeAPI', 'a', { spec: app });
    const index = indexOf(before);
    index.claimsIn('ml');
    index.update(before, aWorkload('RealtimeAPI', 'a', { spec: bySelector({ app: 'y' }) }));
    expect(index.claimsIn('ml')[0]?.selector).toEqual({ matchLabels: { app: 'y' } });
  });

  it('forgets a namespace whose last resource went', () => {
    const workload = aWorkload('RealtimeAPI', 'a');
    const index = indexOf(workload);
    index.update(workload, undefined);
    expect([index.claimsIn('ml'), index.hasWorkloads('ml'), index.fingerprint()]).toEqual([[], false, []]);
  });

  it('gives a job its claim when its API comes, and takes it when the API goes', () => {
    const index = indexOf(aWorkload('BatchJob', 'run', { spec: { ...app, apiName: 'classifier' } }));
    const api = aWorkload('BatchAPI', 'classifier');
    expect(index.claimsIn('ml')).toEqual([]);
    index.update(undefined, api);
    expect(index.claimsIn('ml').map(({ kind }) => kind)).toContain('BatchJob');
    index.update(api, undefined);
    expect(index.claimsIn('ml')).toEqual([]);
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
});
