import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { arn, createGroup, group } from '../steps.ts';

const tagLogGroup = (tags: Record<string, string>, expected: Partial<Step> = { gives: {} }): Step => ({
  call: 'TagLogGroup',
  with: { logGroupName: group, tags },
  ...expected,
});
const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

export const formerTags: readonly ContractCase[] = [
  {
    name: 'the former operations tag groups by name, and both see the same tags',
    page: pageOf('TagLogGroup'),
    steps: [
      createGroup,
      tagLogGroup({ a: '1', b: '2' }),
      { call: 'ListTagsForResource', with: { resourceArn: arn }, gives: { tags: { a: '1', b: '2' } } },
      { call: 'UntagLogGroup', with: { logGroupName: group, tags: ['a', 'x'] }, gives: {} },
      { call: 'ListTagsLogGroup', with: { logGroupName: group }, gives: { tags: { b: '2' } } },
    ],
  },
  {
    name: 'the former operations need a group that exists',
    page: pageOf('TagLogGroup'),
    steps: [
      tagLogGroup({ a: '1' }, { refusedAs: 'ResourceNotFoundException' }),
      {
        call: 'UntagLogGroup',
        with: { logGroupName: group, tags: ['a'] },
        refusedAs: 'ResourceNotFoundException',
      },
      { call: 'ListTagsLogGroup', with: { logGroupName: group }, refusedAs: 'ResourceNotFoundException' },
    ],
  },
  {
    name: 'the former operations know no more than 50 tags either',
    page: pageOf('TagLogGroup'),
    steps: [
      createGroup,
      tagLogGroup(numbered(50)),
      tagLogGroup({ another: 'v' }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
];
