/** What can be named at a place in a query. */
import { malformedQuery, type Span } from './malformed-query.ts';
import type { Aggregate, Item } from './syntax.ts';

export class Scope {
  /** What can be named after `stats`; undefined before any, when everything can. */
  #columns: Set<string> | undefined;
  #aggregates: Aggregate[] | undefined;
  #isInArguments = false;

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

  /** The arguments of an aggregation. */
  parseArguments<T>(parse: () => T): T {
    const isNested = this.#isInArguments;
    this.#isInArguments = true;
    const parsed = parse();
    this.#isInArguments = isNested;
    return parsed;
  }

  /** The name of the field that stands for the aggregation. */
  addAggregate(aggregate: Omit<Aggregate, 'name'>): string {
    const name = `\`${this.aggregateCount}`;
    this.#aggregates?.push({ ...aggregate, name });
    return name;
  }

  /** From here on nothing but these can be named. */
  restrictTo(items: readonly Item[]): void {
    this.#columns = new Set(items.map(({ name }) => name));
  }

  /** Names that a command gives. */
  define(names: readonly string[]): void {
    for (const name of names) this.#columns?.add(name);
  }

  refuseUndefined(name: string, span: Span): void {
    if (this.#columns && !this.#columns.has(name))
      throw malformedQuery(
        `The field ${name} is not defined by the stats command before, so that it cannot be used here`,
        span,
      );
  }

  /** After `stats` the text of one of its expressions names its column, in whatever case and spacing; the longest one. */
  columnAt(source: string, start: number): { readonly name: string; readonly end: number } | undefined {
    // A second stats aggregates anew: `stats count(*) by a | stats count(*)`.
    if (this.isInStats && !this.#isInArguments) return undefined;
    let longest: { readonly name: string; readonly end: number } | undefined;
    for (const name of this.#columns ?? []) {
      const end = name.endsWith(')') ? endOf(name, source, start) : -1;
      if (end > (longest?.end ?? -1)) longest = { name, end };
    }
    return longest;
  }
}

/** Where the text ends if it stands at `start`, whatever its case and spacing; negative if it does not. */
function endOf(text: string, source: string, start: number): number {
  let at = start;
  for (const character of text.replace(/\s+/g, '').toLowerCase()) {
    while (/\s/.test(source.charAt(at))) at++;
    if (source.slice(at, at + character.length).toLowerCase() !== character) return -1;
    at += character.length;
  }
  return at;
}
