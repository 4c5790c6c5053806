/**
 * `npm test`: all checks, in two lanes that keep two cores busy: what needs a control plane, and all else. A failed one
 * does not keep the others from running.
 */
import { availableParallelism } from 'node:os';
import { closingLine, sumOf } from './counts.ts';
import type { Counts } from './counts.ts';
import { runJest } from './run-jest.ts';
import { runPythonTests } from './run-python-tests.ts';
import { runNode } from './start-child.ts';
import { renderSummary } from './render-summary.ts';

/** One check of a run. */
export interface CheckResult {
  readonly name: string;
  readonly counts: Counts;
  readonly seconds: number;
  /** What a failed check said, unless it printed for itself. */
  readonly output: string;
}

type Check = () => Promise<CheckResult>;

/** Tests that talk to a control plane wait most of their time: three of them keep two cores busy. */
const integrationWorkers = Math.max(3, Math.floor(availableParallelism() / 2));

const alone: readonly Check[] = [
  tool('types', ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.json']),
  tool('lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']),
  // A file's format depends on nothing but the file, so that what was checked once need not be checked again.
  tool('format', [
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '.',
    ...['--cache', '--cache-strategy', 'content', '--cache-location', 'node_modules/.cache/format-check'],
  ]),
  python,
  () => said('unit and contract tests', () => runJest(['--selectProjects', 'unit', 'contract'], 'collect')),
];

/** The longest by far, and the one whose progress is shown. */
const integration: readonly Check[] = [
  () =>
    said('integration tests', () =>
      runJest(['--selectProjects', 'integration', '--maxWorkers', String(integrationWorkers)], 'inherit'),
    ),
];

/** Returns the exit code: 0 only if nothing failed. */
export async function runAllChecks(): Promise<number> {
  const startedAt = Date.now();
  const lanes = await Promise.all([runInTurn(alone), runInTurn(integration)]);
  const results = lanes.flat();
  const total = sumOf(results.map(({ counts }) => counts));
  console.log(renderSummary(results, secondsSince(startedAt)));
  console.log(closingLine(total));
  return total.failed > 0 ? 1 : 0;
}

async function runInTurn(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await check());
  return results;
}

function tool(name: string, args: readonly string[]): Check {
  return async () => {
    const startedAt = Date.now();
    const { exitCode, output } = await runNode(args, { stdio: 'collect' });
    const failed = exitCode === 0 ? 0 : 1;
    const counts = { passed: 1 - failed, failed, skipped: 0 };
    return { name, counts, seconds: secondsSince(startedAt), output: failed ? output : '' };
  };
}

function python(): Promise<CheckResult> {
  return said('Python tests', runPythonTests);
}

/** What it printed is shown where something failed, and at once where something was skipped. */
async function said(
  name: string,
  run: () => Promise<{ readonly counts: Counts; readonly output: string }>,
): Promise<CheckResult> {
  const startedAt = Date.now();
  const { counts, output } = await run();
  if (counts.skipped > 0) console.log(output);
  return { name, counts, seconds: secondsSince(startedAt), output: counts.failed > 0 ? output : '' };
}

function secondsSince(startedAt: number): number {
  return (Date.now() - startedAt) / 1000;
}
