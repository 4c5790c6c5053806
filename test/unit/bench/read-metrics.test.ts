import { describe, expect, it } from '@jest/globals';
import { parseMetrics, quantile } from '../../../bench/processes/read-metrics.ts';

const histogram = (...counts: readonly number[]) =>
  parseMetrics(
    ['0.001', '0.002', '+Inf']
      .map((le, index) => `cortex_logging_took_seconds_bucket{le="${le}"} ${counts[index] ?? 0}\n`)
      .join(''),
  );

const none = histogram();

describe('a quantile of a histogram', () => {
  it.each<[sentence: string, share: number, after: ReturnType<typeof histogram>, value: number]>([
    ['is as far into its bucket as its share is into the bucket’s', 0.75, histogram(50, 100, 100), 0.0015],
    ['may be in the first bucket', 0.25, histogram(50, 100, 100), 0.0005],
    ['is the last bound that there is where it is above all of them', 0.99, histogram(50, 90, 100), 0.002],
  ])('%s', (_sentence, share, after, value) => {
    expect(quantile('took_seconds', share, { before: none, after })).toBeCloseTo(value, 9);
  });

  it('is of what came in between', () => {
    const [before, after] = [histogram(1000, 1000, 1000), histogram(1000, 1100, 1100)];
    expect(quantile('took_seconds', 0.5, { before, after })).toBeCloseTo(0.0015, 9);
  });
});
