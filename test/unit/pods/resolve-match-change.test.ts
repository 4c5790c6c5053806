import { describe, expect, it } from '@jest/globals';
import type { LabelSelector } from '../../../src/kernel/label-selector.ts';
import type { LabelChange } from '../../../src/pods/plan-labels.ts';
import { needsNamespaceSelectors, resolveMatchChange } from '../../../src/pods/resolve-match-change.ts';
import { anOwner } from '../../support/build-pods.ts';

const byLabels = (matchLabels: Record<string, string>): LabelSelector => ({ matchLabels });
const byExpression = (
  key: string,
  operator: 'Exists' | 'DoesNotExist' | 'In' | 'NotIn',
  values?: string[],
): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values ? { values } : {}) }],
});

const cases: readonly (readonly [
  string,
  Record<string, string>,
  LabelChange,
  LabelSelector,
  string | undefined,
])[] = [
  [
    'a selector that mentions none of the keys never objects',
    { app: 'x' },
    { apiName: 'a' },
    byLabels({ app: 'x' }),
    undefined,
  ],
  [
    'a selector on the value that the pod has objects to another',
    { apiName: 'old' },
    { apiName: 'new' },
    byLabels({ apiName: 'old' }),
    'leaves by apiName',
  ],
  [
    'a selector on the new value objects, because the pod would join',
    { apiName: 'old' },
    { apiName: 'new' },
    byLabels({ apiName: 'new' }),
    'joins by apiName',
  ],
  [
    'a bare pod would join what selects the added key',
    {},
    { apiKind: 'BatchAPI' },
    byLabels({ apiKind: 'BatchAPI' }),
    'joins by apiKind',
  ],
  [
    'a selector that needs another label too does not care',
    {},
    { apiKind: 'BatchAPI' },
    byLabels({ apiKind: 'BatchAPI', app: 'y' }),
    undefined,
  ],
  [
    'DoesNotExist objects to adding',
    { app: 'x' },
    { apiName: 'a' },
    byExpression('apiName', 'DoesNotExist'),
    'leaves by apiName',
  ],
  [
    'Exists objects to removing',
    { jobID: 'j' },
    { jobID: null },
    byExpression('jobID', 'Exists'),
    'leaves by jobID',
  ],
  [
    'Exists does not object to a change of value',
    { jobID: 'j' },
    { jobID: 'k' },
    byExpression('jobID', 'Exists'),
    undefined,
  ],
  [
    'In objects when the value leaves the list',
    { jobID: 'j' },
    { jobID: 'k' },
    byExpression('jobID', 'In', ['j']),
    'leaves by jobID',
  ],
  [
    'In does not object when the value stays in the list',
    { jobID: 'j' },
    { jobID: 'k' },
    byExpression('jobID', 'In', ['j', 'k']),
    undefined,
  ],
  [
    'NotIn objects when the value enters the list',
    {},
    { jobID: 'k' },
    byExpression('jobID', 'NotIn', ['k']),
    'leaves by jobID',
  ],
  [
    'removing a key joins what wants it absent',
    { apiName: 'a' },
    { apiName: null },
    byExpression('apiName', 'DoesNotExist'),
    'joins by apiName',
  ],
  ['an empty selector matches before and after', { apiName: 'a' }, { apiName: null }, {}, undefined],
];

describe('resolveMatchChange', () => {
  it.each(cases)('%s', (_name, labels, change, selector, expected) => {
    const by = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', selector };
    const match = resolveMatchChange(labels, change, [by]);
    expect(match && `${match.matchesNow ? 'leaves' : 'joins'} by ${match.key}`).toBe(expected);
  });

  it('names the object that objects, among others that do not', () => {
    const objects = ['a', 'b', 'c'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      name,
      uid: name,
      selector: byLabels(name === 'b' ? { apiName: 'old' } : { app: 'x' }),
    }));
    expect(resolveMatchChange({ app: 'x', apiName: 'old' }, { apiName: 'new' }, objects)?.by.name).toBe('b');
  });
});

const job = anOwner('Job', 'run');

describe('needsNamespaceSelectors', () => {
  it.each([
    ['adding to a pod with a controller asks only that controller', {}, [job], { apiName: 'a' }, false],
    [
      'adding to a pod whose controller could not be read, or that has none, asks all',
      {},
      [],
      { apiName: 'a' },
      true,
    ],
    ['changing asks all', { apiName: 'b' }, [job], { apiName: 'a' }, true],
    ['removing asks all', { apiName: 'b' }, [job], { apiName: null }, true],
  ])('%s', (_name, labels, owners, change, expected) => {
    expect(needsNamespaceSelectors(labels as unknown as Record<string, string>, owners, change)).toBe(
      expected,
    );
  });
});
