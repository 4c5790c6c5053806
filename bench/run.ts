/**
 * `npm run bench` lists the benchmarks, `npm run bench -- NAME` runs one. Progress goes to standard error; the last
 * lines on standard output are the figures, with `--json` as one JSON object for each benchmark.
 */
import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../scripts/read-arguments.ts';
import { openProcessGuard } from '../test/control-plane/process-guard.ts';
import type { Benchmark } from './benchmark.ts';
import { admissionCrowd } from './benchmarks/admission-crowd.ts';
import { admissionLatency } from './benchmarks/admission-latency.ts';
import { footprint } from './benchmarks/footprint.ts';
import { newJob } from './benchmarks/new-job.ts';
import { patchCpu } from './benchmarks/patch-cpu.ts';
import { patchRate } from './benchmarks/patch-rate.ts';
import { podHeap } from './benchmarks/pod-heap.ts';
import { rollout } from './benchmarks/rollout.ts';
import { startToSynced } from './benchmarks/start-to-synced.ts';
import { twinIngest } from './benchmarks/twin-ingest.ts';
import { twinQueries } from './benchmarks/twin-queries.ts';
import { writesPerPod } from './benchmarks/writes-per-pod.ts';
import { renderFigures, renderJson, renderList } from './render-figures.ts';

const benchmarks: readonly Benchmark[] = [
  patchCpu,
  patchRate,
  podHeap,
  startToSynced,
  newJob,
  writesPerPod,
  footprint,
  admissionLatency,
  admissionCrowd,
  rollout,
  twinIngest,
  twinQueries,
];

const { switches, words: names } = readArguments({
  command: 'npm run bench',
  about: 'Measures Cortex Logging against its peers. Without a name it lists the benchmarks and their goals.',
  switches: { json: 'Prints the figures of each benchmark as one JSON object.' },
  words: { noun: 'benchmark', legal: benchmarks.map(({ name }) => name) },
});
const asJson = switches.has('json');

if (names.length === 0) process.stdout.write(renderList(benchmarks));
for (const benchmark of benchmarks.filter(({ name }) => names.includes(name))) await run(benchmark);

/** Cleans up after itself also when it is told to end. */
async function run(benchmark: Benchmark): Promise<void> {
  const guard = openProcessGuard();
  const folder = mkdtempSync(join(tmpdir(), 'cortex-bench-'));
  guard.removeAtEnd(folder);
  const onSignal = (signal: NodeJS.Signals): void => {
    void guard.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  const report = (line: string): void => void process.stderr.write(`${benchmark.name}: ${line}\n`);
  report(`${benchmark.measures} (Node ${process.versions.node}, ${availableParallelism()} cores)`);
  try {
    const values = await benchmark.run({ guard, folder, report });
    process.stdout.write(asJson ? renderJson(benchmark, values) : renderFigures(benchmark, values));
  } finally {
    await guard.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal);
  }
}
