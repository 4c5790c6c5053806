import { describe, expect, it } from '@jest/globals';
import {
  choice,
  decimalNumber,
  list,
  type Option,
  optional,
  text,
  trueOrFalse,
  wholeNumber,
} from '../../../src/config/option.ts';

const naming = { flag: 'x', help: 'X.' };
const any = (): boolean => true;

describe('an option', () => {
  const parsed: [string, Option<unknown>, string, unknown][] = [
    ['text', text(naming, 'anything', any), ' as it is ', ' as it is '],
    ['optional text', optional(text(naming, 'anything', any)), 'a', 'a'],
    ['whole number', wholeNumber(naming, { min: 0, max: 10 }), '007', 7],
    ['whole number at its lower end', wholeNumber(naming, { min: 0, max: 10 }), '0', 0],
    ['whole number at its upper end', wholeNumber(naming, { min: 0, max: 10 }), '10', 10],
    ['decimal number', decimalNumber(naming, { min: 0, max: 10 }), '0.25', 0.25],
    ['choice', choice(naming, ['a', 'b']), 'b', 'b'],
    ['switch', trueOrFalse(naming), 'false', false],
    ['list', list(naming, 'a letter', (item) => item), 'a, b,,a', ['a', 'b']],
    ['empty list', list(naming, 'a letter', (item) => item), '', []],
  ];
  it.each(parsed)('that is a %s is parsed', (_, option, given, value) => {
    expect(option.parse(given)).toEqual({ value });
  });

  const refused: [string, Option<unknown>, string, string][] = [
    ['text', text(naming, 'lower case', () => false), 'A', 'must be lower case'],
    [
      'text that can be explained',
      text(
        naming,
        'lower case',
        () => false,
        () => 'has an A',
      ),
      'A',
      'has an A',
    ],
    [
      'whole number below',
      wholeNumber(naming, { min: 1, max: 10 }),
      '0',
      'must be a whole number from 1 to 10',
    ],
    [
      'whole number above',
      wholeNumber(naming, { min: 1, max: 10 }),
      '11',
      'must be a whole number from 1 to 10',
    ],
    ['empty number', wholeNumber(naming, { min: 0, max: 10 }), '', 'must be a whole number from 0 to 10'],
    [
      'number without digits before the point',
      decimalNumber(naming, { min: 0, max: 1 }),
      '.5',
      'must be a number from 0 to 1',
    ],
    [
      'number in another notation',
      decimalNumber(naming, { min: 0, max: 1 }),
      '1e-1',
      'must be a number from 0 to 1',
    ],
    ['choice in other letters', choice(naming, ['a', 'b']), 'A', 'must be a or b'],
    ['switch', trueOrFalse(naming), '1', 'must be true or false'],
    [
      'list',
      list(naming, 'a letter', (item) => (item.length === 1 ? item : undefined)),
      'a,bc,de',
      'has "bc", "de"; each item must be a letter',
    ],
    [
      'list of one bad item',
      list(naming, 'a letter', (item) => (item.length === 1 ? item : undefined)),
      'bc',
      'must be a letter',
    ],
  ];
  it.each(refused)('that is a %s is refused', (_, option, given, problem) => {
    expect(option.parse(given)).toEqual({ problem });
  });

  it('without a fallback is required', () => {
    expect(text(naming, 'anything', any)).not.toHaveProperty('fallback');
  });

  it('shows its fallback as it would be given, or as it says', () => {
    expect(wholeNumber({ ...naming, fallback: 0 }, { min: 0, max: 1 }).fallback).toEqual({
      value: 0,
      shown: '0',
    });
    expect(trueOrFalse({ ...naming, fallback: false }).fallback).toEqual({ value: false, shown: 'false' });
    expect(optional(text(naming, 'anything', any), 'the host name').fallback).toEqual({
      value: undefined,
      shown: 'the host name',
    });
    expect(list({ ...naming, fallback: ['a', 'b'] }, 'a letter', (item) => item).fallback?.shown).toBe('a,b');
  });
});
