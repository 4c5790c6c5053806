/** What PutLogEvents costs in the twin, against parsing its bodies alone. */
import type { Benchmark } from '../benchmark.ts';
import { startWorker, type Worker } from '../processes/start-worker.ts';
import { median, medianRatio, takeTurns } from '../rounds.ts';
import { bodiesOf, group } from '../twin-events/bodies.ts';
import { firstTimestamp, streamNames } from '../twin-events/generate-events.ts';
import { TwinCaller } from '../twin-events/speak-to-twin.ts';

const count = 100_000;
const now = firstTimestamp + 3_600_000;

export const twinIngest: Benchmark = {
  name: 'twin-ingest',
  measures:
    'CPU of the twin from a body of PutLogEvents to the store, against JSON.parse over the same bytes',
  figures: [
    { name: 'rate-to-json-parse', unit: 'x', goal: { atLeast: 0.5 } },
    { name: 'rate-over-http-to-json-parse', unit: 'x' },
    { name: 'twin', unit: 'ns/byte' },
    { name: 'twin-over-http', unit: 'ns/byte' },
    { name: 'json-parse', unit: 'ns/byte' },
  ],
  run: async ({ report }) => {
    const bodies = [...bodiesOf({ count })];
    const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
    report(`${count} events in ${bodies.length} bodies of ${Math.round(bytes / bodies.length)} bytes`);
    const parser = startWorker('contestants/parse-bodies.ts');
    const ingester = startWorker('contestants/ingest-bodies.ts');
    await Promise.all([parser.ask('prepare', count), ingester.ask('prepare', count)]);
    const twin = startWorker('contestants/hold-twin.ts');
    const caller = new TwinCaller(await twin.ask<string>('start', now));
    const perByte = (measure: () => Promise<number>) => async () => ((await measure()) * 1_000) / bytes;
    const measured = await takeTurns(
      [
        { name: 'twin', measure: perByte(() => ingester.ask<number>('ingest')) },
        { name: 'twin over HTTP', measure: perByte(() => ingestOverHttp(twin, caller, bodies)) },
        { name: 'json-parse', measure: perByte(() => parser.ask<number>('parse')) },
      ],
      { unit: 'ns/byte', report, warmUps: 2 },
    );
    await caller.close();
    await Promise.all([twin.stop(), ingester.stop(), parser.stop()]);
    const of = (name: string): number => median(measured[name] ?? []);
    return {
      'rate-to-json-parse': medianRatio(measured, 'json-parse', 'twin'),
      'rate-over-http-to-json-parse': medianRatio(measured, 'json-parse', 'twin over HTTP'),
      twin: of('twin'),
      'twin-over-http': of('twin over HTTP'),
      'json-parse': of('json-parse'),
    };
  },
};

/** CPU time of the twin's process, in microseconds. */
async function ingestOverHttp(twin: Worker, caller: TwinCaller, bodies: readonly Buffer[]): Promise<number> {
  await caller.call('CreateLogGroup', { logGroupName: group });
  for (const logStreamName of streamNames())
    await caller.call('CreateLogStream', { logGroupName: group, logStreamName });
  const before = await twin.ask<number>('cpu');
  for (const body of bodies) await caller.send('PutLogEvents', body);
  const after = await twin.ask<number>('cpu');
  await caller.call('DeleteLogGroup', { logGroupName: group });
  return after - before;
}
