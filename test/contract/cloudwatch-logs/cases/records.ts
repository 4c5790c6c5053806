import { type ContractCase, pageOf } from '../contract-case.ts';
import { anyText, arn, createGroup, group, put, query, stream, withStream } from '../steps.ts';

export const records: readonly ContractCase[] = [
  {
    name: 'the pointer of a row leads to all fields of its event',
    page: pageOf('GetLogRecord'),
    // How times are written is our reading.
    reading: true,
    steps: [
      ...withStream,
      put([[0, '{"message":"hi","labels":{"apiName":"a"},"@own":1}']]),
      ...query('fields message', {
        has: { status: 'Complete', results: [[{ field: 'message' }, { field: '@ptr', value: anyText }]] },
        savesFrom: { pointer: ({ results }) => (results as { value: string }[][])[0]![1]!.value },
      }),
      {
        call: 'GetLogRecord',
        with: ({ pointer }) => ({ logRecordPointer: pointer }),
        gives: ({ now, pointer }) => ({
          logRecord: {
            '@timestamp': String(now),
            '@ingestionTime': anyText,
            '@message': '{"message":"hi","labels":{"apiName":"a"},"@own":1}',
            '@logStream': stream,
            '@log': `000000000000:${group}`,
            '@ptr': pointer,
            message: 'hi',
            'labels.apiName': 'a',
            '@@own': '1',
          },
        }),
      },
    ],
  },
  {
    name: 'a pointer is one that a row had',
    page: pageOf('GetLogRecord'),
    reading: true,
    steps: [
      { call: 'GetLogRecord', with: { logRecordPointer: 'x' }, refusedAs: 'InvalidParameterException' },
    ],
  },
  {
    name: 'the fields of a group come with the share of the last events that have them',
    page: pageOf('GetLogGroupFields'),
    steps: [
      ...withStream,
      put([
        [30 * 60_000, '{"old":1}'],
        [3_000, '{"a":1,"b":{"c":1}}'],
        [2_000, '{"a":2}'],
        [1_000, 'no JSON'],
      ]),
      {
        call: 'GetLogGroupFields',
        with: { logGroupName: group },
        gives: {
          logGroupFields: [
            ...['@timestamp', '@ingestionTime', '@message', '@logStream', '@log'].map((name) => ({
              name,
              percent: 100,
            })),
            { name: 'a', percent: 67 },
            { name: 'b.c', percent: 33 },
          ],
        },
      },
    ],
  },
  {
    name: 'a query tells which groups it read',
    page: pageOf('ListLogGroupsForQuery'),
    steps: [
      createGroup,
      ...query('fields a', { has: { status: 'Complete' } }),
      {
        call: 'ListLogGroupsForQuery',
        with: ({ queryId }) => ({ queryId }),
        gives: { logGroupIdentifiers: [arn] },
      },
      { call: 'ListLogGroupsForQuery', with: { queryId: 'x' }, refusedAs: 'ResourceNotFoundException' },
    ],
  },
];
