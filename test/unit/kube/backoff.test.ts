import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../../src/kube/backoff.ts';

describe('the wait after failures in a row', () => {
  it.each([
    ['the first, by the least chance', 1, 0, undefined, 800],
    ['the first, by the greatest chance', 1, 1, undefined, 1200],
    ['the second', 2, 0, undefined, 1600],
    ['the fifth', 5, 0, undefined, 12_800],
    ['the tenth', 10, 1, undefined, 30_000],
    ['the thousandth', 1000, 1, undefined, 30_000],
    ['a server that asks for less', 5, 0, 1000, 12_800],
    ['a server that asks for more', 1, 0, 60_000, 60_000],
  ])('after %s', (_, failures, random, retryAfterMs, expected) => {
    expect(backoffMs(failures, random, retryAfterMs)).toBe(expected);
  });
});
