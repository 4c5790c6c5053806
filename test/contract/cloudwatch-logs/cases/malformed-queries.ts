import { type ContractCase, guidePage, pageOf } from '../contract-case.ts';
import { createGroup, group } from '../steps.ts';

/** What is wrong, the query, and the part that the error's location must name. */
const rows: readonly (readonly [name: string, queryString: string, part: string])[] = [
  ['a command that nobody knows', 'fields @message | filtre x = 1', 'filtre'],
  ['a command that is missing', 'fields @message | | limit 1', '| limit'],
  ['an open parenthesis', 'filter (a = 1', ''],
  ['a comparison without its right side', 'filter a = | limit 1', '| limit'],
  ['a comparison of another language', 'filter a == 1', '= 1'],
  ['an open string', 'filter a = "x', '"'],
  ['an open regular expression', 'filter a like /x', '/'],
  ['a regular expression that is none', 'filter a like /(x/', '/(x/'],
  ['a limit that is no number', 'limit many', 'many'],
  ['a limit of zero', 'limit 0', '0'],
  ['a limit over 100,000', 'limit 100001', '100001'],
  ['stats without a function', 'stats x', 'x'],
  ['a function that nobody knows', 'fields f(x)', 'f'],
  ['an aggregation outside stats', 'filter count(*) > 1', 'count'],
  ['too many names for a pattern', 'parse @message "a=*" as a, b', '"a=*"'],
  ['a regular expression without a named group', 'parse @message /x/', '/x/'],
  ['a command after dedup', 'dedup a | sort b', 'sort b'],
  ['text after the end', 'limit 1 x', 'x'],
  ['an alias that is no name', 'fields a as "b"', '"b"'],
  ['nothing at all', '', ''],
  ['a command that the twin does not run', 'pattern @message', 'pattern'],
  ['a query that names its groups itself', "SOURCE logGroups(namePrefix: ['a']) | fields a", 'SOURCE'],
  ['a function that the twin does not compute', 'fields jsonParse(@message) as json', 'jsonParse'],
  ['another mode of parse', 'parse @message logfmt', 'logfmt'],
  ['several matches of parse', 'parse @message /(?<a>x)/ multi', 'multi'],
  ['a regular expression that looks ahead', 'filter a like /x(?=y)/', '/x(?=y)/'],
  ['a regular expression that looks back at a group', String.raw`filter a like /(x)\1/`, String.raw`/(x)\1/`],
  ['a period without a unit', 'stats count(*) by bin(5)', '5)'],
  ['a period of nothing', 'stats count(*) by bin(0m)', '0m'],
  ['a wrong number of arguments', 'fields substr(a)', 'substr'],
  ['a percentile over 100', 'stats pct(a, 101)', 'pct'],
  ['an aggregation of an aggregation', 'stats sum(count(*))', 'sum'],
  ['stats without an aggregation', 'stats a by b', 'a by'],
  ['a third stats', 'stats count(*) as a | stats max(a) as b | stats max(b)', 'stats max(b)'],
  ['sort before the second stats', 'stats count(*) as a by b | sort a | stats max(a)', 'stats max(a)'],
  [
    'a field that stats did not leave',
    'stats sum(Fault) by Operation | stats max(strlen(@message))',
    '@message',
  ],
  ['bin after stats', 'stats sum(a) as b by @logStream | stats avg(b) by bin(5m)', 'bin'],
  ['sort by what stats did not leave', 'stats count(*) by a | sort b', 'b'],
  ['an unknown saved query', 'fields a | $Nobody()', '$Nobody'],
];

export const malformedQueries: readonly ContractCase[] = rows.map(([name, queryString, part]) => {
  const start = part === '' ? queryString.length : queryString.lastIndexOf(part);
  return {
    name: `${name} is told with its place: ${queryString}`,
    page: `${pageOf('QueryCompileError')} and ${guidePage('CWL_QuerySyntax')}`,
    steps: [
      createGroup,
      {
        call: 'StartQuery',
        with: { logGroupName: group, startTime: 1, endTime: 2, queryString },
        refusedAs: 'MalformedQueryException',
        refusal: { queryCompileError: { location: { startCharOffset: start } } },
      },
    ],
  };
});
