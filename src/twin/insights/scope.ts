/** What can be named at a place in a query. */
import { malformedQuery, type Span } from './malformed-query.ts';
import type { Aggregate, Item } from './syntax.ts';

export class Scope {
  /** The names that `stats` left, by their spelling without white space; undefined before any `stats`. */
  #columns: Map<string, string> | undefined;
  #aggregates: Aggregate[] | undefined;

  get isAfterStats(): boolean {
    return this.#columns !== undefined;
  }

  /** Whether aggregation functions may stand here. */
  get isInStats(): boolean {
    return this.#aggregates !== undefined;
  }

  /** How many aggregations the `stats` has so far. */
  get aggregateCount(): number {
    return this.#aggregates?.length ?? 0;
  }

  /** The items of a `stats`, and the aggregations in them. */
  collectAggregates<T>(parse: () => T): readonly [T, readonly Aggregate[]] {
    const aggregates: Aggregate[] = [];
    this.#aggregates = aggregates;
    const parsed = parse();
    this.#aggregates = undefined;
    return [parsed, aggregates];
  }

  /** The name of the field that stands for the aggregation. */
  addAggregate(aggregate: Omit<Aggregate, 'name'>): string {
    const name = `\`${this.aggregateCount}`;
    this.#aggregates?.push({ ...aggregate, name });
    return name;
  }

  /** From here on nothing but these can be named. */
  restrictTo(items: readonly Item[]): void {
    this.#columns = new Map(items.map(({ name }) => [spelling(name), name]));
  }

  /** Names that a command gives. */
  define(names: readonly string[]): void {
    for (const name of names) this.#columns?.set(spelling(name), name);
  }

  /** The column of `stats` that the text of an expression names. */
  columnOf(written: string): string | undefined {
    return this.#columns?.get(spelling(written));
  }

  refuseUndefined(name: string, span: Span): void {
    if (this.#columns && ![...this.#columns.values()].includes(name))
      throw malformedQuery(
        `The field ${name} is not defined by the stats command before, so that it cannot be used here`,
        span,
      );
  }
}

function spelling(written: string): string {
  return written.replace(/\s+/g, '').toLowerCase();
}
