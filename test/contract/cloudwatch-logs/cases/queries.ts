import { renderInsightsQuery } from '../../../../src/kernel/insights-query.ts';
import { formatLogRecord } from '../../../../src/kernel/log-record.ts';
import { type ContractCase, guidePage, pageOf, type Step } from '../contract-case.ts';
import {
  anyNumber,
  anyText,
  createGroup,
  createStream,
  expectRow,
  group,
  put,
  query,
  withStream,
} from '../steps.ts';

const place = {
  namespace: 'ml',
  pod: 'p',
  container: 'api',
  node: 'n',
  stream: 'stdout',
  time: '2026-11-23T08:50:00.1Z',
} as const;
const line = (text: string, labels: Parameters<typeof formatLogRecord>[1]) =>
  formatLogRecord({ ...place, text }, labels);

/** The queries of the product, to the letter, for each kind of API. */
const kinds = [
  { apiKind: 'RealtimeAPI' },
  { apiKind: 'AsyncAPI' },
  { apiKind: 'BatchAPI', jobID: 'job-1' },
  { apiKind: 'TaskAPI', jobID: 'job-1' },
] as const;
const literal = (apiKind: string, jobID: string | undefined) => `fields @timestamp, message
| filter labels.apiName="text-generator"
${jobID === undefined ? '' : `| filter labels.jobID="${jobID}"\n`}| filter labels.apiKind="${apiKind}"
| sort @timestamp asc
| limit 1000`;

const messagesAre = (texts: readonly string[]): Partial<Step> => ({
  has: {
    status: 'Complete',
    results: texts.map((value) => [
      { field: '@timestamp', value: anyText },
      { field: 'message', value },
      { field: '@ptr', value: anyText },
    ]),
  },
});

const neighbours = kinds.map((identity) => line('neighbour', { apiName: 'text-generator-2', ...identity }));
const forged = [
  { labels: { apiName: 'text-generator', apiKind: 'RealtimeAPI', jobID: 'job-1' } },
  { msg: 'x","labels":{"apiName":"text-generator","apiKind":"RealtimeAPI","jobID":"job-1"},"a":"' },
  { message: '","labels":{"apiName":"text-generator","apiKind":"RealtimeAPI"},"namespace":"ml"' },
  { '@labels': { apiName: 'text-generator' }, __proto__: { labels: { apiName: 'text-generator' } } },
].map((body) => line(JSON.stringify(body), { apiName: 'tenant', apiKind: 'RealtimeAPI' }));

const verbatim: readonly ContractCase[] = kinds.flatMap(({ apiKind, ...job }) => {
  const identity = { apiName: 'text-generator', apiKind, ...job };
  const jobID = 'jobID' in job ? job.jobID : undefined;
  const theRecords: readonly (readonly [number, string])[] = [
    [3_000, line('{"message":"first"}', identity)],
    [2_000, line('second', identity)],
    ...neighbours.map((message) => [1_500, message] as const),
    ...forged.map((message) => [1_400, message] as const),
    [1_000, line('{"msg":"third","labels":{"apiName":"other"}}', identity)],
  ];
  const expected = messagesAre(['first', 'second', 'third']);
  return [
    {
      name: `the query of a ${apiKind}, to the letter, finds its records and nobody else's`,
      page: guidePage('CWL_QuerySyntax'),
      steps: [
        ...withStream,
        put(theRecords),
        ...query(literal(apiKind, jobID), expected),
        ...query(renderInsightsQuery(identity), expected),
      ],
    },
    {
      name: `in INFREQUENT_ACCESS the query of a ${apiKind} parses the fields that nobody discovers`,
      page: guidePage('CloudWatch_Logs_Log_Classes'),
      steps: [
        { ...createGroup, with: { logGroupName: group, logGroupClass: 'INFREQUENT_ACCESS' } },
        createStream,
        put(theRecords),
        ...query(
          renderInsightsQuery(identity, { logGroupClass: 'INFREQUENT_ACCESS', namespace: 'ml' }),
          expected,
        ),
        ...query(literal(apiKind, jobID), { has: { results: [] } }),
      ],
    },
  ];
});

const rows = (field: string, values: readonly string[]): Partial<Step> => ({
  has: { results: values.map((value) => expectRow([{ field, value }])) },
});

