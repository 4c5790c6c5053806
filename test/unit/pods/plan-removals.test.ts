import { describe, expect, it } from '@jest/globals';
import { planRemovals } from '../../../src/pods/plan-removals.ts';

describe('planRemovals', () => {
  it.each([
    ['a fifth of the pods may go', { due: 20, removed: 0, labeled: 100, brakePercent: 20 }, true],
    ['one more than a fifth may not', { due: 21, removed: 0, labeled: 100, brakePercent: 20 }, false],
    ['what went lately counts too', { due: 1, removed: 20, labeled: 80, brakePercent: 20 }, false],
    ['a person who says 100 % lets all go', { due: 100, removed: 0, labeled: 100, brakePercent: 100 }, true],
    ['0 % lets nothing go', { due: 1, removed: 0, labeled: 1000, brakePercent: 0 }, false],
    ['nothing due is never braked', { due: 0, removed: 0, labeled: 0, brakePercent: 0 }, true],
  ])('%s', (_name, input, goesOn) => {
    expect(planRemovals(input) === undefined).toBe(goesOn);
  });

  it('tells the numbers and how to confirm', () => {
    expect(planRemovals({ due: 30, removed: 0, labeled: 100, brakePercent: 20 })).toMatch(
      /30 of 100 labeled pods.*--removal-brake-percent=100/,
    );
  });
});
