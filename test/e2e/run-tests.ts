/** Runs the tests of this folder in a process of their own, which can be ended without losing what must be tidied up. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countRun, type Counts } from '../../scripts/test/counts.ts';
import { figuresVariable } from './figures.ts';

const root = join(import.meta.dirname, '../..');
const program = [
  '--import',
  new URL('../../scripts/setup/end-with-parent.mjs', import.meta.url).href,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  ...['--config', 'test/e2e/jest.config.js', '--runInBand'],
  ...['--reporters=default', '--reporters=<rootDir>/scripts/test/count-reporter.mjs'],
];

export interface TestRun {
  readonly counts: Counts;
  /** What the tests have measured, a line each. */
  readonly figures: string;
}

interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Ends the tests. */
  readonly signal: AbortSignal;
}

export async function runTests({ env, signal }: RunOptions): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-logging-e2e-'));
  const files = { counts: join(folder, 'counts.json'), figures: join(folder, 'figures') };
  const variables = { CORTEX_TEST_COUNTS: files.counts, [figuresVariable]: files.figures };
  try {
    const exitCode = await runJest({ ...env, ...variables }, signal);
    const counts = await readFile(files.counts, 'utf8').catch(() => undefined);
    return {
      counts: countRun(counts === undefined ? undefined : (JSON.parse(counts) as Counts), exitCode),
      figures: await readFile(files.figures, 'utf8').catch(() => ''),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runJest(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
    signal,
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      if (!signal.aborted) reject(error);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
