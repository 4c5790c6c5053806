/** DescribeFieldIndexes. */
import { logGroupIdentifier, nextToken } from '../common-members.ts';
import { DiscoveredFields, FieldPath } from '../insights/discover-fields.ts';
import { list, oneOf, required } from '../members.ts';
import { operation } from '../operation.ts';
import type { Account } from '../state/account.ts';
import { defaultIndexes, type IndexType } from '../state/field-index.ts';
import type { LogGroup } from '../state/log-group.ts';
import type { LogEvent } from '../state/log-stream.ts';

const categories = ['DEFAULT', 'CUSTOM', 'AUTO', 'INACTIVE'] as const;
type Category = (typeof categories)[number];

const members = {
  logGroupIdentifiers: required(list(logGroupIdentifier, { min: 1, max: 100 })),
  indexCategories: list(oneOf(categories), { max: 4 }),
  nextToken,
};

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeFieldIndexes.html
 *
 * The twin indexes nothing by itself, so that there is no AUTO. Which events match is read from the events
 * that came since the policy, at the time of the call.
 */
export const describeFieldIndexes = operation(members, (input, { account, now }) => {
  const wanted: readonly Category[] = input.indexCategories ?? ['DEFAULT', 'CUSTOM', 'INACTIVE'];
  const groups = input.logGroupIdentifiers.map((identifier) => account.identified(identifier));
  return {
    fieldIndexes: groups.flatMap((group) =>
      indexesOf(account, group)
        .filter(({ category }) => wanted.includes(category))
        .map((index) => describe(index, group, now)),
    ),
  };
});

interface FieldIndex {
  readonly name: string;
  readonly type: IndexType;
  readonly category: Category;
  /** Events that came earlier are not indexed. */
  readonly since: number;
}

function indexesOf(account: Account, group: LogGroup): readonly FieldIndex[] {
  if (group.logGroupClass !== 'STANDARD') return [];
  const { fields = new Map<string, IndexType>(), since = 0 } = account.indexedFields(group) ?? {};
  const defaults = defaultIndexes.map(
    (name) => ({ name, type: 'FIELD_INDEX', category: 'DEFAULT', since: group.creationTime }) as const,
  );
  const custom = [...fields].map(([name, type]) => ({ name, type, category: 'CUSTOM', since }) as const);
  const inactive = [...group.formerIndexes]
    .filter(([name]) => !fields.has(name))
    .map(([name, type]) => ({ name, type, category: 'INACTIVE', since: Infinity }) as const);
  return [...defaults, ...custom, ...inactive];
}

function describe(
  { name, type, category, since }: FieldIndex,
  group: LogGroup,
  now: number,
): Record<string, unknown> {
  const times = timesOfMatches(group, name, since);
  return {
    ...(category === 'CUSTOM' && group.indexPolicy ? { logGroupIdentifier: group.arn } : {}),
    fieldIndexName: name,
    ...(since === Infinity ? {} : { lastScanTime: now }),
    ...times,
    type,
    indexCategory: category,
  };
}

/** Looks from both ends, so that a field that most events have costs two looks in each stream. */
function timesOfMatches(
  group: LogGroup,
  name: string,
  since: number,
): { readonly firstEventTime?: number; readonly lastEventTime?: number } {
  const matches = matcher(name, since);
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (const { events } of group.streams.values()) {
    const first = events.find(matches);
    if (!first) continue;
    firsts.push(first.timestamp);
    lasts.push((events.findLast(matches) ?? first).timestamp);
  }
  if (firsts.length === 0) return {};
  return { firstEventTime: firsts.reduce(earlier), lastEventTime: lasts.reduce(later) };
}

const earlier = (a: number, b: number): number => Math.min(a, b);
const later = (a: number, b: number): number => Math.max(a, b);

function matcher(name: string, since: number): (event: LogEvent) => boolean {
  if (name === '@logStream' || name === '@ingestionTime') return (event) => event.ingestionTime >= since;
  if (name.startsWith('@') && !name.startsWith('@@')) return () => false;
  const mayHave = hintOf(name);
  const path = new FieldPath(name);
  return ({ ingestionTime, message }) =>
    ingestionTime >= since && mayHave(message) && new DiscoveredFields(message).get(path) !== undefined;
}

/** Parsing is dear, and what has a field almost always spells its name. Indexes into lists are not spelled. */
function hintOf(name: string): (message: string) => boolean {
  const key = name
    .replace(/^@/, '')
    .split('.')
    .findLast((part) => !/^\d*$/.test(part));
  if (key === undefined) return () => true;
  return (message) => message.includes(key) || message.includes('\\');
}
