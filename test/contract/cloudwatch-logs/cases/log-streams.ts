import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, anyText, arn, createGroup, group, put, stream, withStream } from '../steps.ts';

const create = (logStreamName: string, expected: Partial<Step> = { gives: {} }): Step => ({
  call: 'CreateLogStream',
  with: { logGroupName: group, logStreamName },
  ...expected,
});
const describe = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'DescribeLogStreams',
  with: { logGroupName: group, ...input },
  ...expected,
});
const names = (logStreams: readonly string[]) => ({
  logStreams: logStreams.map((logStreamName) => ({ logStreamName })),
});

export const logStreams: readonly ContractCase[] = [
  {
    name: 'a new stream has no event times, and zero bytes for ever',
    page: pageOf('LogStream'),
    steps: [
      ...withStream,
      describe(
        {},
        {
          gives: {
            logStreams: [
              {
                logStreamName: stream,
                creationTime: anyNumber,
                uploadSequenceToken: anyText,
                arn: `${arn}:log-stream:${stream}`,
                storedBytes: 0,
              },
            ],
          },
        },
      ),
    ],
  },
  {
    name: 'a stream tells its first and last event',
    page: pageOf('LogStream'),
    steps: [
      ...withStream,
      put([[1_000, 'b']]),
      put([[5_000, 'late']]),
      {
        call: 'DescribeLogStreams',
        with: { logGroupIdentifier: arn },
        has: ({ now }) => ({
          logStreams: [
            {
              firstEventTimestamp: now - 5_000,
              lastEventTimestamp: now - 1_000,
              lastIngestionTime: anyNumber,
              storedBytes: 0,
            },
          ],
        }),
      },
    ],
  },
  {
    name: 'a stream exists once in its group, and needs one',
    page: pageOf('CreateLogStream'),
    steps: [
      create('s', { refusedAs: 'ResourceNotFoundException' }),
      createGroup,
      create('s'),
      create('s', { refusedAs: 'ResourceAlreadyExistsException' }),
    ],
  },
  {
    name: 'a name has up to 512 characters, and neither : nor *',
    page: pageOf('CreateLogStream'),
    steps: [
      createGroup,
      create('x'.repeat(512)),
      create('größe $ [x] "y"'),
      ...['x'.repeat(513), 'a:b', 'a*'].map((name) =>
        create(name, { refusedAs: 'InvalidParameterException' }),
      ),
    ],
  },
  {
    name: 'streams are sorted by name, forward and backward, and read by prefix',
    page: pageOf('DescribeLogStreams'),
    steps: [
      createGroup,
      ...['api/ml/b', 'api/ml/a', 'job/x', 'Api'].map((name) => create(name)),
      describe({}, { has: names(['Api', 'api/ml/a', 'api/ml/b', 'job/x']) }),
      describe({ descending: true }, { has: names(['job/x', 'api/ml/b', 'api/ml/a', 'Api']) }),
      describe({ logStreamNamePrefix: 'api/ml/' }, { has: names(['api/ml/a', 'api/ml/b']) }),
    ],
  },
  {
    name: 'streams are sorted by their last event, without a prefix',
    page: pageOf('DescribeLogStreams'),
    steps: [
      createGroup,
      ...['a', 'b', 'c'].map((name) => create(name)),
      put([[1_000, 'x']], {}, 'a'),
      put([[2_000, 'x']], {}, 'b'),
      describe({ orderBy: 'LastEventTime', descending: true }, { has: names(['a', 'b', 'c']) }),
      describe({ orderBy: 'LastEventTime' }, { has: names(['c', 'b', 'a']) }),
      describe(
        { orderBy: 'LastEventTime', logStreamNamePrefix: 'a' },
        { refusedAs: 'InvalidParameterException' },
      ),
    ],
  },
  {
    name: 'pages go on where the last one ended, also backward',
    page: pageOf('DescribeLogStreams'),
    steps: [
      createGroup,
      ...['a', 'b', 'c'].map((name) => create(name)),
      describe({ descending: true, limit: 2 }, { has: names(['c', 'b']), saves: { token: 'nextToken' } }),
      {
        call: 'DescribeLogStreams',
        with: ({ token }) => ({ logGroupName: group, descending: true, limit: 2, nextToken: token }),
        has: names(['a']),
        until: ({ nextToken }) => nextToken === undefined,
      },
    ],
  },
  {
    name: 'a group is named once, by name or identifier',
    page: pageOf('DescribeLogStreams'),
    steps: [
      createGroup,
      describe({ logGroupIdentifier: group }, { refusedAs: 'InvalidParameterException' }),
      { call: 'DescribeLogStreams', with: {}, refusedAs: 'InvalidParameterException' },
    ],
  },
  {
    name: 'a deleted stream takes its events with it',
    page: pageOf('DeleteLogStream'),
    steps: [
      ...withStream,
      put([[0, 'x']]),
      { call: 'DeleteLogStream', with: { logGroupName: group, logStreamName: stream }, gives: {} },
      { call: 'DescribeLogGroups', with: {}, has: { logGroups: [{ storedBytes: 0 }] } },
      { call: 'FilterLogEvents', with: { logGroupName: group }, has: { events: [] } },
      {
        call: 'DeleteLogStream',
        with: { logGroupName: group, logStreamName: stream },
        refusedAs: 'ResourceNotFoundException',
      },
    ],
  },
];
