import { renderQueryTemplate } from '../../../../src/kernel/insights-query.ts';
import { formatLogRecord } from '../../../../src/kernel/log-record.ts';
import { type ContractCase, guidePage, pageOf, type Step } from '../contract-case.ts';
import { anyText, createGroup, createStream, expectRow, group, put, query, withStream } from '../steps.ts';

type Row = Readonly<Record<string, string>>;

interface Language {
  readonly name: string;
  readonly page: string;
  readonly reading?: true;
  /** A second apart, the last one now. */
  readonly messages: readonly (string | object)[];
  /** Each query with its rows; `@ptr` ends them unless the query has `stats`. */
  readonly asked: readonly (readonly [queryString: string, rows: readonly Row[]])[];
}

function resultsOf(queryString: string, rows: readonly Row[]): Partial<Step> {
  const results = rows.map((row) => {
    const fields = Object.entries(row).map(([field, value]) => ({ field, value }));
    return /\bstats\b/i.test(queryString) ? fields : expectRow(fields);
  });
  return { has: { status: 'Complete', results } };
}

function caseOf({ messages, asked, ...about }: Language): ContractCase {
  const texts = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return {
    ...about,
    steps: [
      ...withStream,
      put(texts.map((text, index) => [(texts.length - 1 - index) * 1_000, text] as const)),
      ...asked.flatMap(([queryString, rows]) => query(queryString, resultsOf(queryString, rows))),
    ],
  };
}

const functions = guidePage('CWL_QuerySyntax-operations-functions');
const asRows = (field: string, ...values: readonly string[]): readonly Row[] =>
  values.map((value) => ({ [field]: value }));

