/** Runs jest and counts its results. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countRun } from './counts.ts';
import type { Counts } from './counts.ts';
import { runNode } from './start-child.ts';

const program = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  // Jest's own five seconds make failures of nothing but other people's work on the same machine.
  '--testTimeout=30000',
];
/** Instead of those in jest.config.js, one of which prints the closing line, which is this program's to print. */
const reporters = ['--reporters=default', '--reporters=<rootDir>/scripts/test/count-reporter.mjs'];

export interface JestRun {
  readonly counts: Counts;
  /** Empty where it went to the terminal. */
  readonly output: string;
}

/** One run of jest; what it prints goes to the terminal, or is kept where two runs at once would mix theirs. */
export async function runJest(args: readonly string[], stdio: 'inherit' | 'collect'): Promise<JestRun> {
  const countsFile = join(tmpdir(), `cortex-logging-test-counts-${randomUUID()}`);
  // At a signal too, which ends this process at once.
  process.once('exit', () => rmSync(countsFile, { force: true }));
  // Options that take lists come last: they would take a pattern for one of theirs.
  const { exitCode, output } = await runNode([...program, ...args, ...reporters], {
    stdio,
    env: { CORTEX_TEST_COUNTS: countsFile },
  });
  return { counts: countRun(await readCounts(countsFile), exitCode), output };
}

async function readCounts(path: string): Promise<Counts | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Counts;
  } catch {
    return undefined;
  }
}
