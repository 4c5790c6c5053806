import { describe, expect, it } from '@jest/globals';
import { applyChange, isAddition, planLabels, planUnclaimed } from '../../../src/pods/plan-labels.ts';

const realtime = { apiName: 'text', apiKind: 'RealtimeAPI' } as const;
const batch = { apiName: 'classifier', apiKind: 'BatchAPI', jobID: 'j1' } as const;

describe('planLabels', () => {
  it.each([
    [
      'a pod without the keys gets all of its identity',
      { app: 'x' },
      realtime,
      { apiName: 'text', apiKind: 'RealtimeAPI' },
    ],
    [
      'a pod of a job gets three keys',
      {},
      batch,
      { apiName: 'classifier', apiKind: 'BatchAPI', jobID: 'j1' },
    ],
    ['a pod that is right gets nothing', { ...realtime, app: 'x' }, realtime, undefined],
    ['only the missing key is written', { apiName: 'text' }, realtime, { apiKind: 'RealtimeAPI' }],
    [
      'a wrong value is written over',
      { apiName: 'victim', apiKind: 'RealtimeAPI' },
      realtime,
      { apiName: 'text' },
    ],
    ['a realtime pod loses a jobID', { ...realtime, jobID: 'j1' }, realtime, { jobID: null }],
    [
      'a pod without identity loses all three',
      { ...batch },
      undefined,
      { apiName: null, apiKind: null, jobID: null },
    ],
    ['a pod without identity and keys gets nothing', { app: 'x' }, undefined, undefined],
    [
      'an empty value is a value, and a wrong one',
      { ...realtime, apiName: '' },
      realtime,
      { apiName: 'text' },
    ],
  ])('%s', (_name, labels, identity, change) => {
    expect(planLabels(labels as Record<string, string>, identity)).toEqual(change);
  });
});

describe('isAddition', () => {
  it.each([
    ['keys that the pod lacks are an addition', { app: 'x' }, { apiName: 'a', apiKind: 'RealtimeAPI' }, true],
    ['a key that the pod has is a change', { apiName: 'b' }, { apiName: 'a' }, false],
    ['taking a key away is a change', { jobID: 'j' }, { jobID: null }, false],
    [
      'adding one and changing another is a change',
      { apiName: 'b' },
      { apiName: 'a', apiKind: 'RealtimeAPI' },
      false,
    ],
  ])('%s', (_name, labels, change, expected) => {
    expect(isAddition(labels as unknown as Record<string, string>, change)).toBe(expected);
  });
});

describe('applyChange', () => {
  it('adds, changes and removes only what the change names', () => {
    const labels = { app: 'x', apiName: 'old', jobID: 'j' };
    expect(applyChange(labels, { apiName: 'new', jobID: null, apiKind: 'AsyncAPI' })).toEqual({
      app: 'x',
      apiName: 'new',
      apiKind: 'AsyncAPI',
    });
    expect(labels).toEqual({ app: 'x', apiName: 'old', jobID: 'j' });
  });
});

describe('planUnclaimed', () => {
  const excludedNamespaces = new Set(['kube-system']);
  const labels = { app: 'x', apiName: 'a', apiKind: 'BatchAPI' };
  const both = { apiName: null, apiKind: null };
  const kind = { apiKind: null };
  it.each([
    ['ClaimedOnly leaves what somebody else wrote', 'ClaimedOnly', 'ml', [], true, undefined, true],
    ['ClaimedOnly takes back what we wrote', 'ClaimedOnly', 'ml', ['apiName', 'apiKind'], true, both, false],
    ['of two keys only the one that we wrote goes', 'ClaimedOnly', 'ml', ['apiKind'], true, kind, true],
    ['what we wrote goes with the last resource', 'ManagedNamespaces', 'ml', ['apiKind'], false, kind, true],
    ['ManagedNamespaces removes beside resources', 'ManagedNamespaces', 'ml', [], true, both, false],
    ['ManagedNamespaces leaves other namespaces', 'ManagedNamespaces', 'ml', [], false, undefined, true],
    ['Cluster removes everywhere', 'Cluster', 'other', [], false, both, false],
    ['Cluster leaves excluded namespaces', 'Cluster', 'kube-system', [], false, undefined, true],
  ] as const)('%s', (_name, mode, namespace, ownKeys, isManaged, removal, foreign) => {
    const plan = planUnclaimed({ namespace, labels, ownKeys }, { mode, excludedNamespaces }, isManaged);
    expect(plan).toEqual({ foreign, ...(removal ? { removal } : {}) });
  });

  it('has nothing to remove from a pod without keys, whatever we once wrote', () => {
    const pod = { namespace: 'ml', labels: { app: 'x' }, ownKeys: ['apiName'] as const };
    expect(planUnclaimed(pod, { mode: 'Cluster', excludedNamespaces }, true)).toEqual({ foreign: false });
  });
});
