/** Rows -> what GetQueryResults answers: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ResultField.html */
import { EventRow, type Row, timeFields } from './row.ts';
import type { Command, Item, Query } from './syntax.ts';
import { formatTime, textOf, type Value } from './value.ts';

export interface ResultField {
  readonly field: string;
  readonly value: string;
}
export type ResultRow = readonly ResultField[];

interface Column {
  readonly name: string;
  readonly isTime: boolean;
}

/** Fields that a row lacks are left out; `@ptr` ends every row that is an event. */
export function renderRows(rows: readonly Row[], query: Query): readonly ResultRow[] {
  const columns = columnsOf(query);
  return rows.map((row) => {
    const fields = columns.flatMap((column) => renderField(column, row.get(column.name)));
    const pointer = row instanceof EventRow ? row.get('@ptr') : undefined;
    if (row instanceof EventRow) row.rest();
    return pointer === undefined ? fields : [...fields, { field: '@ptr', value: textOf(pointer) }];
  });
}

function renderField({ name, isTime }: Column, value: Value): readonly ResultField[] {
  if (value === undefined) return [];
  return [{ field: name, value: isTime && typeof value === 'number' ? formatTime(value) : textOf(value) }];
}

/** The last display decides; else the fields of all `fields` commands since the last stats, and its columns. */
function columnsOf(query: Query): readonly Column[] {
  const display = query.findLast(({ kind }) => kind === 'display');
  if (display?.kind === 'display') return dedupe(display.items.map(itemColumn));
  const lastStats = query.findLastIndex(({ kind }) => kind === 'stats');
  const stats = query[lastStats];
  const items = query
    .slice(lastStats + 1)
    .flatMap((command) => (command.kind === 'fields' ? command.items : []));
  const columns = [...(stats ? statsColumns(stats) : []), ...items.map(itemColumn)];
  return columns.length > 0 ? dedupe(columns) : defaultColumns;
}

/** What a query shows that names no fields. */
const defaultColumns: readonly Column[] = [
  { name: '@timestamp', isTime: true },
  { name: '@message', isTime: false },
];

function statsColumns(command: Command): readonly Column[] {
  if (command.kind !== 'stats') return [];
  return [...command.by.map(itemColumn), ...command.aggregates.map(({ name }) => ({ name, isTime: false }))];
}

function itemColumn({ expression, name }: Item): Column {
  return { name, isTime: expression.kind === 'field' && timeFields.includes(expression.name) };
}

function dedupe(columns: readonly Column[]): readonly Column[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}