/** What AWS's pages give as examples. */
const documented: readonly Language[] = [
  {
    name: 'texts are trimmed, cut and replaced as the examples say',
    page: functions,
    messages: [{}],
    asked: [
      [
        `fields ltrim("xyZxyfooxyZ", "xyZ") as l, rtrim("xyZfooxyxyZ", "xyZ") as r, trim("xyZxyfooxyxyZ", "xyZ") as t,
          substr("xyZfooxyZ", 3, 3) as s, replace("foo", "o", "0") as p`,
        [{ l: 'fooxyZ', r: 'xyZfoo', t: 'foo', s: 'foo', p: 'f00' }],
      ],
      [
        'fields strlen("a😀") as n, toupper("a") as u, tolower("A") as d, concat("a", 1, "b") as c',
        [{ n: '2', u: 'A', d: 'a', c: 'a1b' }],
      ],
    ],
  },
  {
    name: 'isempty and isblank are 1, and strcontains is 1 or 0',
    page: functions,
    messages: [{ blank: ' ' }],
    asked: [
      [
        'fields isempty(none) as a, isblank(blank) as b, strcontains("abc", "b") as c, strcontains("abc", "B") as d',
        [{ a: '1', b: '1', c: '1', d: '0' }],
      ],
      ['fields strcontains("abc", "B", true) as c, startsWith("abc", "a") as s', [{ c: '1', s: '1' }]],
      ['fields ispresent(none) as isRes', [{ isRes: '0' }]],
    ],
  },
  {
    name: 'numbers are computed',
    page: functions,
    messages: [{ x: -2.5 }],
    asked: [
      [
        'fields 2 ^ 3 as power, 10 % 3 as rest, abs(x) as a, ceil(x) as c, floor(x) as f, greatest(1, x, 3) as g, least(1, x) as l, sqrt(16) as s, log(1) as n',
        [{ power: '8', rest: '1', a: '2.5', c: '-2', f: '-3', g: '3', l: '-2.5', s: '4', n: '0' }],
      ],
      [
        'fields if(x < 0, "below", "above") as side, case(x > 0, 1, x < 0, 2, 3) as which',
        [{ side: 'below', which: '2' }],
      ],
    ],
  },
  {
    name: 'times turn into milliseconds and back, and the number of a period is capped by its unit',
    page: functions,
    messages: [{ at: 1_642_195_111_000 }],
    asked: [
      [
        'fields fromMillis(at) as t, toMillis(fromMillis(at)) as ms, datefloor(fromMillis(at), 1h) as f, dateceil(fromMillis(at), 1h) as c',
        [
          {
            t: '2022-01-14 21:18:31.000',
            ms: '1642195111000',
            f: '2022-01-14 21:00:00.000',
            c: '2022-01-14 22:00:00.000',
          },
        ],
      ],
      ['fields datefloor(fromMillis(at), 300s) as f', asRows('f', '2022-01-14 21:18:00.000')],
      ['filter toMillis(@timestamp) >= (now() * 1000 - 7200000) | fields at', asRows('at', '1642195111000')],
    ],
  },
  {
    name: 'addresses are told and found in subnets',
    page: functions,
    messages: [{ a: '192.0.2.7', b: '2001:db8::1', c: 'x' }],
    asked: [
      [
        'fields isValidIp(c) as c, isValidIpV4(a) as v4, isValidIpV6(b) as v6, isIpInSubnet(a, "192.0.2.0/24") as s4, isIpv6InSubnet(b, "2001:db8::/32") as s6',
        [{ c: '0', v4: '1', v6: '1', s4: '1', s6: '1' }],
      ],
    ],
  },
  {
    name: 'like and =~ find parts, by text or by regular expression, and (?i) is blind to case from its place on',
    page: guidePage('CWL_QuerySyntax-Filter'),
    messages: ['Exception', 'an Exception here', 'exception', 'nothing'].map((f1) => ({ f1 })),
    asked: [
      ['fields f1 | filter f1 like /Exception/ | sort f1', asRows('f1', 'Exception', 'an Exception here')],
      ['fields f1 | filter f1 =~ /Exception/ | sort f1', asRows('f1', 'Exception', 'an Exception here')],
      ['fields f1 | filter f1 like "Exception" | sort f1', asRows('f1', 'Exception', 'an Exception here')],
      ['fields f1 | filter f1 =~ /^(?i)Exception$/ | sort f1', asRows('f1', 'Exception', 'exception')],
      ['fields f1 | filter f1 not like /(?i)Exception/', asRows('f1', 'nothing')],
    ],
  },
  {
    name: 'in tests complete texts and numbers, and not in the contrary',
    page: guidePage('CWL_QuerySyntax-Filter'),
    messages: ['foo', 'foobar', 1, 300].map((Type) => ({ Type })),
    asked: [
      ['fields Type | filter Type in ["foo", 1] | sort Type', asRows('Type', 'foo', '1')],
      ['fields Type | filter Type not in ["foo","bar",1] | sort Type', asRows('Type', 'foobar', '300')],
    ],
  },
  {
    name: 'parse takes fields out of a line, by stars or by named groups',
    page: guidePage('CWL_QuerySyntax-Parse'),
    messages: [
      '25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: DataIntegrityException',
      'GET url=/api/7/users/ann',
    ],
    asked: [
      [
        'parse @message "[*] * The error was: *" as level, config, exception | filter ispresent(level) | display level, config, exception',
        [{ level: 'ERROR', config: '{foo=2, bar=data}', exception: 'DataIntegrityException' }],
      ],
      [
        String.raw`parse @message /\[(?<level>\S+)\]\s+(?<config>\{.*\})\s+The error was: (?<exception>\S+)/ | filter ispresent(level) | display level, config, exception`,
        [{ level: 'ERROR', config: '{foo=2, bar=data}', exception: 'DataIntegrityException' }],
      ],
      [
        'parse @message "url=*" as url | parse url "/api/*/users/*" as apiVersion, userId | display apiVersion, userId | limit 1',
        [{ apiVersion: '7', userId: 'ann' }],
      ],
      ['parse "[*]" as level | display level', [{}, { level: 'ERROR' }]],
    ],
  },
  {
    name: 'fields of JSON have dotted names, also in lists, and up to 200 are discovered',
    page: guidePage('CWL_AnalyzeLogData-discoverable-fields'),
    messages: [
      {
        requestParameters: { instancesSet: { items: [{ instanceId: 'i-abcde123' }] } },
        'foo-bar': 1,
        '@example.com': 2,
        ...Object.fromEntries(Array.from({ length: 197 }, (_, index) => [`f${index}`, index])),
        late: 1,
      },
    ],
    asked: [
      [
        'fields requestParameters.instancesSet.items.0.instanceId, `foo-bar`, `@@example.com`, f196, late',
        [
          {
            'requestParameters.instancesSet.items.0.instanceId': 'i-abcde123',
            'foo-bar': '1',
            '@@example.com': '2',
            f196: '196',
          },
        ],
      ],
    ],
  },
  {
    name: 'stats groups by fields and periods, two stats one after the other, with expressions over aggregations',
    page: guidePage('CWL_QuerySyntax-Stats'),
    messages: [4, 8, 6].map((n) => ({ n, kind: n > 5 ? 'big' : 'small' })),
    asked: [
      [
        'stats count(*) as lines, count() as also, count(n) as n, sum(n) / count(*) as mean, min(n), max(n), count_distinct(kind) as kinds',
        [{ lines: '3', also: '3', n: '3', mean: '6', 'min(n)': '4', 'max(n)': '8', kinds: '2' }],
      ],
      [
        'stats earliest(n), latest(n), sortsFirst(kind), sortsLast(n)',
        [{ 'earliest(n)': '4', 'latest(n)': '6', 'sortsFirst(kind)': 'big', 'sortsLast(n)': '8' }],
      ],
      [
        'STATS sum(n) AS total BY kind | STATS max(total) AS most, min(total) AS least',
        [{ most: '14', least: '4' }],
      ],
      ['stats count(*) as lines by kind, bin(1d) as day | stats sum(lines) as all', asRows('all', '3')],
      [
        'FIELDS strlen(@message) AS length | STATS count(length) AS lines, max(@timestamp) as @t BY @logStream | STATS sum(lines) as all BY dateceil(@t, 5m) as period | display all',
        asRows('all', '3'),
      ],
    ],
  },
  {
    name: 'sort puts texts before numbers, digits in texts by their size, each key in its direction',
    page: guidePage('CWL_QuerySyntax-Sort'),
    messages: ['a2', 'a10', '111A', '5A', '2', '10', '@_', '@'].map((a) => ({ a })),
    asked: [
      ['fields a | sort a', asRows('a', '5A', '111A', '@', '@_', 'a2', 'a10', '2', '10')],
      ['fields a | sort a desc | limit 3', asRows('a', '10', '2', 'a10')],
      ['fields a | sort strlen(a) desc, a asc | limit 3', asRows('a', '111A', 'a10', '5A')],
    ],
  },
  {
    name: 'dedup keeps the first of each, and what lacks the field',
    page: guidePage('CWL_QuerySyntax-Dedup'),
    messages: [{ a: 'x', n: 1 }, { a: 'x', n: 2 }, { a: 'y', n: 3 }, { n: 4 }, { n: 5 }],
    asked: [
      ['fields n | sort n | dedup a', asRows('n', '1', '3', '4', '5')],
      ['fields n | dedup a | limit 2', asRows('n', '5', '4')],
    ],
  },
  {
    name: 'the last display decides, fields add up, and comments run to the end of the line',
    page: guidePage('CWL_QuerySyntax-Display'),
    messages: [{ a: 1, b: 2 }],
    asked: [
      ['fields a | fields b', [{ a: '1', b: '2' }]],
      ['fields a # | limit 0\n# | filter a = 2\n| display a | display b', asRows('b', '2')],
    ],
  },
];

