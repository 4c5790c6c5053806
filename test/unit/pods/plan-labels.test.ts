import { describe, expect, it } from '@jest/globals';
import {
  applyChange,
  isAddition,
  planLabels,
  planUnclaimed,
  type EnforcementMode,
} from '../../../src/pods/plan-labels.ts';

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
  it.each([
    ['ClaimedOnly leaves what somebody else wrote', 'ClaimedOnly', 'ml', false, true, 'report'],
    ['ClaimedOnly takes back what we wrote', 'ClaimedOnly', 'ml', true, true, 'remove'],
    ['what we wrote goes even where no resource is left', 'ManagedNamespaces', 'ml', true, false, 'remove'],
    [
      'ManagedNamespaces removes in a namespace with resources',
      'ManagedNamespaces',
      'ml',
      false,
      true,
      'remove',
    ],
    [
      'ManagedNamespaces leaves a namespace without resources',
      'ManagedNamespaces',
      'ml',
      false,
      false,
      'report',
    ],
    ['Cluster removes everywhere', 'Cluster', 'other', false, false, 'remove'],
    ['Cluster leaves excluded namespaces', 'Cluster', 'kube-system', false, false, 'report'],
  ])('%s', (_name, mode, namespace, ownsLabels, isManaged, expected) => {
    const enforcement = { mode: mode as EnforcementMode, excludedNamespaces };
    expect(planUnclaimed({ namespace, ownsLabels }, enforcement, isManaged)).toBe(expected);
  });
});
