/** The command `stats`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html */
import { type Accumulator, aggregateFunctions } from './aggregates.ts';
import { type Compiled, compileExpression, compileItem } from './compile-expression.ts';
import { compareRows, type Row, TableRow } from './row.ts';
import type { Aggregate, Expression, StatsCommand } from './syntax.ts';
import { numberOf, type PresentValue, showValue, type Value } from './value.ts';

interface Group {
  readonly values: readonly Value[];
  readonly accumulators: readonly Accumulator[];
  /** The newest of its events, which gives the group its place among the others. */
  newest: Row;
}

interface Column {
  readonly name: string;
  readonly read: Compiled;
}

/** Takes rows in one after the other, and keeps what it counts instead of them. */
export class Aggregation {
  readonly #by: readonly Column[];
  readonly #aggregates: readonly { readonly read: Compiled; readonly create: () => Accumulator }[];
  readonly #items: readonly Column[];
  readonly #names: readonly string[];
  readonly #groups = new Map<string, Group>();

  constructor({ aggregates, items, by }: StatsCommand, startedAt: number) {
    const compile = (expression: Expression): Compiled => compileExpression(expression, startedAt);
    this.#by = by.map((item) => ({ name: item.name, read: compileItem(item, startedAt) }));
    this.#items = items.map((item) => ({ name: item.name, read: compileItem(item, startedAt) }));
    this.#aggregates = aggregates.map((one) => compileAggregate(one, compile));
    this.#names = aggregates.map(({ name }) => name);
  }

  add(row: Row): void {
    const values = this.#by.map(({ read }) => read(row));
    const id = idOf(values);
    let group = this.#groups.get(id);
    if (!group) this.#groups.set(id, (group = this.#createGroup(values, row)));
    if (compareRows(row, group.newest) > 0) group.newest = row;
    for (const [index, { read }] of this.#aggregates.entries())
      group.accumulators[index]?.add(read(row), row);
  }

  /** One row for each combination of the `by` values, that of the newest event first; without `by`, one row. */
  rows(): Row[] {
    const groups = [...this.#groups.values()];
    if (groups.length === 0 && this.#by.length === 0) groups.push(this.#createGroup([], new TableRow()));
    groups.sort((a, b) => compareRows(b.newest, a.newest));
    return groups.map((group) => this.#finish(group));
  }

  #createGroup(values: readonly Value[], newest: Row): Group {
    return { values, accumulators: this.#aggregates.map(({ create }) => create()), newest };
  }

  #finish({ values, accumulators }: Group): Row {
    const table = new TableRow();
    for (const [index, { name }] of this.#by.entries()) table.set(name, values[index]);
    for (const [index, name] of this.#names.entries()) table.set(name, accumulators[index]?.result());
    const results = this.#items.map(({ read }) => read(table));
    for (const [index, { name }] of this.#items.entries()) table.set(name, results[index]);
    return table;
  }
}

function compileAggregate(
  { function: name, args }: Aggregate,
  compile: (expression: Expression) => Compiled,
): { readonly read: Compiled; readonly create: () => Accumulator } {
  const [argument, parameter] = args;
  const number = parameter?.kind === 'literal' ? (numberOf(parameter.value) ?? 0) : 0;
  return {
    read: argument ? compile(argument) : () => true,
    create: () => aggregateFunctions[name]?.create(number) as Accumulator,
  };
}

/** Values are one if they are shown alike; a missing one is like no other. */
function idOf(values: readonly Value[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return showValue(only);
  return JSON.stringify(
    values.map((value: PresentValue | undefined) => (value === undefined ? null : showValue(value))),
  );
}
