/** The set-up, step by step: what is there already is left alone. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeDifference } from './compare-packages.mjs';
import { findNode, installNode, nodePath } from './find-node.mjs';
import { withInstallLock } from './install-lock.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './run-program.mjs';
import { SetupError } from './setup-error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs the set-up with the arguments of the command line; the exit code is set at the end. */
export async function runSetup(argv) {
  try {
    process.exitCode = await setUpAndRun(parse(argv));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

function parse(argv) {
  if (argv.length === 0) return undefined;
  const [flag, file, ...args] = argv;
  if (flag !== '--then' || file === undefined)
    throw new SetupError(
      `setup does not know ${argv.join(' ')}: it takes no argument, or --then FILE and the arguments of FILE.`,
    );
  return { file, args };
}

async function setUpAndRun(program) {
  await ensureInstalled();
  if (program === undefined) {
    say(`ready: ${await findNode(root)} and all packages are in node_modules`);
    return 0;
  }
  return runProgram(nodePath(root), program.file, program.args);
}

async function ensureInstalled() {
  if (await isReady()) return;
  await withInstallLock(
    root,
    async () => {
      // Another process may have done it while this one waited.
      const difference = await describeDifference(root);
      if (difference !== undefined) await installPackages(root, difference, say);
      if ((await findNode(root)) === undefined) await installNode(root, say);
    },
    (pid) => say(`waiting for process ${pid}, which is installing the packages`),
  );
}

async function isReady() {
  return (await describeDifference(root)) === undefined && (await findNode(root)) !== undefined;
}

/** To standard error: standard output belongs to the program that runs afterwards. */
function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}
