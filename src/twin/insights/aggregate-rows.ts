/** The command `stats`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html */
import { type Compiled, compileExpression } from './compile-expression.ts';
import { type Row, TableRow } from './row.ts';
import type { Aggregate, AggregateFunction, Command } from './syntax.ts';
import { compareNaturally, numberOf, textOf, type Value } from './value.ts';

interface Accumulator {
  add(value: Value): void;
  result(): Value;
}

/** One row for each combination of the `by` values, in order of first appearance; without `by`, one row. */
export function aggregateRows(
  rows: readonly Row[],
  { aggregates, by }: Extract<Command, { kind: 'stats' }>,
): Row[] {
  const keys = by.map(({ expression }) => compileExpression(expression));
  const columns = aggregates.map(compileAggregate);
  const groups = new Map<
    string,
    { readonly values: readonly Value[]; readonly accumulators: readonly Accumulator[] }
  >();
  if (by.length === 0) groups.set('[]', { values: [], accumulators: columns.map(({ create }) => create()) });
  for (const row of rows) {
    const values = keys.map((key) => key(row));
    const id = JSON.stringify(values.map((value) => value ?? null));
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { values, accumulators: columns.map(({ create }) => create()) }));
    group.accumulators.forEach((accumulator, index) => accumulator.add(columns[index]?.read(row)));
  }
  return [...groups.values()].map(({ values, accumulators }) => {
    const table = new TableRow();
    by.forEach(({ name }, index) => table.set(name, values[index]));
    aggregates.forEach(({ name }, index) => table.set(name, accumulators[index]?.result()));
    return table;
  });
}

function compileAggregate(aggregate: Aggregate): {
  readonly read: Compiled;
  readonly create: () => Accumulator;
} {
  const read: Compiled = aggregate.argument ? compileExpression(aggregate.argument) : () => true;
  return { read, create: accumulators[aggregate.function] };
}

const accumulators: Readonly<Record<AggregateFunction, () => Accumulator>> = {
  count: () => {
    let count = 0;
    return {
      add: (value) => {
        if (value !== undefined) count++;
      },
      result: () => count,
    };
  },
  count_distinct: () => {
    const seen = new Set<string>();
    return {
      add: (value) => {
        if (value !== undefined) seen.add(textOf(value));
      },
      result: () => seen.size,
    };
  },
  sum: () => ofNumbers((sum) => sum),
  avg: () => ofNumbers((sum, count) => sum / count),
  min: () => extreme(-1),
  max: () => extreme(1),
};

/** Missing where there was no number at all. */
function ofNumbers(result: (sum: number, count: number) => number): Accumulator {
  let sum = 0;
  let count = 0;
  return {
    add: (value) => {
      const number = numberOf(value);
      if (number === undefined) return;
      sum += number;
      count++;
    },
    result: () => (count === 0 ? undefined : result(sum, count)),
  };
}

function extreme(sign: 1 | -1): Accumulator {
  let best: Value;
  return {
    add: (value) => {
      if (value !== undefined && (best === undefined || sign * compareNaturally(value, best) > 0))
        best = value;
    },
    result: () => best,
  };
}
