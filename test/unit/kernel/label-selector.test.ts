import { describe, expect, it } from '@jest/globals';
import { keysMentioned, matchesSelector, type LabelRequirement } from '../../../src/kernel/label-selector.ts';

/** Legal keys of labels, and names of what every JavaScript object has. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];

const cases: readonly (readonly [LabelRequirement['operator'], boolean])[] = [
  ['Exists', false],
  ['DoesNotExist', true],
  ['In', false],
  ['NotIn', true],
];

describe.each(inherited)('a selector that asks for the label %s', (key) => {
  it.each(cases)('with %s takes a pod without it for one without it', (operator, expected) => {
    const values = operator.endsWith('In') ? { values: ['x'] } : {};
    expect(matchesSelector({ matchExpressions: [{ key, operator, ...values }] }, { app: 'x' })).toBe(
      expected,
    );
  });

  it('finds a pod that has it', () => {
    const labels = JSON.parse(`{"${key}": "x"}`) as Record<string, string>;
    expect(matchesSelector({ matchLabels: labels }, labels)).toBe(true);
    expect(matchesSelector({ matchExpressions: [{ key, operator: 'Exists' }] }, labels)).toBe(true);
  });

  it('is not mentioned by a selector on other labels', () => {
    expect(keysMentioned({ matchLabels: { app: 'x' } }, [key, 'app'])).toEqual(['app']);
  });
});
