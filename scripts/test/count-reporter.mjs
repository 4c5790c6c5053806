/** A reporter of jest that leaves the counts of a run in the file named by `CORTEX_TEST_COUNTS`. */
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
      results;
    writeFileSync(
      process.env.CORTEX_TEST_COUNTS,
      JSON.stringify({
        passed: numPassedTests,
        // A file that could not be loaded ran no test of its own, yet it is a failure.
        failed: numFailedTests + numRuntimeErrorTestSuites,
        skipped: numPendingTests + numTodoTests,
      }),
    );
  }
}
