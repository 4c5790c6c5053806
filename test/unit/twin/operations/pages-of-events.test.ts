import { describe, expect, it } from '@jest/globals';
import { filterLogEvents } from '../../../../src/twin/operations/filter-log-events.ts';
import { getLogEvents } from '../../../../src/twin/operations/get-log-events.ts';
import { createLogGroup } from '../../../../src/twin/operations/log-groups.ts';
import { createLogStream } from '../../../../src/twin/operations/log-streams.ts';
import { Account } from '../../../../src/twin/state/account.ts';

const now = Date.UTC(2026, 10, 25);
const stream = { logGroupName: 'g', logStreamName: 's' };

/** An account with one stream of these messages, without the limits of PutLogEvents. */
function accountWith(messages: readonly string[]) {
  const account = new Account({
    accountId: '1',
    region: 'eu-west-1',
    retentionPolicyDelayMs: 0,
    queryDelayMs: 0,
    maxStoredBytes: Infinity,
  });
  const context = { account, now, effects: { lateMs: 0, isLost: false } };
  void createLogGroup.run(stream, context);
  void createLogStream.run(stream, context);
  const { streams } = account.group('g');
  for (const message of messages)
    streams
      .get('s')!
      .append({ timestamp: now, ingestionTime: now, message, sequence: account.nextSequence() });
  return {
    filter: (input: Record<string, unknown>) =>
      filterLogEvents.run({ logGroupName: 'g', ...input }, context) as {
        events: { message: string; eventId: string }[];
        nextToken?: string;
      },
    get: (input: Record<string, unknown>) =>
      getLogEvents.run({ ...stream, ...input }, context) as {
        events: { message: string }[];
        nextForwardToken: string;
        nextBackwardToken: string;
      },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
describe('a page of events', () => {
  it('can be empty and still lead to more, after a long way without a match', () => {
    const { filter } = accountWith([...Array.from({ length: 150_000 }, () => 'nothing'), 'needle']);
    const first = filter({ filterPattern: 'needle' });
    expect(first).toMatchObject({ events: [], nextToken: expect.any(String) });
    const second = filter({ filterPattern: 'needle', nextToken: first.nextToken });
    expect(second.events).toMatchObject([{ message: 'needle' }]);
    expect(second.nextToken).toBeUndefined();
  });

  it('has at most 1 MB, and at least one event', () => {
    const { filter, get } = accountWith(['a'.repeat(600_000), 'b'.repeat(600_000), 'c'.repeat(400_000)]);
    const first = filter({});
    expect(first.events.map(({ message }) => message[0])).toEqual(['a']);
    const second = filter({ nextToken: first.nextToken });
    expect(second.events.map(({ message }) => message[0])).toEqual(['b', 'c']);
    expect(get({}).events.map(({ message }) => message[0])).toEqual(['b', 'c']);
    expect(get({ startFromHead: true }).events.map(({ message }) => message[0])).toEqual(['a']);
  });

  it('has at most 10,000 events; pages together have each event once, with an id of its own', () => {
    const { filter } = accountWith(Array.from({ length: 25_000 }, (_, index) => String(index)));
    const read: { message: string; eventId: string }[] = [];
    const sizes: number[] = [];
    let token: string | undefined;
    do {
      const page = filter(token === undefined ? {} : { nextToken: token });
      read.push(...page.events);
      sizes.push(page.events.length);
      token = page.nextToken;
    } while (token !== undefined);
    expect(sizes).toEqual([10_000, 10_000, 5_000]);
    expect(read.map(({ message }) => Number(message))).toEqual(
      Array.from({ length: 25_000 }, (_, index) => index),
    );
    expect(new Set(read.map(({ eventId }) => eventId)).size).toBe(25_000);
  });
});
