/** ListLogGroups. */
import { logGroupClasses, nextToken, tagKeyPattern, tagValueLetters } from '../common-members.ts';
import { flag, type InputOf, integer, list, oneOf, required, structure, text } from '../members.ts';
import { operation } from '../operation.ts';
import { pageOfSorted } from '../page.ts';
import { notSupported } from '../refusal.ts';
import type { Account } from '../state/account.ts';
import { defaultIndexes } from '../state/field-index.ts';
import { compareNames, type LogGroup } from '../state/log-group.ts';

const namePart = String.raw`\^?[\.\-_\/#A-Za-z0-9]{3,24}`;
const members = {
  logGroupNamePattern: text({ min: 3, max: 129, pattern: String.raw`(${namePart})(\|${namePart}){0,4}` }),
  logGroupClass: oneOf(logGroupClasses),
  includeLinkedAccounts: flag,
  accountIdentifiers: list(text({ min: 12, max: 12, pattern: String.raw`\d{12}` }), { max: 20 }),
  nextToken,
  limit: integer(1, 1_000),
  dataSources: list(structure({ name: required(text()), type: text() }), { min: 1, max: 5 }),
  fieldIndexNames: list(text({ min: 1, max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]+` }), {
    min: 1,
    max: 20,
  }),
  logGroupTags: list(
    structure({
      key: required(text({ min: 1, max: 128, pattern: tagKeyPattern })),
      values: list(text({ max: 259, pattern: String.raw`!?\*?${tagValueLetters}\*?` }), { max: 5 }),
    }),
    { min: 1, max: 5 },
  ),
};
type Input = InputOf<typeof members>;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html */
export const listLogGroups = operation(members, (input, { account }) => {
  if (input.includeLinkedAccounts || (input.accountIdentifiers?.length ?? 0) > 0)
    throw notSupported('A look into linked accounts');
  if (input.dataSources) throw notSupported('A search for data sources');
  const { items, nextToken } = pageOfSorted(
    account.sortedGroups().filter(selector(input, account)),
    { limit: input.limit ?? 50, nextToken: input.nextToken, keyOf: ({ name }) => name },
    compareNames,
  );
  return {
    logGroups: items.map(({ name, arn, logGroupClass }) => ({
      logGroupName: name,
      logGroupArn: arn,
      logGroupClass,
    })),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
});

/** "the results include log groups that satisfy all filters" */
function selector(input: Input, account: Account): (group: LogGroup) => boolean {
  const { logGroupNamePattern, logGroupClass, fieldIndexNames = [], logGroupTags = [] } = input;
  const matchesName = nameMatcher(logGroupNamePattern);
  return (group) =>
    matchesName(group.name) &&
    (logGroupClass ?? group.logGroupClass) === group.logGroupClass &&
    fieldIndexNames.every((name) => isIndexed(group, account, name)) &&
    logGroupTags.every((filter) => hasTag(group, filter));
}

/** "a regular expression that can match prefixes and substrings"; the dot is one of a name's own letters. */
function nameMatcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.split('|');
  return (name) =>
    parts.some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));
}

function isIndexed(group: LogGroup, account: Account, field: string): boolean {
  if (group.logGroupClass !== 'STANDARD') return false;
  return defaultIndexes.includes(field) || account.indexedFields(group)?.fields.has(field) === true;
}

function hasTag(
  { tags }: LogGroup,
  { key, values = [] }: { readonly key: string; readonly values: readonly string[] | undefined },
): boolean {
  const value = tags.get(key);
  if (value === undefined) return false;
  return values.length === 0 || values.some((filter) => matchesValue(filter, value));
}

/** "Exact matching and negation are case-sensitive. Wildcard matching is case-insensitive." */
function matchesValue(filter: string, value: string): boolean {
  if (filter.startsWith('!')) return !matchesValue(filter.slice(1), value);
  const [given, wanted] = [value.toLowerCase(), filter.replace(/^\*|\*$/g, '').toLowerCase()];
  const [isOpenStart, isOpenEnd] = [filter.startsWith('*'), filter.length > 1 && filter.endsWith('*')];
  if (isOpenStart && isOpenEnd) return given.includes(wanted);
  if (isOpenStart) return given.endsWith(wanted);
  return isOpenEnd ? given.startsWith(wanted) : value === filter;
}