/** How AWS computes these is not documented. */
const read: readonly Language[] = [
  {
    name: 'a percentile is a value that occurs, and the deviation that of the population',
    page: guidePage('CWL_QuerySyntax-Stats'),
    reading: true,
    messages: [2, 4, 4, 4, 5, 5, 7, 9].map((n) => ({ n })),
    asked: [
      [
        'stats pct(n, 50) as p50, pct(n, 95) as p95, stddev(n) as deviation',
        [{ p50: '4', p95: '9', deviation: '2' }],
      ],
    ],
  },
  {
    name: 'what is missing meets no test but those for it, sorts first, and has groups of its own',
    page: guidePage('CWL_QuerySyntax-Filter'),
    reading: true,
    messages: [{ n: 1, a: 'x' }, { n: 2 }, { n: 3, a: null }],
    asked: [
      ['fields n | filter a = "x" or a < "y" | sort n', asRows('n', '1')],
      ['fields n | filter not ispresent(a) | sort n', asRows('n', '2', '3')],
      ['fields n | filter a != "y" | sort n', asRows('n', '1', '2', '3')],
      ['fields n | sort a, n', asRows('n', '2', '3', '1')],
      ['stats count(*) as lines by a | sort lines', [{ a: 'x', lines: '1' }, { lines: '2' }]],
    ],
  },
  {
    name: 'a number equals what spells it, two texts are equal letter by letter, and a truth value is its word',
    page: guidePage('CWL_QuerySyntax-Filter'),
    reading: true,
    messages: [{ a: 7 }, { a: '7' }, { a: '007' }, { a: true }],
    asked: [
      ['fields a | filter a = 7 | sort @timestamp', asRows('a', '7', '7', '007')],
      ['fields a | filter a = "7" | sort @timestamp', asRows('a', '7', '7')],
      ['fields a | filter a = true', asRows('a', 'true')],
    ],
  },
  {
    name: 'what cannot be computed is missing',
    page: functions,
    reading: true,
    messages: [{ a: 'x' }],
    asked: [['fields a, 1 / 0 as i, a + 1 as n, sqrt(-1) as s, log(0) as l', [{ a: 'x' }]]],
  },
];

