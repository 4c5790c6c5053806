/** Runs a query over log events. */
import type { LogEvent } from '../state/log-stream.ts';
import { aggregateRows } from './aggregate-rows.ts';
import { type Compiled, compileExpression } from './compile-expression.ts';
import { renderRows, type ResultRow } from './render-rows.ts';
import { compareRows, EventRow, type EventSource, type Row } from './row.ts';
import type { Command, Query } from './syntax.ts';
import { compareNaturally, textOf, type Value } from './value.ts';

/** The events of one stream in the time range. */
export interface ScannedStream extends EventSource {
  readonly events: readonly LogEvent[];
}

export interface QueryStatistics {
  recordsMatched: number;
  recordsScanned: number;
  bytesScanned: number;
}

export interface RunOptions {
  readonly limit: number;
  /** Called every now and then while scanning; false ends the run. */
  readonly goOn: () => Promise<boolean>;
  /** Counted while the query runs. */
  readonly statistics: QueryStatistics;
}

/** Events between two calls of `goOn`. */
const stretch = 20_000;

/** The result's rows; undefined if the run was ended. */
export async function runQuery(
  query: Query,
  streams: readonly ScannedStream[],
  options: RunOptions,
): Promise<readonly ResultRow[] | undefined> {
  const firstLater = query.findIndex(({ kind }) => !isPerEvent(kind));
  const scanned = firstLater < 0 ? query : query.slice(0, firstLater);
  let rows: Row[] | undefined = await scan(compileSteps(scanned), streams, options);
  if (!rows) return undefined;
  options.statistics.recordsMatched = rows.length;
  // Without a sort, newest first.
  rows.sort((a, b) => compareRows(b, a));
  for (const command of query.slice(scanned.length)) rows = runCommand(command, rows, options.statistics);
  return renderRows(rows.slice(0, options.limit), query);
}

function isPerEvent(kind: Command['kind']): boolean {
  return kind === 'fields' || kind === 'display' || kind === 'filter' || kind === 'parse';
}

async function scan(
  steps: readonly Step[],
  streams: readonly ScannedStream[],
  { goOn, statistics }: RunOptions,
): Promise<Row[] | undefined> {
  const kept: Row[] = [];
  for (const stream of streams) {
    for (const event of stream.events) {
      if (statistics.recordsScanned % stretch === 0 && !(await goOn())) return undefined;
      statistics.recordsScanned++;
      statistics.bytesScanned += Buffer.byteLength(event.message);
      const row = new EventRow(event, stream);
      if (!steps.every((step) => step(row))) continue;
      row.rest();
      kept.push(row);
    }
  }
  return kept;
}

/** Works on one row; false drops it. */
type Step = (row: Row) => boolean;

function compileSteps(commands: readonly Command[]): readonly Step[] {
  return commands.flatMap((command): readonly Step[] => {
    if (command.kind === 'filter') return [compileFilter(compileExpression(command.condition))];
    if (command.kind === 'parse') return [compileParse(command)];
    if (command.kind === 'fields' || command.kind === 'display') return compileItems(command);
    return [];
  });
}

function compileFilter(condition: Compiled): Step {
  return (row) => condition(row) === true;
}

function compileParse({ subject, pattern, names }: Extract<Command, { kind: 'parse' }>): Step {
  const read = compileExpression(subject);
  return (row) => {
    const value = read(row);
    const match = value === undefined ? null : pattern.exec(textOf(value));
    if (match)
      names.forEach((name, index) => row.set(name, match.groups ? match.groups[name] : match[index + 1]));
    return true;
  };
}

/** Plain fields need no step: they are there already. */
function compileItems({ items }: Extract<Command, { kind: 'fields' | 'display' }>): readonly Step[] {
  return items
    .filter(({ expression, name }) => expression.kind !== 'field' || expression.name !== name)
    .map(({ expression, name }) => {
      const compute = compileExpression(expression);
      return (row) => {
        row.set(name, compute(row));
        return true;
      };
    });
}

function runCommand(command: Command, rows: Row[], statistics: QueryStatistics): Row[] {
  switch (command.kind) {
    case 'sort':
      return sortRows(rows, command);
    case 'limit':
      return rows.slice(0, command.count);
    case 'stats':
      return aggregateRows(rows, command);
    case 'dedup':
      return dropDuplicates(rows, command.names);
    default: {
      const steps = compileSteps([command]);
      const kept = rows.filter((row) => steps.every((step) => step(row)));
      if (command.kind === 'filter' && kept[0] instanceof EventRow) statistics.recordsMatched = kept.length;
      return kept;
    }
  }
}

function sortRows(rows: readonly Row[], { keys }: Extract<Command, { kind: 'sort' }>): Row[] {
  const signs = keys.map(({ isDescending }) => (isDescending ? -1 : 1));
  const read = keys.map(({ expression }) => compileExpression(expression));
  const keyed = rows.map((row) => ({ row, values: read.map((one) => one(row)) }));
  keyed.sort((a, b) => compareKeys(a.values, b.values, signs) || (signs[0] ?? 1) * compareRows(a.row, b.row));
  return keyed.map(({ row }) => row);
}

function compareKeys(a: readonly Value[], b: readonly Value[], signs: readonly number[]): number {
  for (const [index, sign] of signs.entries()) {
    const order = compareNaturally(a[index], b[index]);
    if (order !== 0) return sign * order;
  }
  return 0;
}

/**
 * The first row of each combination of values; a row that lacks one of them is no duplicate:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html
 */
function dropDuplicates(rows: readonly Row[], names: readonly string[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values = names.map((name) => row.get(name));
    if (values.includes(undefined)) return true;
    const key = JSON.stringify(values.map((value) => String(value)));
    return !seen.has(key) && seen.add(key);
  });
}
