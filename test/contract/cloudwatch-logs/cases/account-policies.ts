import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, createGroup, describedGroup } from '../steps.ts';

const document = (content: Record<string, unknown>) => JSON.stringify(content);
const put = (input: Record<string, unknown>, expected: Partial<Step> = {}): Step => ({
  call: 'PutAccountPolicy',
  with: {
    policyName: 'baseline',
    policyType: 'RETENTION_POLICY',
    policyDocument: document({ retentionInDays: 90, enforcementMode: 'RETROACTIVE' }),
    ...input,
  },
  ...expected,
});
const refused = (input: Record<string, unknown>): Step =>
  put(input, { refusedAs: 'InvalidParameterException' });

export const accountPolicies: readonly ContractCase[] = [
  {
    name: 'a retention policy of the account is described as it was put',
    page: pageOf('DescribeAccountPolicies'),
    steps: [
      put({ selectionCriteria: 'LogGroupNamePrefix IN ["my-"]' }),
      {
        call: 'DescribeAccountPolicies',
        with: { policyType: 'RETENTION_POLICY' },
        gives: {
          accountPolicies: [
            {
              policyName: 'baseline',
              policyType: 'RETENTION_POLICY',
              policyDocument: document({ retentionInDays: 90, enforcementMode: 'RETROACTIVE' }),
              selectionCriteria: 'LogGroupNamePrefix IN ["my-"]',
              scope: 'ALL',
              accountId: '000000000000',
              lastUpdatedTime: anyNumber,
            },
          ],
        },
      },
    ],
  },
  {
    name: 'a retention policy takes effect after 24 hours, so that a group shows nothing of it before',
    page: pageOf('PutAccountPolicy'),
    steps: [createGroup, put({}), describedGroup()],
  },
  {
    name: 'a retention policy needs at least 30 days, one of the known periods, and a mode',
    page: pageOf('PutAccountPolicy'),
    steps: [
      refused({ policyDocument: document({ retentionInDays: 14, enforcementMode: 'RETROACTIVE' }) }),
      refused({ policyDocument: document({ retentionInDays: 31, enforcementMode: 'RETROACTIVE' }) }),
      refused({ policyDocument: document({ retentionInDays: 30 }) }),
      refused({ policyDocument: document({ retentionInDays: 30, enforcementMode: 'ALL' }) }),
      refused({ policyDocument: 'retentionInDays: 30' }),
      put({ policyDocument: document({ retentionInDays: 'NEVER_EXPIRE', enforcementMode: 'NEW_ONLY' }) }),
    ],
  },
  {
    name: 'a retention policy selects groups by prefix only',
    page: pageOf('PutAccountPolicy'),
    steps: [
      refused({ selectionCriteria: 'LogGroupName IN ["a"]' }),
      refused({ selectionCriteria: 'LogGroupNamePrefix NOT IN ["a"]' }),
      refused({ selectionCriteria: 'LogGroupNamePrefix IN []' }),
    ],
  },
  {
    name: 'a deleted policy is gone',
    page: pageOf('DeleteAccountPolicy'),
    steps: [
      put({}),
      {
        call: 'DeleteAccountPolicy',
        with: { policyName: 'baseline', policyType: 'RETENTION_POLICY' },
        gives: {},
      },
      {
        call: 'DeleteAccountPolicy',
        with: { policyName: 'baseline', policyType: 'RETENTION_POLICY' },
        refusedAs: 'ResourceNotFoundException',
      },
      {
        call: 'DescribeAccountPolicies',
        with: { policyType: 'RETENTION_POLICY' },
        gives: { accountPolicies: [] },
      },
    ],
  },
];
