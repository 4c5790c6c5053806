/** PutQueryDefinition, DeleteQueryDefinition, DescribeQueryDefinitions. */
import { randomUUID } from 'node:crypto';
import { logGroupName, nextToken } from '../common-members.ts';
import { type InputOf, integer, list, oneOf, required, structure, text } from '../members.ts';
import { operation } from '../operation.ts';
import { pageOfSorted } from '../page.ts';
import { invalidParameter, notFound, Refusal } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { compareNames } from '../state/log-group.ts';
import type { QueryDefinition } from '../state/query-definition.ts';

const queryLanguage = oneOf(['CWLI', 'SQL', 'PPL']);
const definitionName = text({ min: 1, max: 255 });
const definitionId = text({ min: 1, max: 256 });
const parameter = structure({
  name: required(text({ min: 1, max: 128, pattern: '[a-zA-Z_][a-zA-Z0-9_]*' })),
  defaultValue: text({ max: 1_024 }),
  description: text({ max: 512 }),
});

const putMembers = {
  queryLanguage,
  name: required(definitionName),
  queryDefinitionId: definitionId,
  logGroupNames: list(logGroupName),
  queryString: required(text({ min: 1, max: 10_000 })),
  clientToken: text({ min: 36, max: 128, pattern: String.raw`\S{36,128}` }),
  parameters: list(parameter, { max: 20 }),
};
type PutInput = InputOf<typeof putMembers>;

/** "Saved queries: 1,000 for each account and Region": https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const maxDefinitions = 1_000;
const maxRememberedTokens = 10_000;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
 *
 * Names need not be unique: who puts without an id twice has two. That the query string is not parsed here is
 * not documented: our reading.
 */
export const putQueryDefinition = operation(putMembers, (input, { account, now }) => {
  const { definitions, definitionsByToken } = account;
  const { clientToken = '' } = input;
  refuseParameters(input);
  const repeated = definitionsByToken.get(clientToken);
  if (repeated !== undefined) return { queryDefinitionId: repeated };
  const queryDefinitionId = idOf(input, account);
  definitions.set(queryDefinitionId, {
    queryDefinitionId,
    queryLanguage: input.queryLanguage ?? 'CWLI',
    name: input.name,
    queryString: input.queryString,
    lastModified: now,
    logGroupNames: input.logGroupNames ?? [],
    parameters: input.parameters ?? [],
  });
  if (clientToken !== '') rememberToken(definitionsByToken, clientToken, queryDefinitionId);
  return { queryDefinitionId };
});

function rememberToken(tokens: Map<string, string>, clientToken: string, queryDefinitionId: string): void {
  tokens.set(clientToken, queryDefinitionId);
  const [oldest] = tokens.keys();
  if (tokens.size > maxRememberedTokens && oldest !== undefined) tokens.delete(oldest);
}

/** Of the definition that is changed, or a new one. */
function idOf({ queryDefinitionId }: PutInput, { definitions }: Account): string {
  if (queryDefinitionId !== undefined) {
    if (definitions.has(queryDefinitionId)) return queryDefinitionId;
    throw notFound(`The query definition ${queryDefinitionId} does not exist.`);
  }
  if (definitions.size >= maxDefinitions)
    throw new Refusal('LimitExceededException', `An account can have up to ${maxDefinitions} saved queries.`);
  return randomUUID();
}

function refuseParameters({ queryLanguage = 'CWLI', parameters = [] }: PutInput): void {
  if (parameters.length > 0 && queryLanguage !== 'CWLI')
    throw invalidParameter('Query parameters are supported only for Logs Insights QL queries.');
  const names = parameters.map((one) => one.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`The query parameter ${twice} is there twice.`);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteQueryDefinition.html */
export const deleteQueryDefinition = operation(
  { queryDefinitionId: required(definitionId) },
  ({ queryDefinitionId }, { account }) => {
    if (!account.definitions.delete(queryDefinitionId))
      throw notFound(`The query definition ${queryDefinitionId} does not exist.`);
    return { success: true };
  },
);

const describeMembers = {
  queryLanguage,
  queryDefinitionNamePrefix: definitionName,
  maxResults: integer(1, 1_000),
  nextToken,
};

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html
 *
 * The order, by name, is not documented: our reading.
 */
export const describeQueryDefinitions = operation(describeMembers, (input, { account }) => {
  const { queryDefinitionNamePrefix: prefix = '', queryLanguage } = input;
  const selected = [...account.definitions.values()]
    .filter(
      (one) => one.name.startsWith(prefix) && (queryLanguage ?? one.queryLanguage) === one.queryLanguage,
    )
    .sort((a, b) => compareNames(keyOf(a), keyOf(b)));
  const { items, nextToken } = pageOfSorted(
    selected,
    { limit: input.maxResults ?? 1_000, nextToken: input.nextToken, keyOf },
    compareNames,
  );
  return {
    queryDefinitions: items.map(describe),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
});

function keyOf({ name, queryDefinitionId }: QueryDefinition): string {
  return `${name}\0${queryDefinitionId}`;
}

/** Empty lists are left out. */
function describe({ logGroupNames, parameters, ...definition }: QueryDefinition): Record<string, unknown> {
  return {
    ...definition,
    ...(logGroupNames.length === 0 ? {} : { logGroupNames }),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}
