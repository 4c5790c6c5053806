import { expect, it } from '@jest/globals';
import { claimsCheck, watchCheck } from '../../../src/operator/report-watches.ts';

type Knowledge = ReturnType<Parameters<typeof claimsCheck>[0]['knowledge']>;

it('a replica answers reviews once it is known who claims what, and goes on whatever is lost later', () => {
  let knowledge: Knowledge = 'unknown';
  const check = claimsCheck({ knowledge: () => knowledge });
  expect(check()).toMatch(/not all kinds of APIs and jobs are listed yet, \/readyz names them/);
  knowledge = 'partial';
  expect(check()).toBeUndefined();
  knowledge = 'unknown';
  expect(check()).toBeUndefined();
});

it('a watch is told until its first list, and when it has been failing for over ten seconds', () => {
  const failing = (ms: number) => ({
    reason: 'Forbidden',
    message: 'needs verb list',
    since: Date.now() - ms,
  });
  const state = { synced: false, lastListAt: undefined, lastEventAt: undefined, failing: undefined };
  const problemOf = (changes: object) =>
    watchCheck({ resource: 'pods', store: { size: 0 }, state: { ...state, ...changes } })();
  expect(problemOf({})).toBe('not listed yet');
  expect(problemOf({ failing: failing(0) })).toMatch(/^needs verb list, since 20/);
  expect(problemOf({ synced: true })).toBeUndefined();
  expect(problemOf({ synced: true, failing: failing(0) })).toBeUndefined();
  expect(problemOf({ synced: true, failing: failing(60_000) })).toMatch(/^needs verb list, since 20/);
});
