/** The four queries over a million events, against a scan that parses and compares; and the memory the events take. */
import { renderInsightsQuery } from '../../src/kernel/insights-query.ts';
import type { Benchmark } from '../benchmark.ts';
import { startWorker, type Worker } from '../processes/start-worker.ts';
import { type Contestant, median, medianRatio, takeTurns } from '../rounds.ts';
import { bodiesOf, group } from '../twin-events/bodies.ts';
import {
  type EventOptions,
  firstTimestamp,
  streamNames,
  wanted,
  wantedApi,
} from '../twin-events/generate-events.ts';
import { TwinCaller } from '../twin-events/speak-to-twin.ts';

const count = 1_000_000;
const now = firstTimestamp + 3_600_000;
const mixed: EventOptions = { count };
const oneApi: EventOptions = { count, isOneApi: true };
const atMostTwice = { atMost: 2 };

export const twinQueries: Benchmark = {
  name: 'twin-queries',
  measures: 'the four queries over 1,000,000 events, against a bare scan; and memory per byte of the events',
  figures: [
    ...Object.keys(wanted).map((name) => ({ name: `${name}-to-scan`, unit: 'x', goal: atMostTwice })),
    { name: 'all-match-to-scan', unit: 'x', goal: atMostTwice },
    { name: 'memory-to-bytes', unit: 'x', goal: atMostTwice },
    { name: 'realtime-to-scan-that-looks-first', unit: 'x' },
    { name: 'realtime', unit: 'ms' },
    { name: 'scan', unit: 'ms' },
  ],
  run: async ({ report }) => {
    const stage = await prepare(mixed, report);
    const figures: Record<string, number> = { 'memory-to-bytes': stage.memory / stage.bytes };
    for (const [name, { apiKind, jobID }] of Object.entries(wanted)) {
      const measured = await takeTurns(contestants(stage, { apiKind, jobID }), { unit: 'ms', report });
      figures[`${name}-to-scan`] = medianRatio(measured, 'twin', 'scan');
      if (name !== 'realtime') continue;
      figures['realtime-to-scan-that-looks-first'] = medianRatio(measured, 'twin', 'scan that looks first');
      figures['realtime'] = median(measured['twin'] ?? []);
      figures['scan'] = median(measured['scan'] ?? []);
    }
    await stage.close();
    const whole = await prepare(oneApi, report);
    const measured = await takeTurns(contestants(whole, { apiKind: 'RealtimeAPI', jobID: undefined }), {
      unit: 'ms',
      report,
    });
    await whole.close();
    return { ...figures, 'all-match-to-scan': medianRatio(measured, 'twin', 'scan') };
  },
};

interface Stage {
  readonly twin: Worker;
  readonly scanner: Worker;
  readonly caller: TwinCaller;
  /** Of the messages, in UTF-8. */
  readonly bytes: number;
  /** What the twin keeps for them. */
  readonly memory: number;
  close(): Promise<void>;
}

async function prepare(options: EventOptions, report: (line: string) => void): Promise<Stage> {
  const flags = ['--expose-gc', '--max-old-space-size=4096'];
  const scanner = startWorker('contestants/scan-bare.ts', flags);
  const bytes = await scanner.ask<number>('hold', options);
  const twin = startWorker('contestants/hold-twin.ts', flags);
  const caller = new TwinCaller(await twin.ask<string>('start', now));
  await caller.call('CreateLogGroup', { logGroupName: group });
  for (const logStreamName of streamNames())
    await caller.call('CreateLogStream', { logGroupName: group, logStreamName });
  const before = await twin.ask<number>('memory');
  for (const body of bodiesOf(options)) await caller.send('PutLogEvents', body);
  const memory = (await twin.ask<number>('memory')) - before;
  report(`${options.count} events of ${Math.round(bytes / options.count)} bytes are held`);
  const close = async () => {
    await caller.close();
    await Promise.all([twin.stop(), scanner.stop()]);
  };
  return { twin, scanner, caller, bytes, memory, close };
}

interface Identity {
  readonly apiKind: 'RealtimeAPI' | 'AsyncAPI' | 'BatchAPI' | 'TaskAPI';
  readonly jobID: string | undefined;
}

function contestants({ twin, scanner, caller }: Stage, { apiKind, jobID }: Identity): readonly Contestant[] {
  const identity = { apiName: wantedApi, apiKind, ...(jobID === undefined ? {} : { jobID }) };
  const queryString = renderInsightsQuery(identity);
  const scan = async (looksFirst: boolean) =>
    (await scanner.ask<number>('scan', { apiKind, jobID, looksFirst })) / 1_000;
  return [
    {
      name: 'twin',
      measure: async () => {
        const before = await twin.ask<number>('cpu');
        await runQuery(caller, queryString);
        return ((await twin.ask<number>('cpu')) - before) / 1_000;
      },
    },
    { name: 'scan', measure: () => scan(false) },
    { name: 'scan that looks first', measure: () => scan(true) },
  ];
}

async function runQuery(caller: TwinCaller, queryString: string): Promise<void> {
  const { queryId } = await caller.call('StartQuery', {
    logGroupName: group,
    startTime: firstTimestamp / 1_000,
    endTime: now / 1_000,
    queryString,
  });
  for (;;) {
    const { status, results } = await caller.call('GetQueryResults', { queryId });
    if (status === 'Complete' && (results as readonly unknown[]).length === 1_000) return;
    if (status !== 'Running' && status !== 'Scheduled') throw new Error(`The query is ${String(status)}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
