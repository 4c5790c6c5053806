import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, createGroup, describedGroup, group, put as putEvents, withStream } from '../steps.ts';

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

const protecting = (identifiers: readonly string[], differing: Record<string, unknown> = {}) => ({
  policyType: 'DATA_PROTECTION_POLICY',
  policyDocument: document({
    Name: 'masking',
    Version: '2021-06-01',
    Statement: [
      { Sid: 'audit', DataIdentifier: identifiers, Operation: { Audit: { FindingsDestination: {} } } },
      { Sid: 'mask', DataIdentifier: identifiers, Operation: { Deidentify: { MaskConfig: {} } } },
    ],
    ...differing,
  }),
});
const emailAddress = 'arn:aws:dataprotection::aws:data-identifier/EmailAddress';
const orders = { Configuration: { CustomDataIdentifier: [{ Name: 'order', Regex: 'order-[0-9]+' }] } };
const messages = (unmask: boolean, expected: readonly string[]): Step => ({
  call: 'FilterLogEvents',
  with: { logGroupName: group, unmask },
  has: { events: expected.map((message) => ({ message })) },
});

const dataProtection: readonly ContractCase[] = [
  {
    name: 'policies of account and group add up, and mask what comes after them',
    page: pageOf('PutDataProtectionPolicy'),
    steps: [
      ...withStream,
      putEvents([[3_000, 'to a@b.example']]),
      put(protecting([emailAddress])),
      putEvents([[2_000, 'to a@b.example, order-77']]),
      {
        call: 'PutDataProtectionPolicy',
        with: {
          logGroupIdentifier: group,
          policyDocument: protecting(['order'], orders).policyDocument,
        },
      },
      putEvents([[1_000, 'to a@b.example, order-77']]),
      messages(false, ['to a@b.example', 'to ***********, order-77', 'to ***********, ********']),
      messages(true, ['to a@b.example', 'to a@b.example, order-77', 'to a@b.example, order-77']),
    ],
  },
  {
    name: 'a group shows its own policy and what it inherits',
    page: pageOf('LogGroup'),
    steps: [
      createGroup,
      put(protecting([emailAddress])),
      describedGroup({ inheritedProperties: ['ACCOUNT_DATA_PROTECTION'] }),
      {
        call: 'PutDataProtectionPolicy',
        with: { logGroupIdentifier: group, policyDocument: protecting([emailAddress]).policyDocument },
      },
      { call: 'DeleteAccountPolicy', with: { policyName: 'baseline', policyType: 'DATA_PROTECTION_POLICY' } },
      describedGroup({ dataProtectionStatus: 'ACTIVATED' }),
      {
        call: 'GetDataProtectionPolicy',
        with: { logGroupIdentifier: group },
        gives: {
          logGroupIdentifier: group,
          policyDocument: protecting([emailAddress]).policyDocument,
          lastUpdatedTime: anyNumber,
        },
      },
      { call: 'DeleteDataProtectionPolicy', with: { logGroupIdentifier: group }, gives: {} },
      describedGroup({ dataProtectionStatus: 'DELETED' }),
    ],
  },
  {
    name: 'an account has one data protection policy, whose two statements match',
    page: pageOf('PutAccountPolicy'),
    steps: [
      refused(protecting(['order'])),
      refused(protecting([])),
      refused(protecting([emailAddress], { Statement: [] })),
      ...['(a+)+', 'ü', '', 'a'.repeat(201), '['].map((Regex) =>
        refused(
          protecting(['order'], { Configuration: { CustomDataIdentifier: [{ Name: 'order', Regex }] } }),
        ),
      ),
      refused({ ...protecting([emailAddress]), selectionCriteria: 'LogGroupNamePrefix IN ["a"]' }),
      put(protecting([emailAddress])),
      put(protecting(['order'], orders)),
      put({ ...protecting([emailAddress]), policyName: 'second' }, { refusedAs: 'LimitExceededException' }),
    ],
  },
];

const retentionPolicies: readonly ContractCase[] = [
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
    name: 'a dry run tells what a retention policy would change, and changes nothing',
    page: pageOf('DryRunResult'),
    steps: [
      createGroup,
      { call: 'CreateLogGroup', with: { logGroupName: 'short' } },
      { call: 'PutRetentionPolicy', with: { logGroupName: 'short', retentionInDays: 7 } },
      put(
        { dryRun: true },
        {
          gives: {
            dryRunResult: {
              totalMatchedLogGroups: 2,
              increasedRetentionLogGroupCount: 1,
              decreasedRetentionLogGroupCount: 1,
              unchangedRetentionLogGroupCount: 0,
              failedAnalysisCount: 0,
              topLogGroupsImpacted: [
                {
                  logGroupName: 'my-cluster',
                  currentRetention: 'NEVER_EXPIRE',
                  proposedRetention: '90',
                  storedBytes: 0,
                },
                { logGroupName: 'short', currentRetention: '7', proposedRetention: '90', storedBytes: 0 },
              ],
            },
          },
        },
      ),
      {
        call: 'DescribeAccountPolicies',
        with: { policyType: 'RETENTION_POLICY' },
        gives: { accountPolicies: [] },
      },
      put(
        { policyType: 'FIELD_INDEX_POLICY', policyDocument: document({ Fields: ['a'] }), dryRun: true },
        { refusedAs: 'InvalidParameterException' },
      ),
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

export const accountPolicies: readonly ContractCase[] = [...retentionPolicies, ...dataProtection];
