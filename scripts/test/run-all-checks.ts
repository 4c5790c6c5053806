/** `npm test`: all checks, in two lanes that keep two cores busy; a failed one does not keep the others from running. */
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
  /** What a failed tool said; jest prints for itself. */
  readonly output: string;
}

type Check = () => Promise<CheckResult>;

/** Tests that talk to a control plane wait most of their time: three of them keep two cores busy. */
const integrationWorkers = Math.max(3, Math.floor(availableParallelism() / 2));

const tools: readonly Check[] = [
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
];

const tests: readonly Check[] = [
  jest('unit and contract tests', ['--selectProjects', 'unit', 'contract']),
  jest('integration tests', ['--selectProjects', 'integration', '--maxWorkers', String(integrationWorkers)]),
];

/** Returns the exit code: 0 only if nothing failed. */
export async function runAllChecks(): Promise<number> {
  const startedAt = Date.now();
  const lanes = await Promise.all([runInTurn(tools), runInTurn(tests)]);
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

function jest(name: string, args: readonly string[]): Check {
  return async () => {
    const startedAt = Date.now();
    const counts = await runJest(args);
    return { name, counts, seconds: secondsSince(startedAt), output: '' };
  };
}

async function python(): Promise<CheckResult> {
  const startedAt = Date.now();
  const { counts, output } = await runPythonTests();
  if (counts.skipped > 0) console.log(output);
  const complaint = counts.failed > 0 ? output : '';
  return { name: 'Python tests', counts, seconds: secondsSince(startedAt), output: complaint };
}

function secondsSince(startedAt: number): number {
  return (Date.now() - startedAt) / 1000;
}
