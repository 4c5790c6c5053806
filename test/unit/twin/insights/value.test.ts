import { describe, expect, it } from '@jest/globals';
import { compareNaturally } from '../../../../src/twin/insights/value.ts';

/** The example of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html */
const documented = [
  '!:',
  '#',
  '*%04',
  '0#',
  '5A',
  '111A',
  '2345_',
  '@',
  '@_',
  'A',
  'A9876fghj',
  'a12345hfh',
  '0',
  '01',
  '1',
  '2',
  '3',
];

describe('the order of sort', () => {
  it("is that of the example on AWS's page, whatever the order before", () => {
    // 0 and 01, 01 and 1: equal or not as numbers, which the page leaves open.
    const sorted = documented.toReversed().sort(compareNaturally);
    expect(sorted.slice(0, 12)).toEqual(documented.slice(0, 12));
    expect(sorted.slice(12).map(Number)).toEqual([0, 1, 1, 2, 3]);
  });

  it('puts missing values first', () => {
    expect([1, 'x', undefined, '!'].sort(compareNaturally)).toEqual(['!', 'x', 1, undefined]);
    expect(compareNaturally(undefined, '!')).toBeLessThan(0);
    expect(compareNaturally(undefined, -1)).toBeLessThan(0);
  });

  it('is the same in any number notation', () => {
    expect(['10', 9, '1e1', '-1', 2.5].sort(compareNaturally)).toEqual(['-1', 2.5, 9, '10', '1e1']);
  });
});
