import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyText, arn, group } from '../steps.ts';

const create = (logGroupName: string, more: Record<string, unknown> = {}): Step => ({
  call: 'CreateLogGroup',
  with: { logGroupName, ...more },
});
const list = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'ListLogGroups',
  with: input,
  ...expected,
});
const listed = (input: Record<string, unknown>, names: readonly string[]): Step =>
  list(input, { has: { logGroups: names.map((logGroupName) => ({ logGroupName })) } });
const refused = (input: Record<string, unknown>): Step =>
  list(input, { refusedAs: 'InvalidParameterException' });
const tagged = (key: string, ...values: readonly string[]) => ({ logGroupTags: [{ key, values }] });

export const lists: readonly ContractCase[] = [
  {
    name: 'ListLogGroups tells name, ARN and class',
    page: pageOf('ListLogGroups'),
    steps: [
      create(group, { logGroupClass: 'INFREQUENT_ACCESS' }),
      list(
        {},
        {
          gives: {
            logGroups: [{ logGroupName: group, logGroupArn: arn, logGroupClass: 'INFREQUENT_ACCESS' }],
          },
        },
      ),
    ],
  },
  {
    name: 'groups are listed by up to five patterns, prefixes among them',
    page: pageOf('ListLogGroups'),
    steps: [
      ...['/aws/lambda/a', 'my/aws/lambda', 'discovery', 'Discovery'].map((name) => create(name)),
      listed({ logGroupNamePattern: '^/aws/lambda|discovery' }, ['/aws/lambda/a', 'discovery']),
      listed({ logGroupNamePattern: 'lambda' }, ['/aws/lambda/a', 'my/aws/lambda']),
      refused({ logGroupNamePattern: 'ab' }),
      refused({ logGroupNamePattern: 'a.*b' }),
      refused({ logGroupNamePattern: 'aaa|bbb|ccc|ddd|eee|fff' }),
    ],
  },
  {
    name: 'groups are listed by class, by tags and by indexed fields, which add up',
    page: pageOf('ListLogGroups'),
    steps: [
      create('a', { tags: { team: 'ml-one' } }),
      create('b', { tags: { team: 'Web' } }),
      create('c', { logGroupClass: 'INFREQUENT_ACCESS', tags: { team: 'ml-one' } }),
      {
        call: 'PutIndexPolicy',
        with: { logGroupIdentifier: 'a', policyDocument: '{"Fields":["requestId"]}' },
      },
      listed({ logGroupClass: 'STANDARD' }, ['a', 'b']),
      listed(tagged('team'), ['a', 'b', 'c']),
      listed(tagged('owner'), []),
      listed(tagged('team', 'ml-one'), ['a', 'c']),
      listed(tagged('team', 'web'), []),
      listed(tagged('team', 'web*'), ['b']),
      listed(tagged('team', '*ONE', 'Web'), ['a', 'b', 'c']),
      listed(tagged('team', '!ml-one'), ['b']),
      listed({ fieldIndexNames: ['requestId'] }, ['a']),
      listed({ fieldIndexNames: ['traceId'] }, ['a', 'b']),
      listed({ logGroupClass: 'STANDARD', ...tagged('team', 'ml*') }, ['a']),
    ],
  },
  {
    name: 'lists of groups come in pages',
    page: pageOf('ListLogGroups'),
    steps: [
      ...['a', 'b', 'c'].map((name) => create(name)),
      list(
        { limit: 2 },
        {
          has: { logGroups: [{ logGroupName: 'a' }, { logGroupName: 'b' }], nextToken: anyText },
          saves: { token: 'nextToken' },
        },
      ),
      {
        call: 'ListLogGroups',
        with: ({ token }) => ({ limit: 2, nextToken: token }),
        has: { logGroups: [{ logGroupName: 'c' }] },
      },
      refused({ nextToken: 'nonsense' }),
      refused({ limit: 1_001 }),
    ],
  },
];
