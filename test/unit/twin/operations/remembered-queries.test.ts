import { describe, expect, it } from '@jest/globals';
import { createLogGroup } from '../../../../src/twin/operations/log-groups.ts';
import { getQueryResults, startQuery } from '../../../../src/twin/operations/queries.ts';
import { Account } from '../../../../src/twin/state/account.ts';
import { waitFor } from '../../../control-plane/wait-for.ts';

const now = Date.UTC(2026, 10, 25);

describe('queries', () => {
  it('are remembered until a thousand others came after them', async () => {
    const account = new Account({
      accountId: '1',
      region: 'eu-west-1',
      retentionPolicyDelayMs: 0,
      queryDelayMs: 0,
      maxStoredBytes: Infinity,
    });
    const context = { account, now, effects: { lateMs: 0, isLost: false } };
    createLogGroup.run({ logGroupName: 'g' }, context);
    const query = { logGroupName: 'g', startTime: 0, endTime: 1, queryString: 'fields a' };
    const start = () => startQuery.run(query, context) as { queryId: string };
    const statusOf = (queryId: string) =>
      (getQueryResults.run({ queryId }, context) as { status: string }).status;

    const ids: string[] = [];
    for (let count = 0; count < 1_005; count++) {
      const { queryId } = start();
      ids.push(queryId);
      // Only so many may run at a time.
      if (count % 50 === 49)
        await waitFor(() => statusOf(queryId) === 'Complete', {
          describe: 'the query is over',
          intervalMs: 1,
        });
    }
    expect(account.queries.size).toBe(1_000);
    expect(() => statusOf(ids[4]!)).toThrow('does not exist');
    expect(statusOf(ids[5]!)).toBe('Complete');
  });
});
