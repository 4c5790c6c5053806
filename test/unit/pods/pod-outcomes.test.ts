import { beforeEach, describe, expect, it } from '@jest/globals';
import { PodOutcomes, type PodOutcome } from '../../../src/pods/pod-outcomes.ts';
import { aWorkload, claimsFrom } from '../../support/build-pods.ts';

const [api, job] = claimsFrom(
  aWorkload('BatchAPI', 'images', { age: 1 }),
  aWorkload('BatchJob', 'run', { age: 2, spec: { apiName: 'images' } }),
);
const images = { kind: 'BatchAPI', namespace: 'ml', name: 'images' };
const run = { kind: 'BatchJob', namespace: 'ml', name: 'run' };
const conflict = { claimKey: 'BatchAPI/ml/images', reason: 'SelectedByJob', message: 'not labeled' };

function outcome(changes: Partial<PodOutcome> = {}): PodOutcome {
  return { claim: api!, labeled: true, finished: false, conflicts: [], ...changes };
}

describe('PodOutcomes', () => {
  let changed: string[];
  let outcomes: PodOutcomes;
  beforeEach(() => {
    changed = [];
    outcomes = new PodOutcomes((key) => changed.push(key));
  });

  it('counts what is recorded, replaced and forgotten', () => {
    outcomes.record('ml/a', outcome());
    outcomes.record('ml/b', outcome({ labeled: false }));
    outcomes.record('ml/a', outcome({ finished: true }));
    expect(outcomes.tallyOf(images)).toEqual({ claimed: 2, labeled: 1, finished: 1, conflicts: [] });
    expect(outcomes.labeled).toBe(1);
    outcomes.forget('ml/a');
    expect(outcomes.tallyOf(images)).toEqual({ claimed: 1, labeled: 0, finished: 0, conflicts: [] });
    outcomes.forget('ml/b');
    expect(outcomes.tallyOf(images)).toEqual({ claimed: 0, labeled: 0, finished: 0, conflicts: [] });
  });

  it('counts the pods of a job for its API, too', () => {
    outcomes.record('ml/a', outcome({ claim: job! }));
    expect([outcomes.tallyOf(images).claimed, outcomes.tallyOf(run).claimed]).toEqual([1, 1]);
  });

  it('moves a pod that changes hands', () => {
    outcomes.record('ml/a', outcome({ claim: job! }));
    outcomes.record('ml/a', outcome());
    expect([outcomes.tallyOf(images).claimed, outcomes.tallyOf(run).claimed]).toEqual([1, 0]);
  });

  it('keeps namespaces apart', () => {
    outcomes.record('other/a', outcome({ claim: { ...api!, key: 'BatchAPI/other/images' } }));
    expect(outcomes.tallyOf(images).claimed).toBe(0);
  });

  it('counts equal conflicts, and tells them in one order whatever came first', () => {
    const second = { ...conflict, reason: 'ClaimedByOther' };
    outcomes.record('ml/a', outcome({ conflicts: [conflict] }));
    outcomes.record('ml/b', outcome({ conflicts: [second, conflict] }));
    expect(outcomes.tallyOf(images).conflicts).toEqual([
      { reason: 'ClaimedByOther', message: '1 pod: not labeled' },
      { reason: 'SelectedByJob', message: '2 pods: not labeled' },
    ]);
    outcomes.record('ml/a', outcome());
    outcomes.forget('ml/b');
    expect(outcomes.tallyOf(images).conflicts).toEqual([]);
  });

  it('tells whose tally changed, once each, and nothing where nothing did', () => {
    outcomes.record('ml/a', outcome({ claim: job!, conflicts: [conflict] }));
    expect(changed).toEqual(['BatchJob/ml/run', 'BatchAPI/ml/images']);
    outcomes.record('ml/a', outcome({ claim: job!, conflicts: [conflict] }));
    expect(changed).toHaveLength(2);
    outcomes.forget('ml/a');
    outcomes.forget('ml/a');
    expect(changed).toHaveLength(4);
  });
});
