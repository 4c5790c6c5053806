import { describe, expect, it } from '@jest/globals';
import { formatValue, median, medianRatio, percentile, takeTurns } from '../../../bench/rounds.ts';

describe('takeTurns', () => {
  it('measures all contestants in every round, in turning order, and drops the warm-up', async () => {
    const order: string[] = [];
    const contestant = (name: string) => ({
      name,
      measure: (round: number) => {
        order.push(`${name}${round}`);
        return Promise.resolve(round);
      },
    });
    const told: string[] = [];
    const report = (line: string) => void told.push(line);
    const measured = await takeTurns([contestant('a'), contestant('b')], { unit: 'ms', report, rounds: 2 });
    expect(order).toEqual(['b-1', 'a-1', 'a0', 'b0', 'b1', 'a1']);
    expect(measured).toEqual({ a: [0, 1], b: [0, 1] });
    expect(told).toEqual([
      'warm-up: b -1 ms, a -1 ms',
      'round 1 of 2: a 0 ms, b 0 ms',
      'round 2 of 2: b 1 ms, a 1 ms',
    ]);
  });
});

describe('The figures of the rounds', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[], Number.NaN],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('a ratio is the median of the ratios within the rounds, not that of the medians', () => {
    expect(medianRatio({ ours: [2, 10, 30], raw: [1, 10, 10] }, 'ours', 'raw')).toBe(2);
  });

  it.each([
    [0.99, 99],
    [1, 100],
    [0.5, 50],
  ])('the percentile %d of 1 to 100 is %d', (share, expected) => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, share)).toBe(expected);
  });

  it.each([
    [0.12345, '0.123'],
    [1.005, '1'],
    [15.678, '15.7'],
    [1234.5, '1235'],
    [Number.NaN, 'NaN'],
  ])('%d is told as %s', (value, expected) => {
    expect(formatValue(value)).toBe(expected);
  });
});
