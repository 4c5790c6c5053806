/**
 * `npm test`: everything that can be checked on this machine. `npm test -- PATTERN…` runs only the test files whose
 * path matches (all arguments go to jest).
 *
 * The last line is `N passed, N failed, N skipped`: jest's tests, and each other check (format, lint, types) as one.
 */
import { runAllChecks } from './test/run-all-checks.ts';
import { runChosenTests } from './test/run-chosen-tests.ts';
import { stopOnSignals } from './test/start-child.ts';

stopOnSignals();
const patterns = process.argv.slice(2);
process.exitCode = patterns.length > 0 ? await runChosenTests(patterns) : await runAllChecks();
