import { type ContractCase, type Memory, pageOf, type Step } from '../contract-case.ts';
import { anyText, createGroup, events, group, put, stream, withStream } from '../steps.ts';

const hour = 3_600_000;
const day = 24 * hour;
const mebi = 1_048_576;
const overhead = 26;

const refused: Partial<Step> = { refusedAs: 'InvalidParameterException' };
const stored = (messages: readonly string[]): Step => ({
  call: 'FilterLogEvents',
  with: { logGroupName: group },
  has: { events: messages.map((message) => ({ message })) },
});
const rejected = (rejectedLogEventsInfo: Record<string, number>): Partial<Step> => ({
  has: { rejectedLogEventsInfo },
});

const limits: readonly ContractCase[] = [
  {
    name: 'a batch is stored and answered with a token that nobody needs',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put(
        [
          [2_000, 'a'],
          [2_000, 'b'],
          [1_000, 'c'],
        ],
        { gives: { nextSequenceToken: anyText } },
      ),
      stored(['a', 'b', 'c']),
    ],
  },
  {
    name: 'the sequence token is ignored, right or wrong',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      {
        call: 'PutLogEvents',
        with: (memory: Memory) => ({
          logGroupName: group,
          logStreamName: stream,
          sequenceToken: 'nonsense',
          logEvents: events(memory, [0, 'a']),
        }),
        gives: { nextSequenceToken: anyText },
      },
    ],
  },
  {
    name: 'group and stream must exist',
    page: pageOf('PutLogEvents'),
    steps: [
      put([[0, 'a']], { refusedAs: 'ResourceNotFoundException' }),
      createGroup,
      put([[0, 'a']], { refusedAs: 'ResourceNotFoundException' }),
    ],
  },
  {
    name: 'a batch has 1 to 10,000 events',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put([], refused),
      put(
        Array.from({ length: 10_001 }, () => [0, 'x'] as const),
        refused,
      ),
      put(Array.from({ length: 10_000 }, () => [0, 'x'] as const)),
    ],
  },
  {
    name: 'a message has at least one character',
    page: pageOf('InputLogEvent'),
    steps: [...withStream, put([[0, '']], refused)],
  },
  {
    name: 'a batch has 1,048,576 bytes with 26 for each event, and not one more',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put([
        [0, 'x'.repeat(mebi / 2 - overhead)],
        [0, 'y'.repeat(mebi / 2 - overhead)],
      ]),
      put(
        [
          [0, 'x'.repeat(mebi / 2 - overhead)],
          [0, 'y'.repeat(mebi / 2 - overhead + 1)],
        ],
        refused,
      ),
    ],
  },
  {
    name: 'bytes are counted in UTF-8',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put([[0, 'ü'.repeat((mebi - overhead) / 2)]]),
      put([[0, 'ü'.repeat((mebi - overhead) / 2 + 1)]], refused),
    ],
  },
  {
    name: 'events of a batch are in order of time, and a batch that is not stores nothing',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put(
        [
          [1_000, 'a'],
          [2_000, 'b'],
        ],
        refused,
      ),
      stored([]),
    ],
  },
  {
    name: 'batches need not come in order of time',
    page: pageOf('FilterLogEvents'),
    steps: [...withStream, put([[1_000, 'second']]), put([[2_000, 'first']]), stored(['first', 'second'])],
  },
];

const window: readonly ContractCase[] = [
  {
    name: 'a batch spans 24 hours and not a millisecond more',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put([
        [day, 'a'],
        [0, 'b'],
      ]),
      put(
        [
          [day + 1, 'a'],
          [0, 'b'],
        ],
        refused,
      ),
    ],
  },
  {
    name: 'events older than 14 days are rejected, the others stored',
    page: pageOf('RejectedLogEventsInfo'),
    steps: [
      ...withStream,
      put(
        [
          [15 * day, 'old'],
          [14 * day + hour, 'old too'],
          [hour, 'good'],
        ],
        rejected({ tooOldLogEventEndIndex: 2 }),
      ),
      stored(['good']),
    ],
  },
  {
    name: 'events more than 2 hours ahead are rejected, the others stored',
    page: pageOf('RejectedLogEventsInfo'),
    steps: [
      ...withStream,
      put(
        [
          [0, 'good'],
          [-2 * hour + 60_000, 'good too'],
          [-3 * hour, 'early'],
        ],
        rejected({ tooNewLogEventStartIndex: 2 }),
      ),
      stored(['good', 'good too']),
    ],
  },
  {
    name: 'events older than the retention of the group are rejected as expired',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      { call: 'PutRetentionPolicy', with: { logGroupName: group, retentionInDays: 3 } },
      put(
        [
          [4 * day, 'expired'],
          [hour, 'good'],
        ],
        rejected({ expiredLogEventEndIndex: 1 }),
      ),
      stored(['good']),
    ],
  },
  {
    name: 'only valid events count for the span',
    page: pageOf('PutLogEvents'),
    steps: [
      ...withStream,
      put(
        [
          [30 * day, 'old'],
          [0, 'good'],
        ],
        rejected({ tooOldLogEventEndIndex: 1 }),
      ),
    ],
  },
  {
    name: 'what is stored counts in the group, overhead included',
    page: pageOf('LogGroup'),
    reading: true,
    steps: [
      ...withStream,
      put([
        [0, 'a'],
        [0, 'ü'],
      ]),
      { call: 'DescribeLogGroups', with: {}, has: { logGroups: [{ storedBytes: 3 + 2 * overhead }] } },
    ],
  },
];

export const putLogEvents: readonly ContractCase[] = [...limits, ...window];
