/** The command `sort`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html */
import { compileExpression } from './compile-expression.ts';
import { compareRows, type Row } from './row.ts';
import type { Command } from './syntax.ts';
import { compareKeys, type NaturalKey, naturalKeyOf } from './value.ts';

interface KeyedRow {
  readonly row: Row;
  readonly first: NaturalKey;
  readonly others: readonly NaturalKey[];
}

/** Rows of equal keys are in the order of arrival, or its reverse where the first key descends (our reading). */
export function sortRows(
  rows: readonly Row[],
  { keys }: Extract<Command, { kind: 'sort' }>,
  startedAt: number,
): Row[] {
  const [sign = 1, ...signs] = keys.map(({ isDescending }) => (isDescending ? -1 : 1));
  const [read = () => undefined, ...reads] = keys.map(({ expression }) =>
    compileExpression(expression, startedAt),
  );
  const keyed = rows.map((row): KeyedRow => ({
    row,
    first: naturalKeyOf(read(row)),
    others: reads.map((one) => naturalKeyOf(one(row))),
  }));
  keyed.sort(
    (a, b) =>
      sign * compareKeys(a.first, b.first) ||
      compareOthers(a.others, b.others, signs) ||
      sign * compareRows(a.row, b.row),
  );
  return keyed.map(({ row }) => row);
}

function compareOthers(a: readonly NaturalKey[], b: readonly NaturalKey[], signs: readonly number[]): number {
  for (const [index, sign] of signs.entries()) {
    const order = compareKeys(a[index], b[index]);
    if (order !== 0) return sign * order;
  }
  return 0;
}
