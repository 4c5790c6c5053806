/** The command `sort`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html */
import { type Compiled, compileExpression } from './compile-expression.ts';
import { compareRows, type Row } from './row.ts';
import type { Command } from './syntax.ts';
import { compareKeys, type NaturalKey, naturalKeyOf } from './value.ts';

interface KeyedRow {
  readonly row: Row;
  readonly first: NaturalKey;
  readonly others: readonly NaturalKey[];
}

const noKeys: readonly NaturalKey[] = [];

/**
 * Takes rows in one after the other, and keeps no more than twice what a limit after the sort leaves. Rows of equal
 * keys are in the order of arrival, or its reverse where the first key descends (our reading).
 */
export class SortedRows {
  readonly #reads: readonly Compiled[];
  readonly #signs: readonly number[];
  readonly #limit: number;
  #kept: KeyedRow[] = [];
  /** What comes after it is not needed. */
  #last: KeyedRow | undefined;

  constructor({ keys }: Extract<Command, { kind: 'sort' }>, startedAt: number, limit = Infinity) {
    this.#reads = keys.map(({ expression }) => compileExpression(expression, startedAt));
    this.#signs = keys.map(({ isDescending }) => (isDescending ? -1 : 1));
    this.#limit = limit;
  }

  add(row: Row): void {
    const keyed = this.#keyOf(row);
    if (this.#last && this.#compare(keyed, this.#last) > 0) return;
    this.#kept.push(keyed);
    if (this.#kept.length >= 2 * this.#limit) this.#cut();
  }

  rows(): Row[] {
    this.#cut();
    return this.#kept.map(({ row }) => row);
  }

  #cut(): void {
    this.#kept.sort((a, b) => this.#compare(a, b));
    if (this.#kept.length < this.#limit) return;
    this.#kept = this.#kept.slice(0, this.#limit);
    this.#last = this.#kept.at(-1);
  }

  #keyOf(row: Row): KeyedRow {
    const [first, ...others] = this.#reads;
    return {
      row,
      first: first && naturalKeyOf(first(row)),
      others: others.length === 0 ? noKeys : others.map((read) => naturalKeyOf(read(row))),
    };
  }

  #compare(a: KeyedRow, b: KeyedRow): number {
    const [sign = 1] = this.#signs;
    return (
      sign * compareKeys(a.first, b.first) ||
      this.#compareOthers(a.others, b.others) ||
      sign * compareRows(a.row, b.row)
    );
  }

  #compareOthers(a: readonly NaturalKey[], b: readonly NaturalKey[]): number {
    for (const [index, key] of a.entries()) {
      const order = compareKeys(key, b[index]);
      if (order !== 0) return (this.#signs[index + 1] ?? 1) * order;
    }
    return 0;
  }
}

export function sortRows(
  rows: readonly Row[],
  command: Extract<Command, { kind: 'sort' }>,
  startedAt: number,
): Row[] {
  const sorted = new SortedRows(command, startedAt);
  for (const row of rows) sorted.add(row);
  return sorted.rows();
}
