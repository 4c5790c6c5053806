/**
 * Virtual environments in which Python runs for tests. They stand where no tool looks for sources, and each is made
 * anew when its needs change.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../../../test/control-plane/file-lock.ts';
import { runCommand } from './run-command.ts';

/** Tests cannot run on this machine, for a reason that is no failure of theirs. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export interface PythonEnvironment {
  /** Of its folder. */
  readonly name: string;
  /** What pip is told to install. */
  readonly requirements: readonly string[];
  /** The file that the requirements come from. */
  readonly source: string;
}

const root = join(import.meta.dirname, '../../..');
const cache = join(root, 'node_modules/.cache');
const candidates = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const isRecent = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
const networkWords = /connection|timed? ?out|resolution|unreachable|proxy|no matching distribution|SSL/i;

export const pythonRoot = join(root, 'python');
/** Of the Python logger's own tests and its benchmark. */
export const pythonLogger: PythonEnvironment = {
  name: 'python-logger',
  requirements: ['--editable', `${pythonRoot}[test,bench]`],
  source: join(pythonRoot, 'pyproject.toml'),
};

const clientRequirements = join(root, 'test/support/python-clients.txt');
/** Of clients and another double of CloudWatch Logs. */
export const pythonClients: PythonEnvironment = {
  name: 'python-clients',
  requirements: ['--requirement', clientRequirements],
  source: clientRequirements,
};

/**
 * The path of the environment's Python.
 *
 * @throws Unavailable when there is no Python >= 3.10 with venv, or no package index
 */
export async function ensureEnvironment(environment: PythonEnvironment): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = join(cache, environment.name);
  // Test files that need the same one run side by side.
  return withFileLock(`${folder}.lock`, () => ensureAlone(environment, folder));
}

async function ensureAlone({ requirements, source }: PythonEnvironment, folder: string): Promise<string> {
  const python = join(folder, 'bin/python');
  const stamp = join(folder, 'installed');
  const wanted = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const made = await readFile(stamp, 'utf8').catch(() => undefined);
  if (wanted === made && (await succeeds(python, ['-c', isRecent]))) return python;
  await rm(folder, { recursive: true, force: true });
  await runOrThrow(await findPython(), ['-m', 'venv', folder]);
  await install(python, requirements);
  await writeFile(stamp, wanted);
  return python;
}

async function install(python: string, requirements: readonly string[]): Promise<void> {
  const { exitCode, output } = await runCommand(python, [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--no-compile'],
    ...requirements,
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
