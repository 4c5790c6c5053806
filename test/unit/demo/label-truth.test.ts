import { describe, expect, it } from '@jest/globals';
import { formatLabelTruth, measureLabelTruth, type StoredLine } from '../../../demo/label-truth.ts';

const identity = { apiName: 'trainer', apiKind: 'TaskAPI', jobID: 'run-1' } as const;
const right = (number: number): StoredLine => ({ number, labels: identity });
const unlabeled = (number: number): StoredLine => ({ number, labels: {} });

const cases: readonly [string, readonly StoredLine[], string][] = [
  [
    'all lines stored once and rightly labeled',
    [right(1), right(2), right(3)],
    '3 of 3 lines (100 %), lost 0, doubled 0, wrong 0',
  ],
  ['a line that is not stored', [right(1), right(3)], '2 of 3 lines (66.66 %), lost 1, doubled 0, wrong 0'],
  [
    'a line that is stored twice',
    [right(1), right(2), right(2), right(3)],
    '2 of 3 lines (66.66 %), lost 0, doubled 1, wrong 0',
  ],
  [
    'a line without labels',
    [unlabeled(1), right(2), right(3)],
    '2 of 3 lines (66.66 %), lost 0, doubled 0, wrong 1',
  ],
  [
    'a line stored with and without labels',
    [unlabeled(1), right(1), right(2), right(3)],
    '2 of 3 lines (66.66 %), lost 0, doubled 1, wrong 1',
  ],
  [
    'a line of another job',
    [{ number: 1, labels: { ...identity, jobID: 'run-2' } }, right(2), right(3)],
    '2 of 3 lines (66.66 %), lost 0, doubled 0, wrong 1',
  ],
  ['nothing', [], '0 of 3 lines (0 %), lost 3, doubled 0, wrong 0'],
];

describe('label truth', () => {
  it.each(cases)('of %s', (_, stored, text) => {
    expect(formatLabelTruth(measureLabelTruth([{ lines: 3, identity, stored }]))).toBe(
      `label truth: ${text}`,
    );
  });

  it('adds up over writers', () => {
    const writers = [
      { lines: 1, identity, stored: [right(1)] },
      { lines: 1, identity, stored: [] },
    ];
    expect(measureLabelTruth(writers)).toEqual({ written: 2, right: 1, lost: 1, doubled: 0, wrong: 0 });
  });

  it('says 100 % only of all', () => {
    const truth = { written: 100_000, right: 99_999, lost: 1, doubled: 0, wrong: 0 };
    expect(formatLabelTruth(truth)).toContain('(99.99 %)');
  });
});