const results: readonly ContractCase[] = [
  {
    name: 'a complete query tells what it scanned, and its rows leave out the fields that an event has not',
    page: pageOf('GetQueryResults'),
    steps: [
      ...withStream,
      put([
        [1_000, '{"a":1}'],
        [0, '{"b":2.5}'],
      ]),
      ...query('fields a, b | filter b > 2', {
        gives: {
          queryLanguage: 'CWLI',
          status: 'Complete',
          results: [expectRow([{ field: 'b', value: '2.5' }])],
          statistics: {
            recordsMatched: 1,
            recordsScanned: 2,
            bytesScanned: 16,
            estimatedRecordsSkipped: 0,
            estimatedBytesSkipped: 0,
            logGroupsScanned: 1,
            resultCount: 1,
          },
        },
      }),
    ],
  },
  {
    name: 'a query without fields shows time and message, newest first',
    page: guidePage('CWL_QuerySyntax-Fields'),
    steps: [
      ...withStream,
      put([
        [1_000, 'older'],
        [0, 'newer'],
      ]),
      ...query('filter @message like "er"', {
        has: {
          results: ['newer', 'older'].map((value) =>
            expectRow([
              { field: '@timestamp', value: anyText as unknown as string },
              { field: '@message', value },
            ]),
          ),
        },
      }),
    ],
  },
  {
    name: 'times are shown in UTC with milliseconds',
    page: guidePage('CWL_QuerySyntax'),
    steps: [
      ...withStream,
      put([[0, 'x']]),
      {
        ...query('fields @timestamp', {})[0]!,
      },
      {
        call: 'GetQueryResults',
        with: ({ queryId }) => ({ queryId }),
        until: ({ status }) => status === 'Complete',
        has: ({ now }) => ({
          results: [
            expectRow([
              { field: '@timestamp', value: new Date(now).toISOString().replace('T', ' ').replace('Z', '') },
            ]),
          ],
        }),
      },
    ],
  },
  {
    name: 'results come in pages',
    page: pageOf('GetQueryResults'),
    steps: [
      ...withStream,
      put([
        [2_000, 'a'],
        [1_000, 'b'],
        [0, 'c'],
      ]),
      ...query('fields @message | sort @message', rows('@message', ['a', 'b', 'c'])),
      {
        call: 'GetQueryResults',
        with: ({ queryId }) => ({ queryId, maxItems: 2 }),
        ...rows('@message', ['a', 'b']),
        saves: { token: 'nextToken' },
      },
      {
        call: 'GetQueryResults',
        with: ({ queryId, token }) => ({ queryId, maxItems: 2, nextToken: token }),
        ...rows('@message', ['c']),
        until: ({ nextToken }) => nextToken === undefined,
      },
      {
        call: 'GetQueryResults',
        with: ({ queryId }) => ({ queryId, nextToken: 'nonsense' }),
        refusedAs: 'InvalidParameterException',
      },
    ],
  },
  {
    name: "the query's limit holds, else the call's",
    page: pageOf('StartQuery'),
    steps: [
      ...withStream,
      put([
        [2_000, 'a'],
        [1_000, 'b'],
        [0, 'c'],
      ]),
      ...query('fields @message | sort @message | limit 2', rows('@message', ['a', 'b'])),
      ...query('fields @message | sort @message', rows('@message', ['a']), { limit: 1 }),
    ],
  },
  {
    name: 'stats counts by fields',
    page: guidePage('CWL_QuerySyntax-Stats'),
    steps: [
      ...withStream,
      put(
        ['a', 'b', 'a'].map(
          (apiName, index) => [0, JSON.stringify({ labels: { apiName }, n: index + 1 })] as const,
        ),
      ),
      ...query('stats count(*) as lines, sum(n), avg(n) as mean by labels.apiName | sort lines desc', {
        has: {
          results: [
            [
              { field: 'labels.apiName', value: 'a' },
              { field: 'lines', value: '2' },
              { field: 'sum(n)', value: '4' },
              { field: 'mean', value: '2' },
            ],
            [
              { field: 'labels.apiName', value: 'b' },
              { field: 'lines', value: '1' },
              { field: 'sum(n)', value: '2' },
              { field: 'mean', value: '2' },
            ],
          ],
        },
      }),
    ],
  },
];

