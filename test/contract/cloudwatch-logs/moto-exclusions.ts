/**
 * Cases that are not run against moto, each with the reason. `CONTRACT_MOTO_EXCLUDED=1` runs just these: whatever
 * passes then, with a newer moto, leaves the list.
 */
import type { ContractCase } from './contract-case.ts';
import type { SuiteName } from './suites.ts';

const noOperation = 'moto does not have the operation';
const anyName = 'moto takes any name for a group';
const briefGroups = 'moto leaves class and deletion protection out of the description of a group';
const noLimits = 'moto does not check this limit';
const streamsInTurn = 'moto gives one stream after the other, not in order of time';
const termsOnly = 'moto knows only single words in filter patterns';

/** A whole suite, or its cases by name. */
export const motoExclusions: Readonly<Partial<Record<SuiteName, string | Readonly<Record<string, string>>>>> =
  {
    'log groups': {
      'a new group is described with both ARNs, its class and no retention': briefGroups,
      'class, key, tags and deletion protection go with the creation': briefGroups,
      ...Object.fromEntries(
        ['with space', 'ümlaut', 'a:b', 'a*', 'a$b', 'a\n'].map((name) => [
          `a group cannot be named ${JSON.stringify(name)}`,
          anyName,
        ]),
      ),
      'a name has up to 512 characters and does not start with aws/': anyName,
      'classes are four words': 'moto takes any class',
      'deletion protection holds a group until it is taken away': noOperation,
      'a page has 50 groups, and the token leads to the rest': 'moto takes any limit and any token',
      'a pattern finds a part of the name, case told apart, and describes briefly':
        'moto describes groups in full under a pattern too',
      'identifiers name groups exactly, and take no other filter with them':
        'moto ignores logGroupIdentifiers',
      'who asks for INFREQUENT_ACCESS or ESSENTIALS gets both, and STANDARD only itself':
        'moto ignores logGroupClass',
    },
    retention: {
      'any other number of days is refused and changes nothing': 'moto takes any number of days',
    },
    'account policies': noOperation,
    'index policies': noOperation,
    'query definitions': noOperation,
    'tags and KMS keys': {
      'a group has up to 50 tags; one more is refused and none of its call is kept': noLimits,
      'the ARN of a tagged group is complete and has no :* at its end':
        'moto finds the group by the last part of anything',
      'tag keys and values have their letters and lengths': noLimits,
      'a key is set, changed and taken away': noOperation,
      'the group can be named by its ARN': noOperation,
      'the results of queries have the key that the account has when they start': noOperation,
      'a key is an ARN of the region, and the group must exist': noOperation,
    },
    'log streams': {
      'a new stream has no event times, and zero bytes for ever':
        'moto gives a new stream an event time and other members',
      'a stream tells its first and last event': 'moto counts bytes of a stream, which AWS no longer does',
      'a name has up to 512 characters, and neither : nor *': 'moto takes any name for a stream',
      'a group is named once, by name or identifier': 'moto ignores logGroupIdentifier beside a name',
    },
    PutLogEvents: {
      'a batch has 1 to 10,000 events': noLimits,
      'a message has at least one character': noLimits,
      'a batch has 1,048,576 bytes with 26 for each event, and not one more': noLimits,
      'bytes are counted in UTF-8': noLimits,
      'a batch spans 24 hours and not a millisecond more': noLimits,
      'events older than 14 days are rejected, the others stored':
        'moto counts the index of the last one, not the one after it',
      'events older than the retention of the group are rejected as expired':
        'moto stores what is older than the retention',
      'only valid events count for the span': 'moto counts the index of the last one, not the one after it',
      'what is stored counts in the group, overhead included': 'moto counts characters',
    },
    'GetLogEvents and FilterLogEvents': {
      'a forward token needs startFromHead': 'moto does not look at startFromHead beside a token',
      'the start of GetLogEvents is in its range, and the end is not': 'moto counts the end in',
      'GetLogEvents names one group and one stream that exist': 'moto does not refuse two names of a group',
      'FilterLogEvents interleaves the streams by time, and every event has an id': streamsInTurn,
      'streams are chosen by name or by prefix, not by both': 'moto ignores the prefix beside names',
      'pages go on in order, without loss and without doubles': streamsInTurn,
      'newest first comes with startFromHead false, and the token keeps the direction':
        'moto does not know startFromHead',
      'start and end of FilterLogEvents are both in its range': streamsInTurn,
      'terms are all needed, - excludes, ? makes one of them enough, quotes hold a phrase': termsOnly,
      'terms with other characters must be quoted': termsOnly,
      'JSON selectors compare, combine and look for what is missing': termsOnly,
      'a broken selector is refused': termsOnly,
    },
    'Live Tail': 'moto shows no events in a session',
    'other classes': 'moto does not tell classes apart',
    'lists of groups': noOperation,
    'former tag operations': { 'the former operations know no more than 50 tags either': noLimits },
    'records and fields': noOperation,
    'Insights queries': 'moto knows next to nothing of the query language, such as filter',
    'the language of Insights': 'moto knows next to nothing of the query language, such as filter',
    'malformed queries': 'moto takes any query',
    'filter patterns': termsOnly,
  };

export function isExcludedFromMoto(suite: string, { name }: ContractCase): boolean {
  const excluded = motoExclusions[suite as SuiteName];
  const isExcluded = typeof excluded === 'string' || excluded?.[name] !== undefined;
  return isExcluded !== (process.env['CONTRACT_MOTO_EXCLUDED'] === '1');
}
