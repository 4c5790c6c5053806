import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { arn, createGroup, describedGroup, group, lacking, query } from '../steps.ts';

const tag = (
  tags: Record<string, string>,
  expected: Partial<Step> = { gives: {} },
  resourceArn = arn,
): Step => ({
  call: 'TagResource',
  with: { resourceArn, tags },
  ...expected,
});
const untag = (tagKeys: readonly string[]): Step => ({
  call: 'UntagResource',
  with: { resourceArn: arn, tagKeys },
  gives: {},
});
const listed = (tags: Record<string, string>): Step => ({
  call: 'ListTagsForResource',
  with: { resourceArn: arn },
  gives: { tags },
});
const numbered = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 'v']));
const badArn = (resourceArn: string, refusedAs = 'InvalidParameterException'): Step[] => [
  tag({ a: 'b' }, { refusedAs }, resourceArn),
  { call: 'ListTagsForResource', with: { resourceArn }, refusedAs },
  { call: 'UntagResource', with: { resourceArn, tagKeys: ['a'] }, refusedAs },
];

const tags: readonly ContractCase[] = [
  {
    name: 'tagging adds and changes tags and leaves the others',
    page: pageOf('TagResource'),
    steps: [createGroup, tag({ a: '1', b: '2' }), tag({ b: '3', c: '' }), listed({ a: '1', b: '3', c: '' })],
  },
  {
    name: 'untagging takes the named keys, and keys that are not there do no harm',
    page: pageOf('UntagResource'),
    steps: [createGroup, tag({ a: '1', b: '2' }), untag(['a', 'x']), listed({ b: '2' })],
  },
  {
    name: 'a group has up to 50 tags; one more is refused and none of its call is kept',
    page: pageOf('TagResource'),
    steps: [
      createGroup,
      tag(numbered(0, 49)),
      tag(numbered(48, 51), { refusedAs: 'TooManyTagsException' }),
      tag({ k49: 'v' }),
      listed(numbered(0, 50)),
    ],
  },
  {
    name: 'the ARN of a tagged group is complete and has no :* at its end',
    page: pageOf('ListTagsForResource'),
    steps: [
      createGroup,
      ...badArn(`${arn}:log-stream:x`, 'ResourceNotFoundException'),
      ...badArn(group),
      ...badArn(arn.replace('eu-west-1', 'us-east-1')),
      ...badArn(arn.replace('log-group:', 'log-grp:')),
      ...badArn(`${arn}-2`, 'ResourceNotFoundException'),
      {
        call: 'ListTagsForResource',
        with: { resourceArn: `${arn}:*` },
        refusedAs: 'InvalidParameterException',
      },
    ],
  },
  {
    name: 'tag keys and values have their letters and lengths',
    page: pageOf('TagResource'),
    steps: [
      createGroup,
      tag({ 'cortex.dev/cluster': 'Größe 1 + 2 = 3 @ home' }),
      tag({ 'a*': 'b' }, { refusedAs: 'InvalidParameterException' }),
      tag({ a: 'b;c' }, { refusedAs: 'InvalidParameterException' }),
      tag({ ['k'.repeat(129)]: 'v' }, { refusedAs: 'InvalidParameterException' }),
      tag({ k: 'v'.repeat(257) }, { refusedAs: 'InvalidParameterException' }),
      tag({}, { refusedAs: 'InvalidParameterException' }),
    ],
  },
];

const key = 'arn:aws:kms:eu-west-1:000000000000:key/aaaa-bbbb';
const results = 'arn:aws:logs:eu-west-1:000000000000:query-result:*';
const associate = (input: Record<string, unknown>, expected: Partial<Step> = { gives: {} }): Step => ({
  call: 'AssociateKmsKey',
  with: input,
  ...expected,
});

const keys: readonly ContractCase[] = [
  {
    name: 'a key is set, changed and taken away',
    page: pageOf('AssociateKmsKey'),
    steps: [
      createGroup,
      associate({ logGroupName: group, kmsKeyId: key }),
      associate({ logGroupName: group, kmsKeyId: `${key}2` }),
      { call: 'DescribeLogGroups', with: {}, has: { logGroups: [{ kmsKeyId: `${key}2` }] } },
      { call: 'DisassociateKmsKey', with: { logGroupName: group }, gives: {} },
      describedGroup(),
    ],
  },
  {
    name: 'the group can be named by its ARN',
    page: pageOf('AssociateKmsKey'),
    steps: [
      createGroup,
      associate({ resourceIdentifier: arn, kmsKeyId: key }),
      { call: 'DescribeLogGroups', with: {}, has: { logGroups: [{ kmsKeyId: key }] } },
      { call: 'DisassociateKmsKey', with: { resourceIdentifier: arn }, gives: {} },
      describedGroup(),
      associate({ resourceIdentifier: group, kmsKeyId: key }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'the results of queries have the key that the account has when they start',
    page: pageOf('GetQueryResults'),
    steps: [
      createGroup,
      associate({ resourceIdentifier: results, kmsKeyId: key }),
      ...query('fields a', { has: { status: 'Complete', encryptionKey: key } }),
      { call: 'DisassociateKmsKey', with: { resourceIdentifier: results }, gives: {} },
      { call: 'GetQueryResults', with: ({ queryId }) => ({ queryId }), has: { encryptionKey: key } },
      ...query('fields a', { gives: lacking('encryptionKey') }),
    ],
  },
  {
    name: 'a key is an ARN of the region, and the group must exist',
    page: pageOf('AssociateKmsKey'),
    steps: [
      associate({ logGroupName: group, kmsKeyId: key }, { refusedAs: 'ResourceNotFoundException' }),
      createGroup,
      associate({ logGroupName: group, kmsKeyId: 'aaaa-bbbb' }, { refusedAs: 'InvalidParameterException' }),
      associate(
        { logGroupName: group, kmsKeyId: key.replace('eu-west-1', 'us-east-1') },
        { refusedAs: 'InvalidParameterException' },
      ),
      associate(
        { logGroupName: group, resourceIdentifier: arn, kmsKeyId: key },
        { refusedAs: 'InvalidParameterException' },
      ),
    ],
  },
];

export const tagsAndKeys: readonly ContractCase[] = [...tags, ...keys];
