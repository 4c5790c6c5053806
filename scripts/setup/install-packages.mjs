/** `npm ci`, with progress. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { countLocked } from './compare-packages.mjs';
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
  const expected = await countLocked(root);
  const startedAt = Date.now();
  say(`installing ${expected} packages (npm ci), about a minute: ${reason}`);
  const reminder = setInterval(() => void remind(root, { expected, startedAt, say }), reminderMs);
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

async function remind(root, { expected, startedAt, say }) {
  const unpacked = await countUnpacked(join(root, 'node_modules'));
  say(`${Math.min(unpacked, expected)} of ${expected} packages unpacked, ${seconds(startedAt)} so far`);
}

async function countUnpacked(folder) {
  const names = await readdir(folder).catch(() => []);
  const scopes = names.filter((name) => name.startsWith('@'));
  const scoped = await Promise.all(scopes.map((scope) => readdir(join(folder, scope)).catch(() => [])));
  // npm unpacks beside the place of a package, in a folder whose name begins with a dot.
  const plain = names.filter((name) => !/^[@.]/.test(name));
  return plain.length + scoped.flat().filter((name) => !name.startsWith('.')).length;
}

function seconds(startedAt) {
  return `${Math.round((Date.now() - startedAt) / 1000)} s`;
}
