import { type ContractCase, guidePage, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, anyText, arn, createGroup, group, put, stream, withStream } from '../steps.ts';

const messages = (texts: readonly string[]) => ({ events: texts.map((message) => ({ message })) });
const get = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'GetLogEvents',
  with: { logGroupName: group, logStreamName: stream, ...input },
  ...expected,
});
const getOn = (tokenName: string, input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'GetLogEvents',
  with: (memory) => ({ logGroupName: group, logStreamName: stream, nextToken: memory[tokenName], ...input }),
  ...expected,
});
const filter = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'FilterLogEvents',
  with: { logGroupName: group, ...input },
  ...expected,
});
const fiveEvents = put([5, 4, 3, 2, 1].map((age) => [age * 1_000, `age ${age}`] as const));
const saves = { forward: 'nextForwardToken', backward: 'nextBackwardToken' };

const gets: readonly ContractCase[] = [
  {
    name: 'GetLogEvents gives the latest events, oldest first, and goes backward by its token',
    page: pageOf('GetLogEvents'),
    steps: [
      ...withStream,
      fiveEvents,
      get({ limit: 2 }, { has: messages(['age 2', 'age 1']), saves }),
      getOn('backward', { limit: 2 }, { has: messages(['age 4', 'age 3']), saves }),
      getOn('backward', { limit: 2 }, { has: messages(['age 5']), saves }),
      getOn('backward', { limit: 2 }, { has: messages([]), saves: { again: 'nextBackwardToken' } }),
      {
        call: 'GetLogEvents',
        with: ({ again }) => ({ logGroupName: group, logStreamName: stream, nextToken: again }),
        has: ({ again }) => ({ events: [], nextBackwardToken: again }),
      },
    ],
  },
  {
    name: 'GetLogEvents from the head goes forward, and at the end gives the token back until more comes',
    page: pageOf('GetLogEvents'),
    steps: [
      ...withStream,
      fiveEvents,
      get({ limit: 3, startFromHead: true }, { has: messages(['age 5', 'age 4', 'age 3']), saves }),
      getOn('forward', { startFromHead: true }, { has: messages(['age 2', 'age 1']), saves }),
      {
        call: 'GetLogEvents',
        with: ({ forward }) => ({
          logGroupName: group,
          logStreamName: stream,
          startFromHead: true,
          nextToken: forward,
        }),
        has: ({ forward }) => ({ events: [], nextForwardToken: forward }),
      },
      put([[0, 'new']]),
      getOn('forward', { startFromHead: true }, { has: messages(['new']) }),
    ],
  },
  {
    name: 'a forward token needs startFromHead',
    page: pageOf('GetLogEvents'),
    steps: [
      ...withStream,
      fiveEvents,
      get({ startFromHead: true }, { saves }),
      getOn('forward', {}, { refusedAs: 'InvalidParameterException' }),
      get({ nextToken: 'f/nonsense' }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'the start of GetLogEvents is in its range, and the end is not',
    page: pageOf('GetLogEvents'),
    steps: [
      ...withStream,
      fiveEvents,
      {
        call: 'GetLogEvents',
        with: ({ now }) => ({
          logGroupName: group,
          logStreamName: stream,
          startTime: now - 4_000,
          endTime: now - 2_000,
        }),
        has: messages(['age 4', 'age 3']),
      },
    ],
  },
  {
    name: 'an empty stream has tokens too, and what comes later is read by them',
    page: pageOf('GetLogEvents'),
    steps: [
      ...withStream,
      get(
        { startFromHead: true },
        { gives: { events: [], nextForwardToken: anyText, nextBackwardToken: anyText }, saves },
      ),
      put([[0, 'new']]),
      getOn('forward', { startFromHead: true }, { has: messages(['new']) }),
    ],
  },
  {
    name: 'GetLogEvents names one group and one stream that exist',
    page: pageOf('GetLogEvents'),
    steps: [
      get({}, { refusedAs: 'ResourceNotFoundException' }),
      createGroup,
      get({}, { refusedAs: 'ResourceNotFoundException' }),
      get({ logGroupIdentifier: arn }, { refusedAs: 'InvalidParameterException' }),
      get({ limit: 10_001 }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
];

const streams: readonly Step[] = ['api/ml/a/', 'api/ml/ab/', 'job/x/'].map((logStreamName) => ({
  call: 'CreateLogStream',
  with: { logGroupName: group, logStreamName },
}));
const interleaved: readonly Step[] = [
  createGroup,
  ...streams,
  put(
    [
      [3_000, 'a3'],
      [1_000, 'a1'],
    ],
    {},
    'api/ml/a/',
  ),
  put([[2_000, 'ab2']], {}, 'api/ml/ab/'),
  put(
    [
      [4_000, 'x4'],
      [0, 'x0'],
    ],
    {},
    'job/x/',
  ),
];

const filters: readonly ContractCase[] = [
  {
    name: 'FilterLogEvents interleaves the streams by time, and every event has an id',
    page: pageOf('FilterLogEvents'),
    steps: [
      ...interleaved,
      filter({}, { has: messages(['x4', 'a3', 'ab2', 'a1', 'x0']) }),
      filter(
        { logStreamNames: ['api/ml/ab/'] },
        {
          gives: {
            searchedLogStreams: [],
            events: [
              {
                logStreamName: 'api/ml/ab/',
                message: 'ab2',
                timestamp: anyNumber,
                ingestionTime: anyNumber,
                eventId: anyText,
              },
            ],
          },
        },
      ),
    ],
  },
  {
    name: 'streams are chosen by name or by prefix, not by both',
    page: pageOf('FilterLogEvents'),
    steps: [
      ...interleaved,
      filter({ logStreamNamePrefix: 'api/ml/a/' }, { has: messages(['a3', 'a1']) }),
      filter({ logStreamNamePrefix: 'api/' }, { has: messages(['a3', 'ab2', 'a1']) }),
      filter({ logStreamNames: ['job/x/', 'api/ml/ab/'] }, { has: messages(['x4', 'ab2', 'x0']) }),
      filter({ logStreamNames: ['a'], logStreamNamePrefix: 'a' }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'pages go on in order, without loss and without doubles',
    page: pageOf('FilterLogEvents'),
    steps: [
      ...interleaved,
      filter({ limit: 2 }, { has: messages(['x4', 'a3']), saves: { token: 'nextToken' } }),
      {
        call: 'FilterLogEvents',
        with: ({ token }) => ({ logGroupName: group, limit: 2, nextToken: token }),
        has: messages(['ab2', 'a1']),
        saves: { token: 'nextToken' },
      },
      {
        call: 'FilterLogEvents',
        with: ({ token }) => ({ logGroupName: group, limit: 2, nextToken: token }),
        has: messages(['x0']),
        until: ({ nextToken }) => nextToken === undefined,
      },
    ],
  },
  {
    name: 'newest first comes with startFromHead false, and the token keeps the direction',
    page: pageOf('FilterLogEvents'),
    steps: [
      ...interleaved,
      {
        call: 'FilterLogEvents',
        with: ({ now }) => ({ logGroupName: group, startFromHead: false, startTime: now - 60_000, limit: 3 }),
        has: messages(['x0', 'a1', 'ab2']),
        saves: { token: 'nextToken' },
      },
      {
        call: 'FilterLogEvents',
        with: ({ now, token }) => ({
          logGroupName: group,
          startFromHead: true,
          startTime: now - 60_000,
          nextToken: token,
        }),
        has: messages(['a3', 'x4']),
      },
      filter({ startFromHead: false }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'start and end of FilterLogEvents are both in its range',
    page: pageOf('FilterLogEvents'),
    steps: [
      ...interleaved,
      {
        call: 'FilterLogEvents',
        with: ({ now }) => ({ logGroupName: group, startTime: now - 3_000, endTime: now - 1_000 }),
        has: messages(['a3', 'ab2', 'a1']),
      },
    ],
  },
];

const found = (filterPattern: string, texts: readonly string[]): Step =>
  filter({ filterPattern }, { has: messages(texts) });
const lines = ['ERROR one', 'ERROR two WARN', 'error three', 'INFO a "b c" d'];
const record = (apiName: string, jobID: string | undefined, code: number) =>
  JSON.stringify({ labels: { apiName, jobID }, code, tags: ['x', 'y'], ok: true, none: null });
const records = [
  record('a', 'j1', 200),
  record('a', 'j2', 404),
  record('b', undefined, 500),
  'plain $.labels.apiName = a',
];

const patterns: readonly ContractCase[] = [
  {
    name: 'terms are all needed, - excludes, ? makes one of them enough, quotes hold a phrase',
    page: guidePage('FilterAndPatternSyntax'),
    steps: [
      ...withStream,
      put(lines.map((line) => [0, line] as const)),
      found('ERROR', [lines[0]!, lines[1]!]),
      found('ERROR WARN', [lines[1]!]),
      found('ERROR -WARN', [lines[0]!]),
      found('?WARN ?INFO', [lines[1]!, lines[3]!]),
      found('"ERROR two"', [lines[1]!]),
      found(String.raw`"\"b c\""`, [lines[3]!]),
      found('', lines),
    ],
  },
  {
    name: 'terms with other characters must be quoted',
    page: guidePage('FilterAndPatternSyntax'),
    steps: [
      createGroup,
      filter({ filterPattern: 'a.b' }, { refusedAs: 'InvalidParameterException' }),
      filter({ filterPattern: '"open' }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'JSON selectors compare, combine and look for what is missing',
    page: guidePage('FilterAndPatternSyntax'),
    steps: [
      ...withStream,
      put(records.map((line) => [0, line] as const)),
      found('{ $.labels.apiName = "a" && $.labels.jobID = "j1" }', [records[0]!]),
      found('{ $.labels.apiName = a }', [records[0]!, records[1]!]),
      found('{ $.labels.jobID = "j*" }', [records[0]!, records[1]!]),
      found('{ $.code >= 404 }', [records[1]!, records[2]!]),
      found('{ ($.code = 200 || $.code = 500) && $.labels.apiName != "a" }', [records[2]!]),
      found('{ $.labels.jobID NOT EXISTS }', [records[2]!]),
      found('{ $.none IS NULL && $.ok IS TRUE && $.tags[1] = "y" && $.code < 300 }', [records[0]!]),
    ],
  },
  {
    name: 'a broken selector is refused',
    page: guidePage('FilterAndPatternSyntax'),
    steps: [
      createGroup,
      ...[
        '{ $.a = }',
        '{ $.a = 1',
        '{ a = 1 }',
        '{ $.a = 1 } x',
        '{ $.a > "x" }',
        '{ $.a = 1 & $.b = 2 }',
      ].map((filterPattern) => filter({ filterPattern }, { refusedAs: 'InvalidParameterException' })),
    ],
  },
];

export const getAndFilter: readonly ContractCase[] = [...gets, ...filters, ...patterns];
