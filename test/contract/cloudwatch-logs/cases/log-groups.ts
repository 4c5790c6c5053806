import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, arn, createGroup, describedGroup, group } from '../steps.ts';

const create = (input: Record<string, unknown>, expected: Partial<Step> = { gives: {} }): Step => ({
  call: 'CreateLogGroup',
  with: input,
  ...expected,
});
const refused = (input: Record<string, unknown>, message?: unknown): Step =>
  create(input, {
    refusedAs: 'InvalidParameterException',
    ...(message === undefined ? {} : { refusal: { message } }),
  });
const containing = (text: string) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'string' && value.includes(text),
  toString: () => text,
});

const names = (logGroups: readonly string[]) => ({
  logGroups: logGroups.map((logGroupName) => ({ logGroupName })),
});
const describe = (input: Record<string, unknown>, expected: Partial<Step>): Step => ({
  call: 'DescribeLogGroups',
  with: input,
  ...expected,
});

const creation: readonly ContractCase[] = [
  {
    name: 'a new group is described with both ARNs, its class and no retention',
    page: pageOf('LogGroup'),
    steps: [createGroup, describedGroup()],
  },
  {
    name: 'class, key, tags and deletion protection go with the creation',
    page: pageOf('CreateLogGroup'),
    steps: [
      create({
        logGroupName: group,
        logGroupClass: 'INFREQUENT_ACCESS',
        kmsKeyId: 'arn:aws:kms:eu-west-1:000000000000:key/aaaa',
        tags: { team: 'ml' },
        deletionProtectionEnabled: true,
      }),
      describe(
        {},
        {
          has: {
            logGroups: [
              {
                logGroupClass: 'INFREQUENT_ACCESS',
                kmsKeyId: 'arn:aws:kms:eu-west-1:000000000000:key/aaaa',
                deletionProtectionEnabled: true,
              },
            ],
          },
        },
      ),
      { call: 'ListTagsForResource', with: { resourceArn: arn }, gives: { tags: { team: 'ml' } } },
    ],
  },
  {
    name: 'a group exists once, whatever else the second creation says',
    page: pageOf('CreateLogGroup'),
    steps: [
      createGroup,
      create({ logGroupName: group, tags: { a: 'b' } }, { refusedAs: 'ResourceAlreadyExistsException' }),
    ],
  },
  ...['with space', 'ümlaut', 'a:b', 'a*', 'a$b', 'a\n'].map((logGroupName) => ({
    name: `a group cannot be named ${JSON.stringify(logGroupName)}`,
    page: pageOf('CreateLogGroup'),
    steps: [refused({ logGroupName }, containing("at 'logGroupName' failed to satisfy constraint"))],
  })),
  ...['a', 'a.b-c_d/e#f', '/aws/eks/prod', 'x'.repeat(512)].map((logGroupName) => ({
    name: `a group can be named ${logGroupName.slice(0, 20)} (${logGroupName.length} characters)`,
    page: pageOf('CreateLogGroup'),
    steps: [create({ logGroupName }), describe({}, { has: names([logGroupName]) })],
  })),
  {
    name: 'a name has up to 512 characters and does not start with aws/',
    page: pageOf('CreateLogGroup'),
    steps: [
      refused({ logGroupName: 'x'.repeat(513) }, containing('length less than or equal to 512')),
      refused({ logGroupName: 'aws/x' }, containing('aws/')),
    ],
  },
  {
    name: 'classes are four words',
    page: pageOf('CreateLogGroup'),
    steps: [refused({ logGroupName: group, logGroupClass: 'standard' }, containing('enum value set'))],
  },
  {
    name: 'names are told apart by case',
    page: pageOf('CreateLogGroup'),
    steps: [
      create({ logGroupName: 'a' }),
      create({ logGroupName: 'A' }),
      describe({}, { has: names(['A', 'a']) }),
    ],
  },
  {
    name: 'a deleted group is gone, with its streams, and can be made anew',
    page: pageOf('DeleteLogGroup'),
    steps: [
      createGroup,
      { call: 'CreateLogStream', with: { logGroupName: group, logStreamName: 's' } },
      { call: 'DeleteLogGroup', with: { logGroupName: group }, gives: {} },
      describe({}, { gives: { logGroups: [] } }),
      { call: 'DeleteLogGroup', with: { logGroupName: group }, refusedAs: 'ResourceNotFoundException' },
      createGroup,
      { call: 'DescribeLogStreams', with: { logGroupName: group }, gives: { logStreams: [] } },
    ],
  },
  {
    name: 'deletion protection holds a group until it is taken away',
    page: pageOf('PutLogGroupDeletionProtection'),
    steps: [
      createGroup,
      {
        call: 'PutLogGroupDeletionProtection',
        with: { logGroupIdentifier: group, deletionProtectionEnabled: true },
        gives: {},
      },
      { call: 'DeleteLogGroup', with: { logGroupName: group }, refusedAs: 'ValidationException' },
      {
        call: 'PutLogGroupDeletionProtection',
        with: { logGroupIdentifier: arn, deletionProtectionEnabled: false },
        gives: {},
      },
      { call: 'DeleteLogGroup', with: { logGroupName: group }, gives: {} },
    ],
  },
];

