/** What people read at the end of a run. */
import type { CheckResult } from './run-all-checks.ts';

/** What the failed tools said, then each check with its result and time. */
export function renderSummary(results: readonly CheckResult[], seconds: number): string {
  const complaints = results
    .filter(({ output }) => output !== '')
    .map(({ name, output }) => `\n${name} failed:\n${output.trimEnd()}`);
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map((result) => `  ${result.name.padEnd(width)}  ${describeResult(result)}`);
  return [...complaints, `\nAll checks, ${seconds.toFixed(0)} s:`, ...lines, ''].join('\n');
}

function describeResult({ counts: { passed, failed, skipped }, seconds }: CheckResult): string {
  const state = failed > 0 ? `FAILED ${failed} of ${passed + failed}` : `ok ${passed}`;
  const left = skipped > 0 ? `, skipped ${skipped}` : '';
  return `${state}${left}, ${seconds.toFixed(1)} s`;
}
