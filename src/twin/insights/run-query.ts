/** Runs a query over log events. */
import type { LogEvent } from '../state/log-stream.ts';
import { Aggregation } from './aggregate-rows.ts';
import { type Compiled, compileExpression, compileItem } from './compile-expression.ts';
import { planPrescan } from './plan-prescan.ts';
import { renderRows, type ResultRow } from './render-rows.ts';
import { compareRows, EventRow, type EventSource, fieldNamed, type Row } from './row.ts';
import { SortedRows, sortRows } from './sort-rows.ts';
import type { Command, Query } from './syntax.ts';
import { isTrue, showValue, textOf, type Value } from './value.ts';

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
  /** When the query began, in ms since 1970. */
  readonly startedAt: number;
  /** Called every now and then while scanning; false ends the run. */
  readonly goOn: () => Promise<boolean>;
  /** Counted while the query runs. */
  readonly statistics: QueryStatistics;
}

/** Between two calls of `goOn`, so that others are served while a query runs. */
const stretchMs = 50;
/** Events between two looks at the clock. */
const eventsPerLook = 64;

/** The result's rows; undefined if the run was ended. */
export async function runQuery(
  query: Query,
  streams: readonly ScannedStream[],
  options: RunOptions,
): Promise<readonly ResultRow[] | undefined> {
  const firstLater = query.findIndex(({ kind }) => !isPerEvent(kind));
  const scanned = firstLater < 0 ? query : query.slice(0, firstLater);
  const [first, ...others] = query.slice(scanned.length);
  const sink = sinkOf(first, others[0], options);
  if (!(await scan(scanned, streams, { sink, options }))) return undefined;
  let rows = sink.rows();
  if (first && !isDoneBySink(first)) rows = runCommand(first, rows, options);
  for (const command of others) rows = runCommand(command, rows, options);
  return renderRows(rows.slice(0, options.limit), query);
}

function isPerEvent(kind: Command['kind']): boolean {
  return kind === 'fields' || kind === 'display' || kind === 'filter' || kind === 'parse';
}

/** Where the rows go that the scan keeps. */
interface Sink {
  add(row: EventRow): unknown;
  rows(): Row[];
}

function isDoneBySink({ kind }: Command): boolean {
  return kind === 'stats' || kind === 'sort';
}

/** `stats` and `sort` work at once, so that they need not hold all rows; else the newest row comes first. */
function sinkOf(next: Command | undefined, after: Command | undefined, { startedAt }: RunOptions): Sink {
  if (next?.kind === 'stats') return new Aggregation(next, startedAt);
  if (next?.kind === 'sort')
    return new SortedRows(next, startedAt, after?.kind === 'limit' ? after.count : Infinity);
  const kept: Row[] = [];
  return {
    add: (row) => kept.push(row),
    rows: () => kept.sort((a, b) => compareRows(b, a)),
  };
}

/** False if the run was ended. */
async function scan(
  commands: readonly Command[],
  streams: readonly ScannedStream[],
  { sink, options }: { readonly sink: Sink; readonly options: RunOptions },
): Promise<boolean> {
  const { goOn, startedAt, statistics } = options;
  const steps = compileSteps(commands, startedAt);
  const pause = pausesOf(goOn);
  for (const stream of streams) {
    const prescan = planPrescan(commands, stream.discoversFields);
    for (const event of stream.events) {
      if (statistics.recordsScanned++ % eventsPerLook === 0 && !(await pause())) return false;
      statistics.bytesScanned += Buffer.byteLength(event.message);
      if (prescan && !prescan(event.message)) continue;
      const row = new EventRow(event, stream);
      if (!steps.every((step) => step(row))) continue;
      statistics.recordsMatched++;
      sink.add(row);
      row.rest();
    }
  }
  return true;
}

/** False if the run was ended in the pause; between pauses true at once. */
function pausesOf(goOn: RunOptions['goOn']): () => boolean | Promise<boolean> {
  let due = 0;
  return () => {
    if (performance.now() < due) return true;
    return goOn().finally(() => {
      due = performance.now() + stretchMs;
    });
  };
}

/** Works on one row; false drops it. */
type Step = (row: Row) => boolean;

function compileSteps(commands: readonly Command[], startedAt: number): readonly Step[] {
  return commands.flatMap((command): readonly Step[] => {
    if (command.kind === 'filter') return [compileFilter(compileExpression(command.condition, startedAt))];
    if (command.kind === 'parse') return [compileParse(command, startedAt)];
    if (command.kind === 'fields' || command.kind === 'display') return compileItems(command, startedAt);
    return [];
  });
}

function compileFilter(condition: Compiled): Step {
  return (row) => isTrue(condition(row));
}

function compileParse({ subject, extractor }: Extract<Command, { kind: 'parse' }>, startedAt: number): Step {
  const read = compileExpression(subject, startedAt);
  return (row) => {
    const value = read(row);
    const found = value === undefined ? undefined : extractor.extract(textOf(value));
    if (found) for (const [index, name] of extractor.names.entries()) row.set(name, found[index]);
    return true;
  };
}

/** Plain fields need no step: they are there already. */
function compileItems(
  { items }: Extract<Command, { kind: 'fields' | 'display' }>,
  startedAt: number,
): readonly Step[] {
  return items
    .filter(({ expression, name }) => expression.kind !== 'field' || expression.name !== name)
    .map((item) => {
      const compute = compileItem(item, startedAt);
      return (row) => {
        row.set(item.name, compute(row));
        return true;
      };
    });
}

function runCommand(command: Command, rows: Row[], { startedAt, statistics }: RunOptions): Row[] {
  switch (command.kind) {
    case 'sort':
      return sortRows(rows, command, startedAt);
    case 'limit':
      return rows.slice(0, command.count);
    case 'stats': {
      const aggregation = new Aggregation(command, startedAt);
      for (const row of rows) aggregation.add(row);
      return aggregation.rows();
    }
    case 'dedup':
      return dropDuplicates(rows, command.names);
    default: {
      const steps = compileSteps([command], startedAt);
      const kept = rows.filter((row) => steps.every((step) => step(row)));
      if (command.kind === 'filter' && kept[0] instanceof EventRow) statistics.recordsMatched = kept.length;
      return kept;
    }
  }
}

/**
 * The first row of each combination of values; a row that lacks one of them is no duplicate:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html
 */
function dropDuplicates(rows: readonly Row[], names: readonly string[]): Row[] {
  const fields = names.map(fieldNamed);
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values: readonly Value[] = fields.map((field) => row.get(field));
    if (values.includes(undefined)) return true;
    const key = JSON.stringify(values.map((value) => (value === undefined ? null : showValue(value))));
    return !seen.has(key) && seen.add(key);
  });
}
