import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.ts';
import { runRows } from './run-rows.ts';

interface Row {
  readonly name: string;
  readonly query: string;
  readonly messages: readonly (string | Record<string, unknown>)[];
  readonly rows: readonly Record<string, string>[];
}

const letters = (...values: readonly string[]) => values.map((a) => ({ a }));
const asRows = (...values: readonly string[]) => values.map((a) => ({ a }));
const kept = (
  name: string,
  condition: string,
  messages: Row['messages'],
  ...values: readonly string[]
): Row => ({
  name,
  query: `fields a | filter ${condition} | sort @timestamp`,
  messages,
  rows: asRows(...values),
});

const filters: readonly Row[] = [
  kept('texts are equal letter by letter', 'a = "x"', letters('x', 'X', 'x '), 'x'),
  kept('a text of digits is not another text of the same number', 'a = "007"', letters('7', '007'), '007'),
  kept('a number equals the text that spells it', 'a = 7', letters('7', '007', '8', 'x'), '7', '007'),
  kept('a text literal equals a number field', 'a = "7"', [{ a: 7 }, { a: 8 }], '7'),
  kept('nothing equals a missing field', 'b = "x"', letters('x')),
  kept('what is missing is unequal to everything', 'b != "x"', letters('x'), 'x'),
  kept('numbers are ordered by size', 'a > 9', letters('10', '9', '100'), '10', '100'),
  kept('texts are ordered by their characters', 'a >= "b"', letters('a', 'b', 'c'), 'b', 'c'),
  kept('a missing field has no order', 'b < 1 or b >= 1', letters('x')),
  kept('and binds tighter than or', 'a = "x" or a = "y" and a = "z"', letters('x', 'y'), 'x'),
  kept('parentheses bind first', '(a = "x" or a = "y") and a = "y"', letters('x', 'y'), 'y'),
  kept('not turns a test around', 'not (a = "x")', letters('x', 'y'), 'y'),
  kept('not twice is nothing', 'not not a = "x"', letters('x', 'y'), 'x'),
  kept('words are known in capitals too', 'NOT a = "x" AND a LIKE "y"', letters('x', 'y'), 'y'),
  kept('like finds a part of the text', "a like 'b\"c'", letters('ab"cd', 'abcd'), 'ab"cd'),
  kept('like tells cases apart', 'a like "x"', letters('x', 'X'), 'x'),
  kept('like takes a regular expression', 'a like /^x\\d+$/', letters('x12', 'ax1'), 'x12'),
  kept('a regular expression may be blind to case', 'a =~ /(?i)^ERR/', letters('error', 'no error'), 'error'),
  kept('a slash in a regular expression is escaped', 'a like /b\\/c/', letters('a/b/c', 'abc'), 'a/b/c'),
  kept('not like keeps what has no such field', 'b not like /x/', letters('x'), 'x'),
  kept('in tests membership', 'a in ["x", "z"]', letters('x', 'y', 'z'), 'x', 'z'),
  kept('not in tests the contrary', 'a not in ["x", "z"]', letters('x', 'y', 'z'), 'y'),
  kept('numbers are members too', 'a in [1, 2]', letters('1', '3'), '1'),
  kept('ispresent tells a field from none', 'isPresent(b)', [{ a: 'x' }, { a: 'y', b: 0 }], 'y'),
  kept('a null counts as missing', 'ispresent(b)', [{ a: 'x', b: null }]),
  kept('arithmetic comes before comparison', 'a * 2 + 1 > 2 ^ 3 - 2', letters('2', '3'), '3'),
  kept('division by zero is missing', 'ispresent(a / 0)', letters('1')),
  kept('a minus turns a number around', '-a < -1', letters('1', '2'), '2'),
  kept('functions are computed', 'strlen(toupper(trim(a))) = 2', letters(' ab ', 'abc'), ' ab '),
  kept('a bare field is no condition that holds', 'a', letters('x', 'true')),
  kept('a boolean is told by its word', 'a = true', [{ a: true }, { a: false }], 'true'),
];

