import { type ContractCase, guidePage, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, arn, createGroup, group, put, withStream } from '../steps.ts';

const document = (content: Record<string, unknown>) => JSON.stringify(content);
const fields = (...names: readonly string[]) => document({ Fields: names });
const putPolicy = (
  policyDocument: string,
  expected: Partial<Step> = {},
  logGroupIdentifier = group,
): Step => ({
  call: 'PutIndexPolicy',
  with: { logGroupIdentifier, policyDocument },
  ...expected,
});
const refused = (policyDocument: string): Step =>
  putPolicy(policyDocument, { refusedAs: 'InvalidParameterException' });
const described = (...indexPolicies: readonly Record<string, unknown>[]): Step => ({
  call: 'DescribeIndexPolicies',
  with: { logGroupIdentifiers: [group] },
  gives: { indexPolicies },
});
const own = (policyDocument: string) => ({
  logGroupIdentifier: arn,
  lastUpdateTime: anyNumber,
  policyDocument,
  source: 'LOG_GROUP',
});
const putAccountPolicy = (
  policyName: string,
  input: Record<string, unknown>,
  expected: Partial<Step> = {},
): Step => ({
  call: 'PutAccountPolicy',
  with: { policyName, policyType: 'FIELD_INDEX_POLICY', policyDocument: fields('requestId'), ...input },
  ...expected,
});
const prefix = (...prefixes: readonly string[]) => ({
  selectionCriteria: `LogGroupNamePrefix IN ${JSON.stringify(prefixes)}`,
});
const mixed = document({
  Fields: ['TransactionId'],
  FieldsV2: { 'labels.apiName': { type: 'FACET' }, RequestId: { type: 'FIELD_INDEX' } },
});

const policies: readonly ContractCase[] = [
  {
    name: 'a policy is described as it was put, by name or by ARN, and replaced as a whole',
    page: pageOf('PutIndexPolicy'),
    steps: [
      createGroup,
      described(),
      putPolicy(mixed, { gives: { indexPolicy: own(mixed) } }),
      described(own(mixed)),
      putPolicy(fields('a'), {}, arn),
      described(own(fields('a'))),
    ],
  },
  {
    name: 'a deleted policy is gone',
    page: pageOf('DeleteIndexPolicy'),
    steps: [
      createGroup,
      putPolicy(mixed),
      { call: 'DeleteIndexPolicy', with: { logGroupIdentifier: group }, gives: {} },
      described(),
    ],
  },
  {
    name: 'the deletion of a policy that is not there is refused',
    page: pageOf('DeleteIndexPolicy'),
    reading: true,
    steps: [
      createGroup,
      {
        call: 'DeleteIndexPolicy',
        with: { logGroupIdentifier: group },
        refusedAs: 'ResourceNotFoundException',
      },
    ],
  },
  {
    name: 'the group must exist',
    page: pageOf('PutIndexPolicy'),
    steps: [
      putPolicy(mixed, { refusedAs: 'ResourceNotFoundException' }),
      {
        call: 'DescribeIndexPolicies',
        with: { logGroupIdentifiers: [group] },
        refusedAs: 'ResourceNotFoundException',
      },
    ],
  },
  {
    name: 'a document has Fields or FieldsV2 with a known type, at least one field, and none twice',
    page: pageOf('PutIndexPolicy'),
    steps: [
      createGroup,
      refused('Fields: [a]'),
      refused('["a"]'),
      refused('{}'),
      refused(document({ Fields: [] })),
      refused(document({ Fields: 'a' })),
      refused(document({ Fields: [1] })),
      refused(document({ FieldsV2: ['a'] })),
      refused(document({ FieldsV2: { a: 'FACET' } })),
      refused(document({ FieldsV2: { a: { type: 'TEXT' } } })),
      refused(document({ Fields: ['a'], FieldsV2: { a: { type: 'FACET' } } })),
      described(),
    ],
  },
  {
    name: 'a policy has up to 20 fields of up to 100 characters',
    page: pageOf('PutIndexPolicy'),
    steps: [
      createGroup,
      putPolicy(fields(...Array.from({ length: 20 }, (_, index) => `f${index}`))),
      refused(fields(...Array.from({ length: 21 }, (_, index) => `f${index}`))),
      putPolicy(fields('x'.repeat(100))),
      refused(fields('x'.repeat(101))),
      refused(fields('')),
    ],
  },
  {
    name: 'generated fields are indexed by their name, own ones that begin with @ by another @',
    page: guidePage('CloudWatchLogs-Field-Indexing-Syntax'),
    steps: [createGroup, putPolicy(fields('@logStream', '@ingestionTime', '@@own')), refused(fields('@own'))],
  },
  ...['INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY'].map((logGroupClass) => ({
    name: `a group of class ${logGroupClass} has no index policies`,
    page: pageOf('PutIndexPolicy'),
    steps: [
      { call: 'CreateLogGroup', with: { logGroupName: group, logGroupClass } },
      refused(fields('a')),
    ] satisfies Step[],
  })),
];

