import { describe, expect, it } from '@jest/globals';
import { runRows } from './run-rows.ts';

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => ({ n, parity: n % 2 === 0 ? 'even' : 'odd' }));

interface Row {
  readonly name: string;
  readonly query: string;
  readonly messages?: readonly object[];
  readonly rows: readonly Record<string, string>[];
}

const rows: readonly Row[] = [
  {
    name: 'percentiles are values that occur',
    query: 'stats pct(n, 50) as p50, pct(n, 95) as p95, pct(n, 0) as p0, median(n), percentile(n, 100)',
    rows: [{ p50: '5', p95: '10', p0: '1', 'median(n)': '5', 'percentile(n, 100)': '10' }],
  },
  {
    name: 'the standard deviation is that of the population',
    query: 'stats stddev(n) as deviation',
    messages: [2, 4, 4, 4, 5, 5, 7, 9].map((n) => ({ n })),
    rows: [{ deviation: '2' }],
  },
  {
    name: 'earliest and latest go by time, sortsFirst and sortsLast by the order of sort',
    query: 'stats earliest(a), latest(a), sortsFirst(a), sortsLast(a)',
    messages: ['b', 'c', 'a', 'B'].map((a) => ({ a })),
    rows: [{ 'earliest(a)': 'b', 'latest(a)': 'B', 'sortsFirst(a)': 'B', 'sortsLast(a)': 'c' }],
  },
  {
    name: 'what no row has, is missing',
    query: 'stats sum(x), avg(x), stddev(x), min(x), latest(x), pct(x, 50), count(x), count_distinct(x)',
    rows: [{ 'count(x)': '0', 'count_distinct(x)': '0' }],
  },
  {
    name: 'aggregations are parts of expressions, which have their text for a name',
    query: 'stats sum(n)/1024 * 1024 as total, sum(n) / count(*)',
    rows: [{ total: '55', 'sum(n) / count(*)': '5.5' }],
  },
  {
    name: 'an argument may be an expression',
    query: 'stats max(n * 2), sum(strlen(parity)) by parity | sort parity',
    rows: [
      { parity: 'even', 'max(n * 2)': '20', 'sum(strlen(parity))': '20' },
      { parity: 'odd', 'max(n * 2)': '18', 'sum(strlen(parity))': '15' },
    ],
  },
  {
    name: 'periods group by time and are shown as times, the newest first',
    query: 'stats count(*) as lines by bin(5s)',
    rows: [
      { 'bin(5s)': '2026-11-25 12:51:30.000', lines: '3' },
      { 'bin(5s)': '2026-11-25 12:51:25.000', lines: '5' },
      { 'bin(5s)': '2026-11-25 12:51:20.000', lines: '2' },
    ],
  },
  {
    name: 'a column of stats is named by its text, in whatever case and spacing',
    query: 'stats count(*), max(n) by bin(5s) | filter count( * ) > 2 | sort BIN(5s) | display max(n)',
    rows: [{ 'max(n)': '7' }, { 'max(n)': '10' }],
  },
  {
    name: "a second stats counts what the first one left, as on AWS's page",
    query: `FIELDS strlen(parity) AS message_length
      | STATS sum(message_length) / 2 AS half BY BIN(5s) as @t
      | STATS max(half) AS peak, min(half) AS least, avg(half) AS mean BY dateceil(@t, 1m)`,
    rows: [
      { 'dateceil(@t, 1m)': '2026-11-25 12:52:00.000', peak: '8.5', least: '3.5', mean: '5.833333333333333' },
    ],
  },
  {
    name: 'a second stats aggregates anew, and names the columns of the first one in its arguments',
    query: 'stats count(*), sum(n) by parity | stats count(*), max(sum(n)), sum(count(*)) as all',
    rows: [{ 'count(*)': '2', 'max(sum(n))': '30', all: '10' }],
  },
  {
    name: 'times stay times under min and max',
    query:
      'stats max(@timestamp) as @t by parity | filter parity = "odd" | stats count(*) by datefloor(@t, 1m)',
    rows: [{ 'datefloor(@t, 1m)': '2026-11-25 12:51:00.000', 'count(*)': '1' }],
  },
  {
    name: 'fields can be computed from columns',
    query: 'stats sum(n) as total by parity | fields total * 2 as twice | sort twice | limit 1',
    rows: [{ parity: 'odd', total: '25', twice: '50' }],
  },
  {
    name: 'several keys group together',
    query: 'stats count(*) as lines by parity, n > 4 as big | sort parity, big',
    rows: [
      { parity: 'even', big: '0', lines: '2' },
      { parity: 'even', big: '1', lines: '3' },
      { parity: 'odd', big: '0', lines: '2' },
      { parity: 'odd', big: '1', lines: '3' },
    ],
  },
];

describe('stats', () => {
  it.each(rows)('$name: $query', async ({ query, messages = numbers, rows: expected }) => {
    const { rows: result } = await runRows(
      query,
      messages.map((one) => JSON.stringify(one)),
    );
    expect(result).toEqual(expected);
  });
});
