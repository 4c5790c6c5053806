/** `npm ci`, with progress. */
import { join } from 'node:path';
import { lockedFolders } from './compare-packages.mjs';
import { exists } from './find-node.mjs';
import { environmentForNpm, lastWords, run } from './run-npm.mjs';
import { SetupError } from './setup-error.mjs';

/** How often a long installation says that it is still at it. */
const reminderMs = 10_000;

/**
 * Replaces node_modules by what the lock file says.
 *
 * @throws SetupError with npm's own words when it fails
 */
export async function installPackages(root, reason, say) {
  const folders = await lockedFolders(root);
  const startedAt = Date.now();
  say(`installing ${folders.length} packages (npm ci), about a minute: ${reason}`);
  const reminder = setInterval(() => void remind(root, { folders, startedAt, say }), reminderMs);
  const { exitCode, output } = await run('npm', ['ci', '--no-progress'], {
    cwd: root,
    env: environmentForNpm(root),
  });
  clearInterval(reminder);
  if (exitCode !== 0) throw new SetupError(explain(exitCode, output));
  say(`installed in ${seconds(startedAt)}`);
}

function explain(exitCode, output) {
  if (exitCode === 127)
    return `npm is not on the PATH (${output}): install Node >= 20 with npm from https://nodejs.org.`;
  return (
    `npm ci ended with code ${exitCode}; without it nothing here runs. ` +
    `It needs a package registry (npm config get registry) within reach, and said:\n${lastWords(output)}`
  );
}

async function remind(root, { folders, startedAt, say }) {
  // npm makes all folders first; a package's own package.json tells that it has been unpacked.
  const unpacked = await Promise.all(folders.map((folder) => exists(join(root, folder, 'package.json'))));
  const count = unpacked.filter(Boolean).length;
  const rest = count === folders.length ? ', running install scripts' : '';
  say(`${count} of ${folders.length} packages unpacked${rest}, ${seconds(startedAt)} so far`);
}

function seconds(startedAt) {
  return `${Math.round((Date.now() - startedAt) / 1000)} s`;
}
