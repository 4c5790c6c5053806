import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, anyText, arn, createGroup, group, put, stream, withStream } from '../steps.ts';

const page = pageOf('StartLiveTail');
const start = (input: Record<string, unknown>, expected: Partial<Step> = {}): Step => ({
  call: 'StartLiveTail',
  with: { logGroupIdentifiers: [arn], ...input },
  ...expected,
});
const refused = (input: Record<string, unknown>, refusedAs = 'InvalidParameterException'): Step =>
  start(input, { refusedAs });
/** The next update that has events. */
const shown = (expected: Partial<Step>): Step => ({
  call: 'LiveTailUpdate',
  with: {},
  until: ({ sessionResults }) => (sessionResults as readonly unknown[]).length > 0,
  ...expected,
});
const messages = (...texts: readonly string[]) => ({
  sessionMetadata: { sampled: false },
  sessionResults: texts.map((message) => ({ message })),
});
const stop: Step = { call: 'StopLiveTail', with: {} };
const other = 'api/ml/RealtimeAPI/other/';

export const liveTail: readonly ContractCase[] = [
  {
    name: 'a session tells what it follows, then shows what comes, with its group and stream',
    page,
    steps: [
      ...withStream,
      put([[1_000, 'before']]),
      start(
        { logStreamNames: [stream], logEventFilterPattern: 'new' },
        {
          gives: {
            requestId: anyText,
            sessionId: anyText,
            logGroupIdentifiers: [arn],
            logStreamNames: [stream],
            logEventFilterPattern: 'new',
          },
        },
      ),
      put([[0, 'new']]),
      shown({
        gives: ({ now }) => ({
          sessionMetadata: { sampled: false },
          sessionResults: [
            {
              logStreamName: stream,
              logGroupIdentifier: arn,
              message: 'new',
              timestamp: now,
              ingestionTime: anyNumber,
            },
          ],
        }),
      }),
      stop,
    ],
  },
  {
    name: 'an update comes also when there is nothing to show',
    page,
    steps: [
      createGroup,
      start({}),
      {
        call: 'LiveTailUpdate',
        with: {},
        gives: { sessionMetadata: { sampled: false }, sessionResults: [] },
      },
      stop,
    ],
  },
  {
    name: 'streams are chosen by name or by prefix, events by a pattern',
    page,
    steps: [
      ...withStream,
      { call: 'CreateLogStream', with: { logGroupName: group, logStreamName: other } },
      start({ logStreamNamePrefixes: ['api/ml/RealtimeAPI/other/', 'job/'] }),
      put([[0, 'of the one']]),
      put([[0, 'of the other']], {}, other),
      shown({ has: messages('of the other') }),
      stop,
      start({ logStreamNames: [stream], logEventFilterPattern: '{ $.level = "ERROR" }' }),
      put([[0, '{"level":"ERROR"}']], {}, other),
      put([
        [0, '{"level":"INFO"}'],
        [0, '{"level":"ERROR","of":"stream"}'],
      ]),
      shown({ has: messages('{"level":"ERROR","of":"stream"}') }),
      stop,
    ],
  },
  {
    name: 'up to ten groups are followed, and streams chosen only in one',
    page,
    steps: [
      createGroup,
      { call: 'CreateLogGroup', with: { logGroupName: `${group}-2` } },
      { call: 'CreateLogStream', with: { logGroupName: `${group}-2`, logStreamName: 's' } },
      refused({ logGroupIdentifiers: [arn, `${arn}-2`], logStreamNames: ['s'] }),
      refused({ logGroupIdentifiers: [arn, `${arn}-2`], logStreamNamePrefixes: ['s'] }),
      refused({ logGroupIdentifiers: [] }),
      refused({ logGroupIdentifiers: Array.from({ length: 11 }, () => arn) }),
      start({ logGroupIdentifiers: [arn, `${arn}-2`] }),
      {
        call: 'PutLogEvents',
        with: ({ now }) => ({
          logGroupName: `${group}-2`,
          logStreamName: 's',
          logEvents: [{ timestamp: now, message: 'of the second' }],
        }),
      },
      shown({ has: { sessionResults: [{ logGroupIdentifier: `${arn}-2`, message: 'of the second' }] } }),
      stop,
    ],
  },
  {
    name: 'a session needs groups that exist, by their ARN, and one choice of streams',
    page,
    steps: [
      refused({}, 'ResourceNotFoundException'),
      createGroup,
      refused({ logStreamNames: ['a'], logStreamNamePrefixes: ['b'] }),
      refused({ logStreamNames: [] }),
      refused({ logGroupIdentifiers: [`${arn}:*`] }),
      refused({ logEventFilterPattern: 'x'.repeat(1_025) }),
      refused({ logEventFilterPattern: '{ $.a' }),
    ],
  },
  {
    name: 'a group is followed by its ARN, not by its name',
    page,
    reading: true,
    steps: [createGroup, refused({ logGroupIdentifiers: [group] })],
  },
];