const accountWide: readonly ContractCase[] = [
  {
    name: "a group without a policy shows the account's, and its own replaces that",
    page: pageOf('DescribeIndexPolicies'),
    steps: [
      createGroup,
      putAccountPolicy('all', {}),
      described({
        logGroupIdentifier: arn,
        lastUpdateTime: anyNumber,
        policyDocument: fields('requestId'),
        policyName: 'all',
        source: 'ACCOUNT',
      }),
      putPolicy(mixed),
      described(own(mixed)),
    ],
  },
  {
    name: "the account's policy is about the groups with its prefixes",
    page: pageOf('PutAccountPolicy'),
    steps: [createGroup, putAccountPolicy('others', prefix('other-', 'my-o')), described()],
  },
  {
    name: 'policies of the account never overlap',
    page: guidePage('CloudWatchLogs-Field-Indexing-Syntax'),
    // That they must not is documented; by which error it is told is our reading.
    reading: true,
    steps: [
      putAccountPolicy('a', prefix('my-log')),
      putAccountPolicy('b', prefix('my-logging'), { refusedAs: 'InvalidParameterException' }),
      putAccountPolicy('b', prefix('my'), { refusedAs: 'InvalidParameterException' }),
      putAccountPolicy('b', {}, { refusedAs: 'InvalidParameterException' }),
      putAccountPolicy('b', prefix('your-log')),
      putAccountPolicy('a', prefix('my-logging')),
    ],
  },
  {
    name: 'an account has up to 20 of them',
    page: guidePage('CloudWatchLogs-Field-Indexing-Syntax'),
    steps: [
      ...Array.from({ length: 20 }, (_, index) => putAccountPolicy(`p${index}`, prefix(`${index}-`))),
      putAccountPolicy('p20', prefix('20-'), { refusedAs: 'LimitExceededException' }),
    ],
  },
];

const category = (indexCategory: string, expected: Partial<Step>): Step => ({
  call: 'DescribeFieldIndexes',
  with: { logGroupIdentifiers: [group], indexCategories: [indexCategory] },
  ...expected,
});

const indexes: readonly ContractCase[] = [
  {
    name: 'a Standard group has default indexes without any policy',
    page: pageOf('DescribeFieldIndexes'),
    steps: [
      createGroup,
      category('DEFAULT', {
        has: {
          fieldIndexes: [
            '@logStream',
            '@aws.region',
            '@aws.account',
            '@source.log',
            '@data_source_name',
            '@data_source_type',
            '@data_format',
            'traceId',
            'severityText',
            'attributes.session.id',
          ].map((fieldIndexName) => ({ fieldIndexName, indexCategory: 'DEFAULT' })),
        },
      }),
      category('CUSTOM', { gives: { fieldIndexes: [] } }),
    ],
  },
  {
    name: 'an index tells the times of the first and the last event that has its field, nested ones too',
    page: pageOf('FieldIndex'),
    steps: [
      ...withStream,
      putPolicy(
        document({ FieldsV2: { 'labels.apiName': { type: 'FACET' }, other: { type: 'FIELD_INDEX' } } }),
      ),
      put([
        [5_000, 'no JSON'],
        [4_000, '{"labels": {"apiName": "a"}}'],
        [3_000, '{"labels": {"apiName": "b"}}'],
        [2_000, '{"labels": {}}'],
      ]),
      category('CUSTOM', {
        gives: ({ now }) => ({
          fieldIndexes: [
            {
              logGroupIdentifier: arn,
              fieldIndexName: 'labels.apiName',
              lastScanTime: anyNumber,
              firstEventTime: now - 4_000,
              lastEventTime: now - 3_000,
              type: 'FACET',
              indexCategory: 'CUSTOM',
            },
            {
              logGroupIdentifier: arn,
              fieldIndexName: 'other',
              lastScanTime: anyNumber,
              type: 'FIELD_INDEX',
              indexCategory: 'CUSTOM',
            },
          ],
        }),
      }),
    ],
  },
  {
    name: 'a field that left the policy is inactive until it comes back',
    page: pageOf('DescribeFieldIndexes'),
    steps: [
      createGroup,
      putPolicy(fields('a', 'b')),
      putPolicy(fields('b')),
      category('INACTIVE', {
        gives: { fieldIndexes: [{ fieldIndexName: 'a', type: 'FIELD_INDEX', indexCategory: 'INACTIVE' }] },
      }),
      putPolicy(fields('a')),
      category('INACTIVE', { has: { fieldIndexes: [{ fieldIndexName: 'b' }] } }),
    ],
  },
];

export const indexPolicies: readonly ContractCase[] = [...policies, ...accountWide, ...indexes];
