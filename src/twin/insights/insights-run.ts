/** A started query: its state, and its results once it is complete. */
import type { ResultRow } from './render-rows.ts';
import { type QueryStatistics, runQuery, type ScannedStream } from './run-query.ts';
import type { Query } from './syntax.ts';

export type QueryStatus = 'Scheduled' | 'Running' | 'Complete' | 'Failed' | 'Cancelled';

export interface StartedQuery {
  readonly queryId: string;
  readonly queryString: string;
  readonly query: Query;
  readonly logGroupNames: readonly string[];
  readonly limit: number;
  readonly createTime: number;
  /** Of the KMS key that the account had for results. */
  readonly encryptionKey: string | undefined;
  /** The events to look at, read when the query begins to run. */
  readonly scan: () => readonly ScannedStream[];
}

export class InsightsRun {
  readonly started: Omit<StartedQuery, 'scan'>;
  readonly statistics: QueryStatistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
  results: readonly ResultRow[] = [];
  #status: QueryStatus = 'Scheduled';
  #failure: string | undefined;
  #scan: StartedQuery['scan'];

  constructor({ scan, ...started }: StartedQuery) {
    this.started = started;
    this.#scan = scan;
  }

  get status(): QueryStatus {
    return this.#status;
  }

  /** Why it failed, for a person. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get isOver(): boolean {
    return this.#status !== 'Scheduled' && this.#status !== 'Running';
  }

  /** Begins after `delayMs`. Never rejects. */
  async run(delayMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (this.isOver) return;
    this.#status = 'Running';
    try {
      await this.#complete();
    } catch (error) {
      this.#status = 'Failed';
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  async #complete(): Promise<void> {
    const { query, limit, createTime } = this.started;
    const streams = this.#scan();
    // A query that is remembered must not keep the events of a group that is gone.
    this.#scan = () => [];
    const rows = await runQuery(query, streams, {
      limit,
      startedAt: createTime,
      statistics: this.statistics,
      goOn: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return !this.isOver;
      },
    });
    if (!rows) return;
    this.results = rows;
    this.#status = 'Complete';
  }

  cancel(): void {
    this.#status = 'Cancelled';
  }
}
