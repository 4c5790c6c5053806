import { describe, expect, it } from '@jest/globals';
import { shareAccountPolicies } from '../../../src/operator/share-account-policies.ts';
import type { LogGroupsOfAws } from '../../../src/operator/fence-writes.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function open() {
  const clock = new ManualClock();
  const answers: (() => Promise<never[]>)[] = [];
  const asked: string[] = [];
  const aws = {
    describeAccountPolicies: (policyType: string) => {
      asked.push(policyType);
      return (answers.shift() ?? (() => Promise.resolve([])))();
    },
  } as unknown as LogGroupsOfAws;
  return { clock, answers, asked, shared: shareAccountPolicies(aws, { forMs: 30_000, clock }) };
}

describe('account policies', () => {
  it('are read once for all groups, by type, and again when they are old', async () => {
    const { clock, asked, shared } = open();
    for (let group = 0; group < 5; group++) await shared.describeAccountPolicies('FIELD_INDEX_POLICY');
    await shared.describeAccountPolicies('DATA_PROTECTION_POLICY');
    expect(asked).toEqual(['FIELD_INDEX_POLICY', 'DATA_PROTECTION_POLICY']);
    await clock.advance(30_000);
    await shared.describeAccountPolicies('FIELD_INDEX_POLICY');
    expect(asked).toHaveLength(3);
  });

  it('are asked for again after a failure, which each asker learns of', async () => {
    const { answers, asked, shared } = open();
    answers.push(() => Promise.reject(new Error('denied')));
    await expect(shared.describeAccountPolicies('FIELD_INDEX_POLICY')).rejects.toThrow('denied');
    await expect(shared.describeAccountPolicies('FIELD_INDEX_POLICY')).resolves.toEqual([]);
    expect(asked).toHaveLength(2);
  });
});
