/** `npm test -- PATTERN…`: the test files whose path matches, and nothing else. */
import { closingLine } from './counts.ts';
import { runJest } from './run-jest.ts';

/** Returns the exit code. The control plane starts only when an integration test is among the chosen. */
export async function runChosenTests(args: readonly string[]): Promise<number> {
  const { counts } = await runJest(args, 'inherit');
  console.log(`\n${closingLine(counts)}`);
  return counts.failed > 0 ? 1 : 0;
}
