/**
 * Binaries once made, kept between runs: `$XDG_CACHE_HOME/cortex-logging/control-plane/<hash of the versions>/`.
 * A manifest beside them holds the SHA-256 of each; what does not match it is not used.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { catalog } from './binary-catalog.ts';
import type { BinaryName } from './binary-catalog.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface ManifestEntry {
  readonly sha256: string;
  /** Where it came from, for people who look into the folder. */
  readonly source: string;
}

type Manifest = Readonly<Partial<Record<BinaryName, ManifestEntry>>>;

/** The cache's folder for the pinned versions on this kind of machine. */
export function cacheFolder(env: Environment): string {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  const pins = catalog.map(({ name, version, linkerFlags }) => [name, version, linkerFlags]);
  const text = JSON.stringify([process.platform, process.arch, pins]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return join(base, 'cortex-logging', 'control-plane', hash);
}

export interface BinaryCache {
  readonly folder: string;
  /** The path of a binary whose content is as the manifest says; otherwise undefined, and it must be made anew. */
  find(name: BinaryName): Promise<string | undefined>;
  /**
   * Lets `make` write the binary to a path of its own, then moves it to its place; it is not there before it is
   * whole. Only one process may store at a time.
   */
  store(name: BinaryName, source: string, make: (path: string) => Promise<void>): Promise<string>;
  /** Removes what processes that were interrupted have left half-made; while none can be making any. */
  sweep(): Promise<void>;
}

/** What is being made has names that begin so. */
export const draftPrefix = '.';

/** Opens the cache in a folder, which is made if need be. */
export async function openBinaryCache(folder: string): Promise<BinaryCache> {
  await mkdir(folder, { recursive: true });
  return {
    folder,
    find: (name) => find(folder, name),
    store: (name, source, make) => store(folder, name, { source, make }),
    sweep: () => sweep(folder),
  };
}

async function find(folder: string, name: BinaryName): Promise<string | undefined> {
  const entry = (await readManifest(folder))[name];
  if (entry === undefined) return undefined;
  const path = join(folder, name);
  try {
    return (await hashOfFile(path, 'sha256')) === entry.sha256 ? path : undefined;
  } catch {
    return undefined;
  }
}

interface Making {
  readonly source: string;
  readonly make: (path: string) => Promise<void>;
}

async function store(folder: string, name: BinaryName, { source, make }: Making): Promise<string> {
  const draft = join(folder, `${draftPrefix}${name}.${randomUUID()}`);
  try {
    await make(draft);
    await chmod(draft, 0o755);
    const sha256 = await hashOfFile(draft, 'sha256');
    const path = join(folder, name);
    await rename(draft, path);
    await writeManifest(folder, { ...(await readManifest(folder)), [name]: { sha256, source } });
    return path;
  } finally {
    await rm(draft, { force: true });
  }
}

async function sweep(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(draftPrefix));
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

/** An unreadable manifest vouches for nothing. */
async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const draft = join(folder, `${draftPrefix}manifest.${randomUUID()}`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(draft, join(folder, 'manifest.json'));
}

/** The hash of a file's content, in hexadecimal. */
export async function hashOfFile(path: string, algorithm: 'sha256' | 'sha512'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
