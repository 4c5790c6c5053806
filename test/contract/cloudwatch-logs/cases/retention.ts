import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { createGroup, group, lacking } from '../steps.ts';

const put = (retentionInDays: number, expected: Partial<Step> = { gives: {} }): Step => ({
  call: 'PutRetentionPolicy',
  with: { logGroupName: group, retentionInDays },
  ...expected,
});
const described = (retentionInDays: number): Step => ({
  call: 'DescribeLogGroups',
  with: {},
  has: { logGroups: [{ logGroupName: group, retentionInDays }] },
});

const legal = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const retention: readonly ContractCase[] = [
  {
    name: 'there are 22 retention periods',
    page: pageOf('PutRetentionPolicy'),
    steps: [createGroup, ...legal.flatMap((days) => [put(days), described(days)])],
  },
  {
    name: 'any other number of days is refused and changes nothing',
    page: pageOf('PutRetentionPolicy'),
    steps: [
      createGroup,
      put(30),
      ...[-1, 0, 2, 4, 8, 31, 366, 3654].map((days) => put(days, { refusedAs: 'InvalidParameterException' })),
      described(30),
    ],
  },
  {
    name: 'a deleted retention policy means: never expire',
    page: pageOf('DeleteRetentionPolicy'),
    steps: [
      createGroup,
      put(7),
      { call: 'DeleteRetentionPolicy', with: { logGroupName: group }, gives: {} },
      { call: 'DescribeLogGroups', with: {}, has: { logGroups: [lacking('retentionInDays')] } },
    ],
  },
  {
    name: 'a missing group has no retention to put or delete',
    page: pageOf('PutRetentionPolicy'),
    steps: [
      put(7, { refusedAs: 'ResourceNotFoundException' }),
      {
        call: 'DeleteRetentionPolicy',
        with: { logGroupName: group },
        refusedAs: 'ResourceNotFoundException',
      },
    ],
  },
];