const saveErrors: Step = {
  call: 'PutQueryDefinition',
  with: {
    name: 'ErrorsByLevel',
    queryString: 'fields message | filter level = {{logLevel}} | sort message',
    parameters: [{ name: 'logLevel', defaultValue: '"ERROR"' }],
  },
};

const savedPage = guidePage('CWL_Insights-Saving-Queries');
const saved: readonly ContractCase[] = [
  {
    name: 'a saved query is run by its name, with values for its parameters or their defaults',
    page: savedPage,
    steps: [
      ...withStream,
      put(
        ['WARN', 'ERROR', 'ERROR'].map(
          (level, index) => [0, JSON.stringify({ level, message: `${level}-${index}` })] as const,
        ),
      ),
      saveErrors,
      ...query('$ErrorsByLevel(logLevel = "WARN")', resultsOf('', asRows('message', 'WARN-0'))),
      ...query('$ErrorsByLevel()', resultsOf('', asRows('message', 'ERROR-1', 'ERROR-2'))),
      ...query('# the first\n$ErrorsByLevel() | limit 1', resultsOf('', asRows('message', 'ERROR-1'))),
      {
        call: 'PutQueryDefinition',
        with: { name: 'Cortex/prod/one', queryString: 'limit 1' },
      },
      ...query('$ErrorsByLevel() | $`Cortex/prod/one`()', resultsOf('', asRows('message', 'ERROR-1'))),
    ],
  },
  {
    name: 'a saved query cannot run another one, and its parameters are known',
    page: `${savedPage} and ${pageOf('QueryCompileError')}`,
    steps: [
      ...withStream,
      saveErrors,
      { call: 'PutQueryDefinition', with: { name: 'Nested', queryString: '$ErrorsByLevel()' } },
      ...['$Nested()', '$ErrorsByLevel(level = "WARN")', '$Nobody()'].map((queryString): Step => ({
        ...(query(queryString, {})[0] as Step),
        saves: {},
        refusedAs: 'MalformedQueryException',
      })),
    ],
  },
];

type Labels = Parameters<typeof formatLogRecord>[1];
const place = {
  namespace: 'ml',
  pod: 'p',
  container: 'api',
  node: 'n',
  stream: 'stdout',
  time: '2026-11-23T08:50:00.1Z',
} as const;

const lineIs = (value: string): Partial<Step> => ({
  has: {
    results: [
      [
        { field: '@timestamp', value: anyText },
        { field: 'message', value },
        { field: '@ptr', value: anyText },
      ],
    ],
  },
});

/** What the operator saves, as a person runs it. */
const ours: readonly ContractCase[] = (['STANDARD', 'INFREQUENT_ACCESS'] as const).map((logGroupClass) => ({
  name: `the queries that the operator saves for ${logGroupClass} are run by their names`,
  page: savedPage,
  steps: [
    { ...createGroup, with: { logGroupName: group, logGroupClass } },
    createStream,
    put(
      [
        { apiName: 'text', apiKind: 'RealtimeAPI' },
        { apiName: 'text-2', apiKind: 'RealtimeAPI' },
        { apiName: 'text', apiKind: 'BatchAPI', jobID: 'job-1' },
        { apiName: 'text', apiKind: 'BatchAPI', jobID: 'job-2' },
      ].map(
        (labels, index) =>
          [0, formatLogRecord({ ...place, text: `line ${index}` }, labels as Labels)] as const,
      ),
    ),
    ...(['RealtimeAPI', 'BatchAPI'] as const).map((apiKind) => ({
      call: 'PutQueryDefinition',
      with: {
        name: `Cortex/${group}/${apiKind}`,
        queryString: renderQueryTemplate(apiKind, logGroupClass),
        parameters: [{ name: 'apiName' }, ...(apiKind === 'BatchAPI' ? [{ name: 'jobID' }] : [])],
      },
    })),
    ...query(`$\`Cortex/${group}/RealtimeAPI\`(apiName = "text")`, lineIs('line 0')),
    ...query(`$\`Cortex/${group}/BatchAPI\`(apiName = "text", jobID = "job-2")`, lineIs('line 3')),
  ],
}));

export const insightsLanguage: readonly ContractCase[] = [
  ...[...documented, ...read].map(caseOf),
  ...saved,
  ...ours,
];
