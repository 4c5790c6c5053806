/** Runs a query over messages, for tests. */
import { parseQuery } from '../../../../src/twin/insights/parse-query.ts';
import { runQuery } from '../../../../src/twin/insights/run-query.ts';

export interface RunRowsOptions {
  readonly discoversFields?: boolean;
  /** Default: to the end. */
  readonly goOn?: () => Promise<boolean>;
}

/** Of the first message; each of the others is a second younger. */
export const firstTimestamp = Date.UTC(2026, 10, 25, 12, 51, 23);

/** The rows as objects, without `@ptr`. */
export async function runRows(query: string, messages: readonly string[], options: RunRowsOptions = {}) {
  const events = messages.map((message, index) => ({
    timestamp: firstTimestamp + index * 1_000,
    ingestionTime: firstTimestamp + 60_000,
    message,
    sequence: index + 1,
  }));
  const stream = { log: '1:g', logStream: 's', discoversFields: options.discoversFields ?? true, events };
  const statistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
  const rows = await runQuery(parseQuery(query), [stream], {
    limit: 10_000,
    startedAt: firstTimestamp + 3_600_000,
    statistics,
    goOn: options.goOn ?? (() => Promise.resolve(true)),
  });
  return {
    statistics,
    isEnded: rows === undefined,
    rows: (rows ?? []).map((row) =>
      Object.fromEntries(
        row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value]),
      ),
    ),
  };
}
