/** Rows -> what GetQueryResults answers: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ResultField.html */
import { EventRow, type Field, fieldNamed, type Row } from './row.ts';
import type { Query } from './syntax.ts';
import { showValue, type Value } from './value.ts';

export interface ResultField {
  readonly field: string;
  readonly value: string;
}
export type ResultRow = readonly ResultField[];

const pointer = fieldNamed('@ptr');

/** Fields that a row lacks are left out; `@ptr` ends every row that is an event. */
export function renderRows(rows: readonly Row[], query: Query): readonly ResultRow[] {
  const columns = columnsOf(query).map(fieldNamed);
  return rows.map((row) => {
    if (!(row instanceof EventRow)) return columns.flatMap((column) => renderField(column, row.get(column)));
    const fields = [...columns, pointer].flatMap((column) => renderField(column, row.get(column)));
    row.rest();
    return fields;
  });
}

function renderField({ name }: Field, value: Value): readonly ResultField[] {
  return value === undefined ? [] : [{ field: name, value: showValue(value) }];
}

/** The last display decides; else the fields of all `fields` commands since the last stats, and its columns. */
function columnsOf(query: Query): readonly string[] {
  const display = query.findLast(({ kind }) => kind === 'display');
  if (display?.kind === 'display') return distinct(display.items);
  const lastStats = query.findLastIndex(({ kind }) => kind === 'stats');
  const stats = query[lastStats];
  const items = query
    .slice(lastStats + 1)
    .flatMap((command) => (command.kind === 'fields' ? command.items : []));
  const columns = distinct([...(stats?.kind === 'stats' ? [...stats.by, ...stats.items] : []), ...items]);
  // What a query shows that names no fields.
  return columns.length > 0 ? columns : ['@timestamp', '@message'];
}

function distinct(items: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(items.map(({ name }) => name))];
}
