import { describe, expect, it } from '@jest/globals';
import { closestWord } from '../../../src/config/closest-word.ts';

const words = ['region', 'lease-name', 'log-level', 'health-port', 'health-host'];

describe('the closest word', () => {
  const cases: [string, string | undefined][] = [
    ['region', 'region'],
    ['regio', 'region'],
    ['regoin', 'region'],
    ['loglevel', 'log-level'],
    ['health-prot', 'health-port'],
    ['leese-name', 'lease-name'],
    ['x', undefined],
    ['verbose', undefined],
    ['', undefined],
  ];
  it.each(cases)('to "%s" is %j', (given, expected) => {
    expect(closestWord(given, words)).toBe(expected);
  });
});
