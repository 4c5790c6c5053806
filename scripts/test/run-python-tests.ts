/** Runs the tests of the Python logger, in a process of its own, and counts their results. */
import { countRun } from './counts.ts';
import type { Counts } from './counts.ts';
import { parseCounts } from './python/parse-counts.ts';
import { runNode } from './start-child.ts';

/** The counts, and all that was printed. */
export async function runPythonTests(): Promise<{ counts: Counts; output: string }> {
  const { exitCode, output } = await runNode(['scripts/test/python/run.ts'], { stdio: 'collect' });
  return { counts: countRun(parseCounts(output), exitCode), output };
}