const shapes: readonly Row[] = [
  {
    name: 'fields add up over commands and take aliases and expressions',
    query: 'fields a, a + 1 as next | fields concat(a, "!") as loud',
    messages: [{ a: 1 }],
    rows: [{ a: '1', next: '2', loud: '1!' }],
  },
  {
    name: 'an expression without an alias is named as it is written',
    query: 'fields a+1 , abs(a)',
    messages: [{ a: -3 }],
    rows: [{ 'a+1': '-2', 'abs(a)': '3' }],
  },
  {
    name: 'the last display decides what is shown',
    query: 'fields a, b | display b | display a',
    messages: [{ a: 1, b: 2 }],
    rows: [{ a: '1' }],
  },
  {
    name: 'names with dots reach into objects and lists',
    query: 'fields labels.apiName, list.1.x',
    messages: [{ labels: { apiName: 'n' }, list: [0, { x: 'y' }] }],
    rows: [{ 'labels.apiName': 'n', 'list.1.x': 'y' }],
  },
  {
    name: 'back quotes hold names with other characters',
    query: 'fields `a-b`, `c d`',
    messages: [{ 'a-b': 1, 'c d': 2 }],
    rows: [{ 'a-b': '1', 'c d': '2' }],
  },
  {
    name: 'comments run to the end of the line, but not within texts',
    query: 'fields a # the field\n| filter a = "#x" # | limit 0',
    messages: letters('#x', 'y'),
    rows: asRows('#x'),
  },
  {
    name: 'back quotes hold a part of a name too',
    query: 'fields a.`b-c`.d, `e f`.g',
    messages: [{ a: { 'b-c': { d: 1 } }, 'e f': { g: 2 } }],
    rows: [{ 'a.b-c.d': '1', 'e f.g': '2' }],
  },
  {
    name: 'what a field or function says about the event is 1 or 0, and a field of JSON its own word',
    query: 'fields ispresent(a) as is, a = 2 as two, a',
    messages: [{ a: true }],
    rows: [{ is: '1', two: '0', a: 'true' }],
  },
  {
    name: 'names given by parse may begin with @',
    query: 'parse @message "user=*, ms=*" as @user, @ms | filter @ms > 5 | display @user',
    messages: ['user=ann, ms=10', 'user=bob, ms=3'],
    rows: [{ '@user': 'ann' }],
  },
  {
    name: 'a pattern with stars matches nothing by half',
    query: 'parse @message "a=* b=*;" as x, y | fields x, y | sort @timestamp',
    messages: ['a=1 b=2', 'a=1 b=2;'],
    rows: [{}, { x: '1', y: '2' }],
  },
  {
    name: 'named groups of parse are fields of the later commands',
    query: 'parse @message /user=(?<user>\\w+), ms=(?<ms>\\d+)/ | filter ms > 5 | fields user, ms',
    messages: ['user=ann, ms=10', 'user=bob, ms=3', 'nothing'],
    rows: [{ user: 'ann', ms: '10' }],
  },
  {
    name: 'what parse does not match stays, without its fields',
    query: 'parse @message /user=(?<user>\\w+)/ | fields user, @message | sort @timestamp',
    messages: ['user=ann', 'nothing'],
    rows: [{ user: 'ann', '@message': 'user=ann' }, { '@message': 'nothing' }],
  },
  {
    name: 'a pattern with stars takes as little as it can, and the last star all the rest',
    query: 'parse @message "[*] * - *" as level, word, rest | display level, word, rest',
    messages: ['[INFO] a - b - c'],
    rows: [{ level: 'INFO', word: 'a', rest: 'b - c' }],
  },
  {
    name: 'parse reads another field, and @message if none is named',
    query: 'parse "url=*" as url | parse url "/api/*" as path | display path',
    messages: ['url=/api/x'],
    rows: [{ path: 'x' }],
  },
  {
    name: 'parsed fields hide discovered ones of the same name',
    query: 'parse @message /"b":"(?<a>\\w+)"/ | fields a',
    messages: [{ a: '1', b: '2' }],
    rows: asRows('2'),
  },
  {
    name: 'where parse does not match, the discovered field is still there',
    query: `parse @message /level=(?<a>.*)/ | filter a like 'say "x"' | fields a`,
    messages: ['level=say "x"', { a: 'say "x"' }, { a: 'say' }],
    rows: asRows('say "x"', 'say "x"'),
  },
  {
    name: 'where means filter',
    query: 'fields a | where a = "x"',
    messages: letters('x', 'y'),
    rows: asRows('x'),
  },
];

const orders: readonly Row[] = [
  {
    name: 'without a sort the newest comes first',
    query: 'fields a',
    messages: letters('1', '2', '3'),
    rows: asRows('3', '2', '1'),
  },
  {
    name: 'sort is ascending unless it says desc',
    query: 'fields a | sort a',
    messages: letters('b', 'a', 'c'),
    rows: asRows('a', 'b', 'c'),
  },
  {
    name: 'rows of equal keys are in the order of arrival',
    query: 'fields a | sort b',
    messages: letters('1', '2', '3'),
    rows: asRows('1', '2', '3'),
  },
  {
    name: 'descending is the reverse of ascending',
    query: 'fields a | sort b desc',
    messages: letters('1', '2', '3'),
    rows: asRows('3', '2', '1'),
  },
  {
    name: 'later keys decide where earlier ones are equal, each in its own direction',
    query: 'fields a, b | sort a desc, b asc',
    messages: [
      { a: '1', b: 'y' },
      { a: '2', b: 'z' },
      { a: '2', b: 'x' },
    ],
    rows: [
      { a: '2', b: 'x' },
      { a: '2', b: 'z' },
      { a: '1', b: 'y' },
    ],
  },
  {
    name: 'limit cuts what is sorted, at its place in the query',
    query: 'fields a | sort a | limit 2 | filter a != "a"',
    messages: letters('c', 'b', 'a'),
    rows: asRows('b'),
  },
  {
    name: 'dedup keeps the first of each in the order of the sort, and rows without the field',
    query: 'fields a, b | sort b | dedup a | limit 10',
    messages: [{ a: 'x', b: 2 }, { a: 'x', b: 1 }, { b: 3 }, { b: 4 }],
    rows: [{ a: 'x', b: '1' }, { b: '3' }, { b: '4' }],
  },
  {
    name: 'dedup without a sort keeps the newest',
    query: 'fields a, b | dedup a',
    messages: [
      { a: 'x', b: 1 },
      { a: 'x', b: 2 },
    ],
    rows: [{ a: 'x', b: '2' }],
  },
];

