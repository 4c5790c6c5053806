import { describe, expect, it } from '@jest/globals';
import { expandSavedQueries } from '../../../../src/twin/insights/expand-saved-queries.ts';

const saved = [
  {
    name: 'ErrorsByLevel',
    queryString: 'filter level = {{logLevel}} | filter app = {{app}}',
    parameters: [
      { name: 'logLevel', defaultValue: '"ERROR"' },
      { name: 'app', defaultValue: undefined },
    ],
  },
  {
    name: 'RecentN',
    queryString: 'sort @timestamp desc | limit {{count}}',
    parameters: [{ name: 'count', defaultValue: '20' }],
  },
  { name: 'Cortex/my cluster/Realtime', queryString: 'fields @message', parameters: [] },
  { name: 'Nested', queryString: '$RecentN()', parameters: [] },
  { name: 'Long', queryString: `fields ${'a'.repeat(9_990)}`, parameters: [] },
];

const rows: readonly (readonly [name: string, source: string, expanded: string])[] = [
  [
    'values are put in as they are written',
    '$ErrorsByLevel(logLevel = "WARN", app=\'a, b\') | limit 1',
    'filter level = "WARN" | filter app = \'a, b\' | limit 1',
  ],
  ['a value that is not given is the default', '$RecentN()', 'sort @timestamp desc | limit 20'],
  [
    'several are put together',
    '# both\n$ErrorsByLevel(app = "x")\n| $RecentN( count = 10 )',
    '# both\nfilter level = "ERROR" | filter app = "x"\n| sort @timestamp desc | limit 10',
  ],
  ['other names stand in back quotes', '$`Cortex/my cluster/Realtime`()', 'fields @message'],
  ['a dollar sign within a text is none', 'filter a = "| $RecentN()"', 'filter a = "| $RecentN()"'],
  ['nor within a comment', 'fields a # | $RecentN()', 'fields a # | $RecentN()'],
  ['nor within a regular expression', 'filter a like /x|$RecentN()/', 'filter a like /x|$RecentN()/'],
  ['nor after a division', 'fields a / b | $RecentN()', 'fields a / b | sort @timestamp desc | limit 20'],
  ['nor anywhere but for a command', 'filter $RecentN() = 1', 'filter $RecentN() = 1'],
];

const wrong: readonly (readonly [name: string, source: string, start: number, end: number])[] = [
  ['an unknown saved query', 'fields a | $Nobody()', 11, 20],
  ['an unknown parameter', '$RecentN(n = 1)', 0, 15],
  ['a value that is missing', '$ErrorsByLevel()', 0, 16],
  ['one that runs another one', '$Nested()', 0, 9],
  ['no list of values', '$RecentN', 0, 8],
  ['a list that is not closed', '$RecentN(count = 1', 0, 8],
  ['a list that ends in a comma', '$RecentN(count = 1, )', 0, 8],
  ['more than 10,000 characters', '$Long() | limit 1', 0, 17],
];

describe('saved queries within a query', () => {
  it.each(rows)('%s', (_, source, expanded) => {
    expect(expandSavedQueries(source, saved)).toBe(expanded);
  });

  it.each(wrong)('%s is refused', (_, source, startCharOffset, endCharOffset) => {
    let refusal: unknown;
    try {
      expandSavedQueries(source, saved);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      type: 'MalformedQueryException',
      members: { queryCompileError: { location: { startCharOffset, endCharOffset } } },
    });
  });
});
