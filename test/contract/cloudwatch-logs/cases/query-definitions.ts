import { type ContractCase, pageOf, type Step } from '../contract-case.ts';
import { anyNumber, anyText, group } from '../steps.ts';

const definition = { name: 'Cortex/prod/realtime', queryString: 'fields @timestamp, message' };
const save = (input: Record<string, unknown>, expected: Partial<Step> = {}): Step => ({
  call: 'PutQueryDefinition',
  with: { ...definition, ...input },
  ...expected,
});
const refused = (input: Record<string, unknown>): Step =>
  save(input, { refusedAs: 'InvalidParameterException' });
const described = (...queryDefinitions: readonly Record<string, unknown>[]): Step => ({
  call: 'DescribeQueryDefinitions',
  with: {},
  gives: { queryDefinitions },
});
const asSaved = (differing: Record<string, unknown> = {}) => ({
  queryDefinitionId: anyText,
  queryLanguage: 'CWLI',
  ...definition,
  lastModified: anyNumber,
  ...differing,
});
const parameters = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `p${index}`, defaultValue: 'v', description: 'd' }));

export const queryDefinitions: readonly ContractCase[] = [
  {
    name: 'a definition is described as it was put, with groups and parameters',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save(
        { logGroupNames: [group], parameters: [{ name: 'api', defaultValue: 'a', description: 'An API.' }] },
        { gives: { queryDefinitionId: anyText } },
      ),
      described(
        asSaved({
          logGroupNames: [group],
          parameters: [{ name: 'api', defaultValue: 'a', description: 'An API.' }],
        }),
      ),
    ],
  },
  {
    name: 'an update replaces everything and keeps the id',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save({ logGroupNames: [group], parameters: parameters(1) }, { saves: { id: 'queryDefinitionId' } }),
      {
        call: 'PutQueryDefinition',
        with: ({ id }) => ({ queryDefinitionId: id, name: 'b', queryString: 'fields a' }),
      },
      {
        call: 'DescribeQueryDefinitions',
        with: {},
        gives: ({ id }) => ({
          queryDefinitions: [asSaved({ queryDefinitionId: id, name: 'b', queryString: 'fields a' })],
        }),
      },
    ],
  },
  {
    name: 'only a definition that is there can be updated or deleted',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save({ queryDefinitionId: 'missing' }, { refusedAs: 'ResourceNotFoundException' }),
      {
        call: 'DeleteQueryDefinition',
        with: { queryDefinitionId: 'missing' },
        refusedAs: 'ResourceNotFoundException',
      },
    ],
  },
  {
    name: 'a deleted definition is gone',
    page: pageOf('DeleteQueryDefinition'),
    steps: [
      save({}, { saves: { id: 'queryDefinitionId' } }),
      {
        call: 'DeleteQueryDefinition',
        with: ({ id }) => ({ queryDefinitionId: id }),
        gives: { success: true },
      },
      described(),
    ],
  },
  {
    name: 'a name can be there twice, and a request with one client token only once',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save({}),
      save({ clientToken: 'c'.repeat(36) }),
      save({ clientToken: 'c'.repeat(36) }),
      described(asSaved(), asSaved()),
    ],
  },
  {
    name: 'definitions are found by the beginning of their name, in pages',
    page: pageOf('DescribeQueryDefinitions'),
    // In which order is our reading.
    reading: true,
    steps: [
      ...['a/1', 'a/2', 'a/3', 'b/1'].map((name) => save({ name })),
      {
        call: 'DescribeQueryDefinitions',
        with: { queryDefinitionNamePrefix: 'a/', maxResults: 2 },
        has: { queryDefinitions: [{ name: 'a/1' }, { name: 'a/2' }], nextToken: anyText },
        saves: { token: 'nextToken' },
      },
      {
        call: 'DescribeQueryDefinitions',
        with: ({ token }) => ({ queryDefinitionNamePrefix: 'a/', maxResults: 2, nextToken: token }),
        gives: { queryDefinitions: [asSaved({ name: 'a/3' })] },
      },
    ],
  },
  {
    name: 'name, query and parameters have their lengths and letters',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save({ name: 'n'.repeat(255) }),
      refused({ name: 'n'.repeat(256) }),
      save({ queryString: 'q'.repeat(10_000) }),
      refused({ queryString: 'q'.repeat(10_001) }),
      save({ parameters: parameters(20) }),
      refused({ parameters: parameters(21) }),
      refused({ parameters: [{ name: '1st' }] }),
      refused({ parameters: [{ name: 'a-b' }] }),
      refused({ parameters: [{ name: 'a', defaultValue: 'v'.repeat(1_025) }] }),
      refused({ parameters: [{ name: 'a', description: 'd'.repeat(513) }] }),
    ],
  },
  {
    name: 'parameters are for Logs Insights QL only, and have different names',
    page: pageOf('PutQueryDefinition'),
    steps: [
      save({ queryLanguage: 'SQL' }),
      refused({ queryLanguage: 'SQL', parameters: [{ name: 'a' }] }),
      refused({ parameters: [{ name: 'a' }, { name: 'a' }] }),
    ],
  },
];
