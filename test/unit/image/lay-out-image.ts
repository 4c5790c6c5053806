/** The operator's image as a folder, laid out as the Dockerfile says, to run it without a container engine. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, copyFile, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleProgram } from '../../../scripts/build/bundle-program.ts';
import { copySteps, execForm, lastOf, readStages, settingsOf } from '../../support/read-dockerfile.ts';
import type { CopyStep } from '../../support/read-dockerfile.ts';

const root = join(import.meta.dirname, '../../..');
/** Where the distroless image has its Node. */
const nodeInImage = '/nodejs/bin/node';

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** What it has written to standard output so far. */
  stdout(): string;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

export interface Image {
  /** Stands for `/` of the image. */
  readonly folder: string;
  /** Path, size and time of change of everything in it. */
  snapshot(): Promise<readonly string[]>;
  /** Bytes of what the Dockerfile copies: the layer that is ours. */
  layerBytes(): Promise<number>;
  /** Runs the ENTRYPOINT, as its user where that is possible, in its folder, with its environment. */
  start(args: readonly string[], options?: StartOptions): Running;
  remove(): Promise<void>;
}

export interface StartOptions {
  /** For Node, ahead of the program. */
  readonly nodeFlags?: readonly string[];
  /** Instead of the program and its arguments; paths in the image. */
  readonly words?: readonly string[];
}

/** Builds the bundle and copies what the Dockerfile copies; then nobody may write there. */
export async function layOutImage(): Promise<Image> {
  const { instructions } = readStages(await readFile(join(root, 'Dockerfile'), 'utf8')).at(-1)!;
  const base = await mkdtemp(join(tmpdir(), 'cortex-logging-image-'));
  const folder = join(base, 'root');
  await bundleProgram('operator', join(base, 'build/dist'));
  for (const step of copySteps(instructions)) await copyInto(folder, base, step);
  await mkdir(join(folder, dirname(nodeInImage)), { recursive: true });
  await copyFile(process.execPath, join(folder, nodeInImage), constants.COPYFILE_FICLONE);
  await forbidWriting(base);
  const config: Config = {
    folder,
    entrypoint: execForm(instructions, 'ENTRYPOINT') ?? [],
    env: Object.fromEntries(settingsOf(instructions, 'ENV')),
    workdir: lastOf(instructions, 'WORKDIR') ?? '/',
    user: lastOf(instructions, 'USER') ?? '0:0',
  };
  return {
    folder,
    snapshot: async () => (await entriesOf(folder)).map(({ line }) => line),
    layerBytes: async () => sizeOf(await entriesOf(join(folder, config.workdir))),
    start: (args, options = {}) => start(config, args, options),
    remove: () => remove(base),
  };
}

interface Config {
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
}

/** A folder's content is copied, as Docker does it; of the build stage there is only what the build made. */
async function copyInto(
  folder: string,
  base: string,
  { from, sources, destination }: CopyStep,
): Promise<void> {
  for (const source of sources) {
    const path = join(from === undefined ? root : base, source);
    const isFile = (await lstat(path)).isFile();
    const target = join(folder, destination, isFile && destination.endsWith('/') ? source : '');
    await cp(path, target, { recursive: true });
  }
}

async function forbidWriting(base: string): Promise<void> {
  for (const { path, mode } of await entriesOf(base)) await chmod(path, mode & 0o777 & ~0o222);
  await chmod(base, 0o755);
}

async function remove(base: string): Promise<void> {
  for (const { path, isFolder } of await entriesOf(base)) if (isFolder) await chmod(path, 0o755);
  await rm(base, { recursive: true });
}

interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly mode: number;
  readonly size: number;
  readonly line: string;
}

async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const paths = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    paths.map(async (name) => {
      const path = join(folder, name);
      const { mode, size, mtimeMs, ...stats } = await lstat(path);
      const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR;
      return { path, isFolder, mode, size, line: `${name} ${size} ${mtimeMs} ${stats.ino}` };
    }),
  );
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { size, isFolder }) => sum + (isFolder ? 0 : size), 0);
}

function start(config: Config, args: readonly string[], { nodeFlags = [], words }: StartOptions): Running {
  const { folder, entrypoint, env, workdir, user } = config;
  const [program = '', ...rest] = entrypoint.map((word) =>
    word.startsWith('/') ? join(folder, word) : word,
  );
  const [uid, gid] = user.split(':').map(Number);
  const child = spawn(program, [...nodeFlags, ...(words ?? rest), ...args], {
    cwd: join(folder, workdir),
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Only root can be somebody else; to all others the folder is read-only all the same.
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { stdout: () => stdout, finished, kill: (signal) => void child.kill(signal) };
}