const many = Array.from({ length: 51 }, (_, index) => `prod-${String(index).padStart(2, '0')}`);

const description: readonly ContractCase[] = [
  {
    name: 'groups are sorted by ASCII, and a prefix finds neighbours too',
    page: pageOf('DescribeLogGroups'),
    steps: [
      ...['prod-2', 'prod', 'Prod', 'prod.x', 'dev'].map((logGroupName) => create({ logGroupName })),
      describe({ logGroupNamePrefix: 'prod' }, { has: names(['prod', 'prod-2', 'prod.x']) }),
      describe({}, { has: names(['Prod', 'dev', 'prod', 'prod-2', 'prod.x']) }),
    ],
  },
  {
    name: 'a page has 50 groups, and the token leads to the rest',
    page: pageOf('DescribeLogGroups'),
    steps: [
      ...many.map((logGroupName) => create({ logGroupName })),
      describe({}, { has: names(many.slice(0, 50)), saves: { token: 'nextToken' } }),
      {
        call: 'DescribeLogGroups',
        with: ({ token }) => ({ nextToken: token }),
        has: names(['prod-50']),
        until: ({ nextToken }) => nextToken === undefined,
      },
      describe({ limit: 51 }, { refusedAs: 'InvalidParameterException' }),
      describe({ limit: 0 }, { refusedAs: 'InvalidParameterException' }),
      describe({ nextToken: 'nonsense' }, { refusedAs: 'InvalidParameterException' }),
    ],
  },
  {
    name: 'a pattern finds a part of the name, case told apart, and describes briefly',
    page: pageOf('DescribeLogGroups'),
    steps: [
      ...['DataLogs', 'a/DataLogs', 'datalogs'].map((logGroupName) => create({ logGroupName })),
      describe(
        { logGroupNamePattern: 'DataLogs' },
        {
          gives: {
            logGroups: ['DataLogs', 'a/DataLogs'].map((logGroupName) => ({
              logGroupName,
              creationTime: anyNumber,
              arn: `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}:*`,
            })),
          },
        },
      ),
      describe(
        { logGroupNamePattern: 'a', logGroupNamePrefix: 'a' },
        { refusedAs: 'InvalidParameterException' },
      ),
    ],
  },
  {
    name: 'identifiers name groups exactly, and take no other filter with them',
    page: pageOf('DescribeLogGroups'),
    steps: [
      ...['prod', 'prod-2', 'dev'].map((logGroupName) => create({ logGroupName })),
      describe({ logGroupIdentifiers: ['prod', 'dev', 'missing'] }, { has: names(['dev', 'prod']) }),
      describe(
        { logGroupIdentifiers: ['prod'], logGroupNamePrefix: 'p' },
        { refusedAs: 'InvalidParameterException' },
      ),
    ],
  },
  {
    name: 'who asks for INFREQUENT_ACCESS or ESSENTIALS gets both, and STANDARD only itself',
    page: pageOf('DescribeLogGroups'),
    steps: [
      ...['STANDARD', 'INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY'].map((logGroupClass) =>
        create({ logGroupName: logGroupClass.toLowerCase(), logGroupClass }),
      ),
      describe({ logGroupClass: 'INFREQUENT_ACCESS' }, { has: names(['essentials', 'infrequent_access']) }),
      describe({ logGroupClass: 'STANDARD' }, { has: names(['standard']) }),
    ],
  },
];

export const logGroups: readonly ContractCase[] = [...creation, ...description];
