import { describe, expect, it } from '@jest/globals';
import { closingLine, countRun, sumOf } from '../../../scripts/test/counts.ts';
import { renderSummary } from '../../../scripts/test/render-summary.ts';

const counts = (passed: number, failed = 0, skipped = 0) => ({ passed, failed, skipped });

describe('the counts of a run', () => {
  it('are summed over all checks', () => {
    expect(sumOf([counts(1, 2, 3), counts(10, 20, 30)])).toEqual(counts(11, 22, 33));
    expect(closingLine(counts(11, 22, 33))).toBe('11 passed, 22 failed, 33 skipped');
  });

  it('hold a failure when the run did not get so far as to count', () => {
    expect(countRun(undefined, 1)).toEqual(counts(0, 1));
    expect(countRun(undefined, 0)).toEqual(counts(0, 1));
  });

  it('hold a failure when the run failed though no test did', () => {
    expect(countRun(counts(5), 1)).toEqual(counts(5, 1));
    expect(countRun(counts(5, 2), 1)).toEqual(counts(5, 2));
    expect(countRun(counts(5, 0, 1), 0)).toEqual(counts(5, 0, 1));
  });
});

describe('the summary', () => {
  it('shows what failed tools said, then every check with its time', () => {
    const text = renderSummary(
      [
        { name: 'types', counts: counts(1), seconds: 3.04, output: '' },
        { name: 'lint', counts: counts(0, 1), seconds: 40, output: 'src/a.ts: 1 error\n' },
        { name: 'tests', counts: counts(98, 2, 3), seconds: 60, output: '' },
      ],
      63.2,
    );
    expect(text.split('\n')).toEqual([
      '',
      'lint failed:',
      'src/a.ts: 1 error',
      '',
      'All checks, 63 s:',
      '  types  ok 1, 3.0 s',
      '  lint   FAILED 1 of 1, 40.0 s',
      '  tests  FAILED 2 of 100, skipped 3, 60.0 s',
      '',
    ]);
  });
});
