/** All cases, by what they are about. */
import { accountPolicies } from './cases/account-policies.ts';
import { filterPatterns } from './cases/filter-patterns.ts';
import { formerTags } from './cases/former-tags.ts';
import { getAndFilter } from './cases/get-and-filter.ts';
import { indexPolicies } from './cases/index-policies.ts';
import { insightsLanguage } from './cases/insights-language.ts';
import { lists } from './cases/lists.ts';
import { liveTail } from './cases/live-tail.ts';
import { logGroups } from './cases/log-groups.ts';
import { logStreams } from './cases/log-streams.ts';
import { malformedQueries } from './cases/malformed-queries.ts';
import { otherClasses } from './cases/other-classes.ts';
import { putLogEvents } from './cases/put-log-events.ts';
import { queries } from './cases/queries.ts';
import { queryDefinitions } from './cases/query-definitions.ts';
import { records } from './cases/records.ts';
import { retention } from './cases/retention.ts';
import { tagsAndKeys } from './cases/tags-and-keys.ts';
import type { ContractCase } from './contract-case.ts';

export const suites = {
  'log groups': logGroups,
  retention,
  'account policies': accountPolicies,
  'index policies': indexPolicies,
  'query definitions': queryDefinitions,
  'tags and KMS keys': tagsAndKeys,
  'log streams': logStreams,
  PutLogEvents: putLogEvents,
  'GetLogEvents and FilterLogEvents': getAndFilter,
  'Live Tail': liveTail,
  'other classes': otherClasses,
  'lists of groups': lists,
  'former tag operations': formerTags,
  'records and fields': records,
  'Insights queries': queries,
  'the language of Insights': insightsLanguage,
  'malformed queries': malformedQueries,
  'filter patterns': filterPatterns,
} as const satisfies Readonly<Record<string, readonly ContractCase[]>>;
export type SuiteName = keyof typeof suites;
