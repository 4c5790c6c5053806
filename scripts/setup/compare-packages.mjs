/**
 * Compares what is installed with the lock file. npm writes `node_modules/.package-lock.json` when an installation is
 * complete, and only then, so that it serves as the stamp: an interrupted `npm ci` leaves none.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Why packages must be installed, as a few words; undefined when node_modules is as the lock file says. */
export async function describeDifference(root) {
  const [locked, installed] = await Promise.all([readLock(root), readInstalled(root)]);
  if (installed === undefined) return 'node_modules is not there or not complete';
  return differenceBetween(locked, installed);
}

/** The folders of all packages that every kind of machine gets, relative to the root. */
export async function lockedFolders(root) {
  return Object.entries(await readLock(root)).flatMap(([path, { optional }]) => (optional ? [] : [path]));
}

async function readLock(root) {
  const path = join(root, 'package-lock.json');
  try {
    return packagesOf(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new SetupError(`${path} cannot be read (${error.message}): get it back by git.`);
  }
}

async function readInstalled(root) {
  try {
    return packagesOf(JSON.parse(await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** By path; the entry for the project itself, whose path is empty, is left out. */
function packagesOf({ packages }) {
  return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ''));
}

function differenceBetween(locked, installed) {
  for (const [path, { version, integrity }] of Object.entries(installed))
    if (locked[path]?.version !== version || locked[path]?.integrity !== integrity)
      return `${path} is not what package-lock.json says`;
  for (const [path, entry] of Object.entries(installed))
    if (!isForThisMachine(entry)) return `${path} is made for another kind of machine`;
  for (const [path, { optional }] of Object.entries(locked))
    if (!optional && installed[path] === undefined) return `${path} is missing`;
  return undefined;
}

function isForThisMachine({ os, cpu }) {
  return allows(os, process.platform) && allows(cpu, process.arch);
}

/** As in package.json: names, or names to leave out with a `!` before them. */
function allows(list, name) {
  if (list === undefined || list.includes(name)) return true;
  return list.every((entry) => entry.startsWith('!')) && !list.includes(`!${name}`);
}