const sales = [
  { a: 'x', n: 1 },
  { a: 'y', n: 10 },
  { a: 'x', n: 3 },
  { a: 'x', n: 'none' },
];

const stats: readonly Row[] = [
  {
    name: 'stats without by is one row, also of nothing',
    query: 'filter a = "nobody" | stats count(*) as lines, sum(n) as total',
    messages: sales,
    rows: [{ lines: '0' }],
  },
  {
    name: 'numbers are summed up, and what is no number is left out',
    query: 'stats count(*), count(n), sum(n), avg(n), min(n), max(n) by a | filter a = "x"',
    messages: sales,
    rows: [
      {
        a: 'x',
        'count(*)': '3',
        'count(n)': '3',
        'sum(n)': '4',
        'avg(n)': '2',
        'min(n)': 'none',
        'max(n)': '3',
      },
    ],
  },
  {
    name: 'distinct values are counted',
    query: 'stats count_distinct(a) as different',
    messages: sales,
    rows: [{ different: '2' }],
  },
  {
    name: 'rows without the field are a group of their own',
    query: 'stats count(*) as lines by b | sort lines',
    messages: [{ b: 'x' }, {}, {}],
    rows: [{ b: 'x', lines: '1' }, { lines: '2' }],
  },
  {
    name: 'what stats made can be filtered and counted again',
    query: 'stats count(*) as lines by a | filter lines > 0 | stats max(lines) as most',
    messages: sales,
    rows: [{ most: '3' }],
  },
  {
    name: 'count() means count(*)',
    query: 'stats count() as lines',
    messages: sales,
    rows: [{ lines: '4' }],
  },
];

describe('a query', () => {
  it.each([...filters, ...shapes, ...orders, ...stats])(
    '$name: $query',
    async ({ query, messages, rows }) => {
      const texts = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
      expect((await runRows(query, texts)).rows).toEqual(rows);
    },
  );

  it('shows the system fields, times as times', async () => {
    const { rows } = await runRows('fields @timestamp, @ingestionTime, @message, @logStream, @log', ['m']);
    expect(rows).toEqual([
      {
        '@timestamp': '2026-11-25 12:51:23.000',
        '@ingestionTime': '2026-11-25 12:52:23.000',
        '@message': 'm',
        '@logStream': 's',
        '@log': '1:g',
      },
    ]);
  });

  it('counts as matched what the filters let through, not what a limit left', async () => {
    const { statistics } = await runRows(
      'filter a > 1 | sort a | filter a < 5 | limit 1',
      [1, 2, 3, 9].map((a) => `{"a":${a}}`),
    );
    expect(statistics).toEqual({ recordsMatched: 2, recordsScanned: 4, bytesScanned: 28 });
  });

  it('discovers no fields outside the Standard class', async () => {
    const { rows } = await runRows('fields a, @message', ['{"a":1}'], { discoversFields: false });
    expect(rows).toEqual([{ '@message': '{"a":1}' }]);
  });

  it.each(['sort n', 'sort n desc', 'sort a, n desc', 'sort a desc', 'sort b, a'])(
    '%s with a limit gives the first rows of those without one',
    async (sort) => {
      const random = seededRandom(31);
      const events = Array.from({ length: 400 }, (_, b) =>
        JSON.stringify({ a: random.pick(['x', 'y', 7, undefined]), n: random.below(40), b: -b }),
      );
      const all = await runRows(`fields a, n, b | ${sort}`, events);
      for (const limit of [1, 2, 7, 100, 399, 400, 1_000]) {
        const { rows } = await runRows(`fields a, n, b | ${sort} | limit ${limit}`, events);
        expect(rows).toEqual(all.rows.slice(0, limit));
      }
    },
  );

  it('ends where it is told to while it pauses', async () => {
    const { isEnded, statistics } = await runRows('fields a', ['{"a":1}', '{"a":2}'], {
      goOn: () => Promise.resolve(false),
    });
    expect({ isEnded, matched: statistics.recordsMatched }).toEqual({ isEnded: true, matched: 0 });
  });

  it.each(['(', 'not ', '-'])('of a thousand %s cannot exhaust the stack', async (part) => {
    const outcome = await runRows(`filter ${part.repeat(1_000)}a`, []).catch((error: unknown) => error);
    expect(outcome instanceof RangeError).toBe(false);
  });
});
