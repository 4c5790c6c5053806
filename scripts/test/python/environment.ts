/**
 * The virtual environment in which the Python logger is tested. It stands where no tool looks for sources, and is made
 * anew when its needs change.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Tests cannot run on this machine, for a reason that is no failure of theirs. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export const pythonRoot = join(import.meta.dirname, '../../../python');
const folder = join(import.meta.dirname, '../../../node_modules/.cache/python-logger');
const stamp = join(folder, 'installed');
const candidates = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const isRecent = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
const networkWords = /connection|timed? ?out|resolution|unreachable|proxy|no matching distribution|SSL/i;

/**
 * The path of the environment's Python.
 *
 * @throws Unavailable when there is no Python >= 3.10 with venv, or no package index
 */
export async function ensureEnvironment(): Promise<string> {
  const python = join(folder, 'bin/python');
  const wanted = await describeNeeds();
  if (wanted === (await readStamp()) && (await succeeds(python, ['-c', isRecent]))) return python;
  await rm(folder, { recursive: true, force: true });
  await makeEnvironment(await findPython(), python);
  await writeFile(stamp, wanted);
  return python;
}

async function makeEnvironment(base: string, python: string): Promise<void> {
  await runOrThrow(base, ['-m', 'venv', folder]);
  const { exitCode, output } = await runCommand(python, [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'],
    ...['--editable', `${pythonRoot}[test]`],
  ]);
  if (exitCode === 0) return;
  if (networkWords.test(output)) throw new Unavailable(`pip cannot reach its index:\n${output.slice(-1000)}`);
  throw new Error(`pip could not install the tests' needs:\n${output}`);
}

async function findPython(): Promise<string> {
  for (const name of candidates) if (await succeeds(name, ['-c', isRecent])) return name;
  throw new Unavailable('there is no Python >= 3.10 with venv on the path.');
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return (await runCommand(command, args)).exitCode === 0;
}

async function runOrThrow(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, output } = await runCommand(command, args);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}

async function describeNeeds(): Promise<string> {
  const text = await readFile(join(pythonRoot, 'pyproject.toml'));
  return createHash('sha256').update(text).digest('hex');
}

async function readStamp(): Promise<string | undefined> {
  return readFile(stamp, 'utf8').catch(() => undefined);
}
