/**
 * A small project with our set-up scripts and a stand-in for npm, which "installs" in no time: what setup does can be
 * seen from what it asks of npm.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const scripts = join(import.meta.dirname, '../../../scripts');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Clone {
  readonly folder: string;
  /** Starts `node scripts/setup.mjs ARG…`. */
  start(
    args: readonly string[],
    options?: StartOptions,
  ): { readonly child: ChildProcess; ended: Promise<Ended> };
  setUp(args?: readonly string[], options?: StartOptions): Promise<Ended>;
  /** What npm was called with, a line for each call. */
  npmCalls(): Promise<readonly string[]>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** As in package-lock.json and in npm's record of what is installed. */
export interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

/** The packages that the clone's lock file names at first. */
export const locked: Readonly<Record<string, Locked>> = {
  'node_modules/node': { version: '24.0.0', integrity: 'sha512-a' },
  'node_modules/one': { version: '1.0.0', integrity: 'sha512-b' },
  'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-c', optional: true, os: ['nowhere'] },
};

export function lockText(packages: Readonly<Record<string, Locked>>): string {
  return JSON.stringify({ packages: { '': { name: 'clone' }, ...packages } });
}

/**
 * What `npm ci` leaves behind, as far as setup looks at it. FAKE_NPM: `fail` ends with an error, `without-scripts`
 * leaves out install scripts, `slow` waits until the file `go` is there.
 */
const npm = `#!${process.execPath}
const fs = require('node:fs');
fs.writeFileSync('npm-pid', String(process.pid));
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
function install() {
  fs.rmSync('node_modules', { recursive: true, force: true });
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  for (const [path, { os }] of Object.entries(packages)) {
    if (os || path === '') delete packages[path];
    else fs.mkdirSync(path, { recursive: true });
  }
  const script = "require('node:fs').mkdirSync('bin');require('node:fs').symlinkSync(process.execPath,'bin/node')";
  fs.writeFileSync('node_modules/node/install.js', script);
  fs.writeFileSync('node_modules/node/package.json', '{"version":"24.0.0","scripts":{"preinstall":"node install"}}');
  if (process.env.FAKE_NPM !== 'without-scripts') {
    fs.mkdirSync('node_modules/node/bin');
    fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
  }
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
}
if (process.env.FAKE_NPM === 'fail') {
  console.error('npm error code ENOTFOUND');
  process.exit(1);
} else if (process.env.FAKE_NPM === 'slow') {
  const timer = setInterval(() => {
    // The test is over.
    if (!fs.existsSync('package.json')) process.exit(1);
    if (!fs.existsSync('go')) return;
    clearInterval(timer);
    install();
  }, 20);
} else install();
`;

export async function makeClone(): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-logging-setup-'));
  const at = (path: string) => join(folder, path);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  };
  for (const path of ['setup', 'setup.mjs'])
    await cp(join(scripts, path), at(join('scripts', path)), { recursive: true });
  await write('package.json', '{"type":"module"}');
  await write('bin/package.json', '{"type":"commonjs"}');
  await write('bin/npm', npm);
  await chmod(at('bin/npm'), 0o755);
  await write('package-lock.json', lockText(locked));
  const start: Clone['start'] = (args, options = {}) => {
    const PATH = [at('bin'), process.env['PATH']].join(delimiter);
    return run([at('scripts/setup.mjs'), ...args], folder, { PATH, ...options.env });
  };
  return {
    folder,
    start,
    setUp: (args = [], options = {}) => start(args, options).ended,
    npmCalls: async () => (await readFile(at('npm-calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1),
    write,
    read: (path) => readFile(at(path), 'utf8'),
    remove: () => rm(folder, { recursive: true }),
  };
}

function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, ended };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
