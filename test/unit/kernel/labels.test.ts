import { describe, expect, it } from '@jest/globals';
import { matchesSelector } from '../../../src/kernel/label-selector.ts';
import { isLabelValue, toLabelValue } from '../../../src/kernel/labels.ts';

describe('isLabelValue', () => {
  it.each([
    ['', true],
    ['a', true],
    ['a-b_c.d', true],
    ['-a', false],
    ['a-', false],
    ['a b', false],
    ['ä', false],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
  ])('%j is legal: %p', (value, legal) => {
    expect(isLabelValue(value)).toBe(legal);
  });
});

describe('toLabelValue', () => {
  it('keeps a name of 63 characters', () => {
    expect(toLabelValue('x'.repeat(63))).toBe('x'.repeat(63));
  });

  it('cuts longer ones to legal values that stay apart', () => {
    const values = ['a', 'b'].map((end) => toLabelValue('x'.repeat(80) + end));
    expect(new Set(values).size).toBe(2);
    for (const value of values) expect(isLabelValue(value) && value.length === 63).toBe(true);
  });
});

describe('matchesSelector', () => {
  const labels = { app: 'x', tier: 'api' };
  it.each([
    ['an empty selector matches', {}, true],
    ['every label must match', { matchLabels: { app: 'x', tier: 'db' } }, false],
    [
      'labels and expressions must both match',
      { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      false,
    ],
    [
      'In matches one of the values',
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['w', 'x'] }] },
      true,
    ],
    [
      'In does not match an absent key',
      { matchExpressions: [{ key: 'no', operator: 'In', values: [''] }] },
      false,
    ],
    [
      'NotIn matches an absent key',
      { matchExpressions: [{ key: 'no', operator: 'NotIn', values: ['x'] }] },
      true,
    ],
    ['Exists matches any value', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  ] as const)('%s', (_name, selector, expected) => {
    expect(matchesSelector(selector, labels)).toBe(expected);
  });
});
