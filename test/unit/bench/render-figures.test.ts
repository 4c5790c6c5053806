import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '../../../bench/benchmark.ts';
import { renderFigures, renderJson, renderList } from '../../../bench/render-figures.ts';

const benchmark: Benchmark = {
  name: 'patches',
  measures: 'ours against theirs',
  figures: [
    { name: 'ours-to-theirs', unit: 'x', goal: { atMost: 1.8 } },
    { name: 'rate', unit: 'per s', goal: { atLeast: 100 } },
    { name: 'theirs', unit: 'ms' },
  ],
  run: () => Promise.resolve({}),
};
const values = { 'ours-to-theirs': 1.5234, rate: 99, theirs: 3 };

describe('The figures of a benchmark', () => {
  it('are a line each for people', () => {
    expect(renderFigures(benchmark, values).split('\n')).toEqual([
      'patches.ours-to-theirs: 1.52 x (goal <= 1.8)',
      'patches.rate: 99 per s (goal >= 100)',
      'patches.theirs: 3 ms (no goal)',
      '',
    ]);
  });

  it('are one object for machines, which says of each goal whether it is met', () => {
    expect(JSON.parse(renderJson(benchmark, values))).toEqual({
      benchmark: 'patches',
      figures: [
        { name: 'ours-to-theirs', value: 1.5234, unit: 'x', goal: { atMost: 1.8 }, met: true },
        { name: 'rate', value: 99, unit: 'per s', goal: { atLeast: 100 }, met: false },
        { name: 'theirs', value: 3, unit: 'ms' },
      ],
    });
  });

  it('are refused where one is missing', () => {
    expect(() => renderFigures(benchmark, { rate: 1 })).toThrow('did not measure ours-to-theirs');
  });

  it('stand with their goals in the list of benchmarks', () => {
    expect(renderList([benchmark])).toBe(
      'npm run bench -- NAME [--json]\n\n' +
        'patches: ours against theirs\n  ours-to-theirs <= 1.8 x\n  rate >= 100 per s\n',
    );
  });
});
