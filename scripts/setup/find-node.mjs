/** Node 24, which comes as the dev dependency `node`: its install script fetches the binary. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentForNpm, lastWords, run } from './run-npm.mjs';
import { SetupError } from './setup-error.mjs';

/** Where the binary is once it is installed. */
export function nodePath(root) {
  return join(root, 'node_modules/node/bin/node');
}

/** `Node 24.…` when it is there and runs, else undefined. */
export async function findNode(root) {
  const path = nodePath(root);
  if (!(await exists(path))) return undefined;
  const { exitCode, output } = await run(path, ['--version'], { cwd: root, env: {} });
  return exitCode === 0 ? `Node ${output.trim().slice(1)}` : undefined;
}

/**
 * Runs the install script of the package `node`, which npm leaves out when it is set to run none.
 *
 * @throws SetupError when there is no Node that runs afterwards
 */
export async function installNode(root, say) {
  const folder = join(root, 'node_modules/node');
  const { version, scripts } = await readPackage(folder);
  say(`installing Node ${version}, about half a minute: npm left its install script out`);
  const words = (scripts?.preinstall ?? '').split(' ');
  const { output } = await run(process.execPath, words.slice(1), {
    cwd: folder,
    env: environmentForNpm(root),
  });
  if ((await findNode(root)) !== undefined) return;
  throw new SetupError(
    `Node ${version} could not be installed into ${folder}: let npm run its install script ` +
      `(npm config set ignore-scripts false), then run: npm ci. Its script said:\n${lastWords(output)}`,
  );
}

async function readPackage(folder) {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  } catch {
    throw new SetupError(`${folder} is not complete: remove node_modules, then start again.`);
  }
}

/** Whether there is something at the path. */
export async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
