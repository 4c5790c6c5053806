/** Records as the shipper sends them, the same in every process that asks for as many. */
import type { ApiKind } from '../../src/kernel/api-kinds.ts';
import { formatLogRecord } from '../../src/kernel/log-record.ts';
import { seededRandom, type SeededRandom } from '../../test/unit/twin/seeded-random.ts';

export interface Batch {
  readonly logStreamName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

export interface EventOptions {
  readonly count: number;
  /** All events are of one API, instead of a mixed cluster's. */
  readonly isOneApi?: boolean;
}

/** The identities that the four queries look for. */
export const wanted: Readonly<Record<string, { readonly apiKind: ApiKind; readonly jobID?: string }>> = {
  realtime: { apiKind: 'RealtimeAPI' },
  async: { apiKind: 'AsyncAPI' },
  batch: { apiKind: 'BatchAPI', jobID: 'job-1' },
  task: { apiKind: 'TaskAPI', jobID: 'job-1' },
};
export const wantedApi = 'text-generator';

/** Of the first event; the others follow by a millisecond each. */
export const firstTimestamp = Date.UTC(2026, 10, 25, 12);
const eventsPerBatch = 2_500;

/**
 * A mixed cluster has two APIs of each kind, and four jobs to each that runs jobs, so that a query for an API finds
 * an eighth of the events, and one for a job a thirty-second. One line in twenty is not Latin, one in twenty a stack
 * trace, six in twenty are JSON.
 */
export function* generateBatches({ count, isOneApi = false }: EventOptions): Generator<Batch> {
  const random = seededRandom(1);
  for (let first = 0, index = 0; first < count; first += eventsPerBatch, index++) {
    const source = isOneApi ? sourceOf(0, 0) : sourceOf(index % 8, Math.floor(index / 8) % 4);
    const events = Array.from({ length: Math.min(eventsPerBatch, count - first) }, (_, offset) => ({
      timestamp: firstTimestamp + first + offset,
      message: messageOf(source, first + offset, random),
    }));
    yield { logStreamName: source.stream, logEvents: events };
  }
}

/** The streams that the batches go to. */
export function streamNames(): readonly string[] {
  const sources = Array.from({ length: 8 * 4 }, (_, index) => sourceOf(index % 8, index >> 3));
  return [...new Set(sources.map(({ stream }) => stream))];
}

const kinds = ['RealtimeAPI', 'AsyncAPI', 'BatchAPI', 'TaskAPI'] as const;

interface Source {
  readonly labels: { readonly apiName: string; readonly apiKind: ApiKind; readonly jobID?: string };
  readonly pod: string;
  readonly stream: string;
}

function sourceOf(api: number, job: number): Source {
  const apiKind = kinds[api % 4] ?? 'RealtimeAPI';
  const apiName = api < 4 ? wantedApi : 'image-classifier';
  const jobID = apiKind === 'BatchAPI' || apiKind === 'TaskAPI' ? `job-${job}` : undefined;
  const pod = `${apiName}-6c9d7f4b5-${'bcdfg'.charAt(job)}x2x7`;
  return {
    labels: { apiName, apiKind, ...(jobID === undefined ? {} : { jobID }) },
    pod,
    stream: `api/ml/${apiKind}/${apiName}/${jobID ?? pod}/api`,
  };
}

function messageOf({ labels, pod }: Source, index: number, random: SeededRandom): string {
  const time = new Date(firstTimestamp + index).toISOString().replace('Z', '123456Z');
  return formatLogRecord(
    { namespace: 'ml', pod, container: 'api', node: 'node-7', stream: 'stdout', time, text: lineOf(random) },
    labels,
  );
}

function lineOf(random: SeededRandom): string {
  const id = random.below(2 ** 31).toString(36);
  const share = random.below(20);
  if (share === 0) return `${id} 推論が完了しました → ✓ ${random.below(1_000)} ms`;
  if (share === 1)
    return `Traceback (most recent call last):\n  File "/app/main.py", line ${random.below(900)}, in predict\n    return model(x)\nValueError: ${id}`;
  if (share < 8)
    return JSON.stringify({
      asctime: '2026-11-25 12:00:05,291',
      levelname: random.pick(['INFO', 'WARNING', 'ERROR']),
      message: `request ${id} done`,
      process: 235,
      payload: { ms: random.below(10_000) / 10, path: '/v1/predict', status: random.pick([200, 400, 500]) },
    });
  return `INFO:     10.0.${random.below(256)}.${random.below(256)} - "POST /v1/predict?id=${id} HTTP/1.1" 200 OK in ${random.below(10_000) / 10} ms`;
}
