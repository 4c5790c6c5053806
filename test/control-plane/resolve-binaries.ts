/**
 * Finds each binary by itself: `KUBEBUILDER_ASSETS` (if the version fits), the cache, a release download, a build
 * by Go.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { catalog, specOf } from './binary-catalog.ts';
import type { BinaryName, BinarySpec } from './binary-catalog.ts';
import { cacheFolder, draftPrefix, openBinaryCache } from './binary-cache.ts';
import type { BinaryCache } from './binary-cache.ts';
import { buildBinary, findGo } from './build-binary.ts';
import { describeBuild, withReminders } from './build-progress.ts';
import { openDownloader } from './download-binary.ts';
import type { Fetch } from './download-binary.ts';
import { withFileLock } from './file-lock.ts';
import { openProcessGuard } from './process-guard.ts';
import type { ProcessGuard } from './process-guard.ts';
import { guardedRun, runCommand } from './run-command.ts';
import type { Run } from './run-command.ts';
import { oldestGo } from './versions.ts';

export type Binaries = Readonly<Record<BinaryName, string>>;

export interface ResolveOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Progress, a line at a time; default: standard error. */
  readonly report?: (line: string) => void;
  /** Builds are ended when it is closed; default: one of their own. */
  readonly guard?: ProcessGuard;
  readonly fetch?: Fetch;
  /** Runs Go and asks binaries for their version; default: builds by the guard, the rest by `runCommand`. */
  readonly run?: Run;
}

type Settings = Required<Pick<ResolveOptions, 'env' | 'report' | 'fetch'>> &
  Pick<ResolveOptions, 'guard' | 'run'>;

/**
 * The paths of the named binaries, made if need be. Several processes may call it at the same time.
 * @throws Error of one sentence when there is neither internet nor a good enough Go
 */
export async function resolveBinaries<Name extends BinaryName>(
  names: readonly Name[],
  options: ResolveOptions = {},
): Promise<Readonly<Record<Name, string>>> {
  const settings: Settings = {
    ...options,
    env: options.env ?? process.env,
    report: options.report ?? ((line) => void process.stderr.write(`${line}\n`)),
    fetch: options.fetch ?? globalThis.fetch,
  };
  const cache = await openBinaryCache(cacheFolder(settings.env));
  const found = await findReady(names, cache, settings);
  const missing = missingOf(names, found);
  if (missing.length > 0) await makeMissing(missing, found, { cache, settings });
  return Object.fromEntries(found) as Record<Name, string>;
}

type Found = Map<BinaryName, string>;

async function findReady(
  names: readonly BinaryName[],
  cache: BinaryCache,
  settings: Settings,
): Promise<Found> {
  const paths = await Promise.all(
    names.map(async (name) => (await findAsset(specOf(name), settings)) ?? (await cache.find(name))),
  );
  return new Map(names.flatMap((name, index) => (paths[index] === undefined ? [] : [[name, paths[index]]])));
}

/** What envtest's users have installed, if it is what we need. */
async function findAsset(spec: BinarySpec, settings: Settings): Promise<string | undefined> {
  const { env, report, run = runCommand } = settings;
  const folder = env['KUBEBUILDER_ASSETS'];
  if (!folder) return undefined;
  const path = join(folder, spec.name);
  const { exitCode, stdout, stderr } = await run(path, spec.versionArguments, { env, timeoutMs: 10_000 });
  if (exitCode !== 0) return undefined;
  if (spec.fits.test(stdout + stderr)) return path;
  const version = stdout.trim().split('\n')[0] ?? '';
  report(`${path} is not used: it is "${version}", needed is ${spec.version} or one like it`);
  return undefined;
}

function missingOf(names: readonly BinaryName[], found: Found): readonly BinaryName[] {
  return catalog.map(({ name }) => name).filter((name) => names.includes(name) && !found.has(name));
}

interface Place {
  readonly cache: BinaryCache;
  readonly settings: Settings;
}

/** Under the cache's lock: what another process made while we waited is taken from the cache. */
async function makeMissing(names: readonly BinaryName[], found: Found, place: Place): Promise<void> {
  const { cache, settings } = place;
  const onWait = (pid: number) =>
    settings.report(`waiting for process ${pid}, which is preparing the control plane binaries`);
  await withFileLock(
    join(cache.folder, 'lock'),
    async () => {
      await cache.sweep();
      for (const [name, path] of await findReady(names, cache, settings)) found.set(name, path);
      const failure = await downloadMissing(missingOf(names, found), found, place);
      const specs = missingOf(names, found).map(specOf);
      if (specs.length > 0) await buildMissing(specs, found, { ...place, failure });
    },
    { onWait },
  );
}

/** Downloads what can be; returns why the rest could not, as sentences. */
async function downloadMissing(
  names: readonly BinaryName[],
  found: Found,
  { cache, settings }: Place,
): Promise<string> {
  const failures = new Set<string>();
  if (names.length === 0) return '';
  const downloader = await openDownloader(cache.folder, settings.fetch);
  try {
    for (const [index, name] of names.entries()) {
      settings.report(`downloading ${index + 1} of ${names.length} ${name}`);
      try {
        found.set(name, await cache.store(name, 'release', (path) => downloader.download(name, path)));
      } catch (error) {
        failures.add((error as Error).message);
      }
    }
  } finally {
    await downloader.close();
  }
  return [...failures].join(' ');
}

async function buildMissing(
  specs: readonly BinarySpec[],
  found: Found,
  { cache, settings, failure }: Place & { failure: string },
): Promise<void> {
  const { env, report } = settings;
  const go = await findGo(env, settings.run);
  if ('missing' in go) throw new Error(neither(specs, go.missing, failure));
  report(`no download (${failure}); building by Go ${go.version}`);
  await withWorkshop({ cache, settings }, async (folder, run) => {
    // What an interrupted compiler leaves in its temporary folder is swept with ours.
    const goEnv = { ...env, GOTMPDIR: folder };
    for (const [index, spec] of specs.entries()) {
      const describe = (elapsedMs: number) =>
        describeBuild(specs, index, { elapsedMs, cpus: availableParallelism() });
      const make = (path: string) =>
        withReminders(report, describe, () => buildBinary(spec, path, goEnv, run));
      found.set(spec.name, await cache.store(spec.name, `go ${go.version}`, make));
    }
  });
}

/** A folder for what comes up while building, and a way to run the compiler that ends with this process. */
async function withWorkshop(
  { cache, settings }: Place,
  work: (folder: string, run: Run) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(cache.folder, `${draftPrefix}build-`));
  const own = settings.run || settings.guard ? undefined : openProcessGuard();
  const guard = settings.guard ?? own;
  guard?.removeAtEnd(folder);
  try {
    await work(folder, settings.run ?? (guard ? guardedRun(guard, folder) : runCommand));
  } finally {
    await own?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function neither(specs: readonly BinarySpec[], missingGo: string, failure: string): string {
  const names = specs.map(({ name }) => name).join(', ');
  return (
    `The control plane needs ${names}, and they can neither be downloaded (${failure}) nor built ` +
    `(${missingGo}): connect to the internet, or install Go >= ${oldestGo.major}.${oldestGo.minor} from https://go.dev/dl.`
  );
}
