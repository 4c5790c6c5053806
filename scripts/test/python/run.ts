/**
 * The tests of the Python logger, in a virtual environment that is made for them. Where that cannot be (no Python, no
 * package index) they are skipped: it says so and counts one skipped.
 *
 * `node scripts/test/python/run.ts [ARGUMENT…]`: arguments go to pytest. The last line has the counts, as pytest has.
 */
import { ensureEnvironment, pythonLogger, pythonRoot, Unavailable } from './environment.ts';
import { endWithChildren, runCommand } from './run-command.ts';

endWithChildren();
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  try {
    const python = await ensureEnvironment(pythonLogger);
    const { exitCode, output } = await runCommand(python, ['-m', 'pytest', '-rs', ...args], pythonRoot);
    console.log(output);
    return exitCode ?? 1;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`SKIPPED: the Python logger was not tested, because ${error.message}\n1 skipped`);
    return 0;
  }
}