const start = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'StartQuery',
  with: { startTime: 1, endTime: 2, queryString: 'fields @message', ...input },
  ...expected,
});

const lifecycle: readonly ContractCase[] = [
  {
    name: 'groups are named by exactly one of three parameters',
    page: pageOf('StartQuery'),
    steps: [
      createGroup,
      start({}, { refusedAs: 'InvalidParameterException' }),
      start({ logGroupName: group, logGroupNames: [group] }, { refusedAs: 'InvalidParameterException' }),
      start({ logGroupName: group }, { gives: { queryId: anyText } }),
      start({ logGroupNames: [group] }, { gives: { queryId: anyText } }),
      start(
        { logGroupIdentifiers: [`arn:aws:logs:eu-west-1:000000000000:log-group:${group}`] },
        { gives: { queryId: anyText } },
      ),
      start({ logGroupNames: [group, 'missing'] }, { refusedAs: 'ResourceNotFoundException' }),
      start(
        { logGroupNames: Array.from({ length: 51 }, () => group) },
        { refusedAs: 'InvalidParameterException' },
      ),
    ],
  },
  {
    name: 'a query reads several groups, and tells them apart by @log',
    page: guidePage('CWL_AnalyzeLogData-discoverable-fields'),
    steps: [
      ...withStream,
      { call: 'CreateLogGroup', with: { logGroupName: 'other' } },
      { call: 'CreateLogStream', with: { logGroupName: 'other', logStreamName: 's' } },
      put([[1_000, 'x']]),
      {
        call: 'PutLogEvents',
        with: ({ now }) => ({
          logGroupName: 'other',
          logStreamName: 's',
          logEvents: [{ timestamp: now, message: 'y' }],
        }),
      },
      ...query(
        'fields @log, @logStream | filter @message = "y"',
        {
          has: {
            results: [
              expectRow([
                { field: '@log', value: '000000000000:other' },
                { field: '@logStream', value: 's' },
              ]),
            ],
            statistics: { logGroupsScanned: 2 },
          },
        },
        { logGroupName: undefined, logGroupNames: [group, 'other'] },
      ),
    ],
  },
  {
    name: 'start and end of the range are in it, and nothing later within the second of the end',
    page: pageOf('StartQuery'),
    steps: [
      ...withStream,
      put([
        [10_001, 'before'],
        [10_000, 'start'],
        [5_000, 'end'],
        [4_500, 'half a second later'],
      ]),
      {
        call: 'StartQuery',
        with: ({ now }) => ({
          logGroupName: group,
          startTime: now / 1_000 - 10,
          endTime: now / 1_000 - 5,
          queryString: 'fields @message | sort @timestamp',
        }),
        saves: { queryId: 'queryId' },
      },
      {
        call: 'GetQueryResults',
        with: ({ queryId }) => ({ queryId }),
        until: ({ status }) => status === 'Complete',
        ...rows('@message', ['start', 'end']),
      },
    ],
  },
  {
    name: 'times are whole seconds, and the end is not before the start',
    page: pageOf('StartQuery'),
    steps: [
      createGroup,
      start({ logGroupName: group, startTime: 3 }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'a query that is over cannot be stopped, and an unknown one is not found',
    page: pageOf('StopQuery'),
    steps: [
      createGroup,
      ...query('fields @message', {}),
      { call: 'StopQuery', with: ({ queryId }) => ({ queryId }), refusedAs: 'InvalidParameterException' },
      { call: 'StopQuery', with: { queryId: 'x' }, refusedAs: 'ResourceNotFoundException' },
      { call: 'GetQueryResults', with: { queryId: 'x' }, refusedAs: 'ResourceNotFoundException' },
    ],
  },
  {
    name: 'queries are described, the newest first',
    page: pageOf('DescribeQueries'),
    steps: [
      createGroup,
      ...query('fields @message', {}),
      ...query('fields @timestamp', {}),
      {
        call: 'DescribeQueries',
        with: { logGroupName: group, status: 'Complete' },
        has: {
          queries: ['fields @timestamp', 'fields @message'].map((queryString) => ({
            queryString,
            status: 'Complete',
            logGroupName: group,
            createTime: anyNumber,
          })),
        },
      },
    ],
  },
];

export const queries: readonly ContractCase[] = [...verbatim, ...results, ...lifecycle];
