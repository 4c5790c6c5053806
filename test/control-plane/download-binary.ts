/**
 * Released binaries, each checked against the checksum that its project publishes. Without internet this fails
 * within seconds.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:process';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'yaml';
import { hashOfFile } from './binary-cache.ts';
import type { BinaryName } from './binary-catalog.ts';
import { runCommand } from './run-command.ts';
import { versions } from './versions.ts';

export type Fetch = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

/** Where one binary is released. */
interface Release {
  readonly url: string;
  readonly algorithm: 'sha256' | 'sha512';
  /** In hexadecimal. */
  readonly checksum: string;
  /** The binary's path in the gzipped tarball; undefined: the file is the binary. */
  readonly member?: string;
}

/** Long enough for a slow proxy's first answer, short enough not to be noticed offline. */
const answerTimeoutMs = 4000;
const downloadTimeoutMs = 300_000;

/** Node's names of machines and Go's. */
const goArch = arch === 'x64' ? 'amd64' : arch;

export interface Downloader {
  /**
   * Writes the released binary to `path`.
   * @throws Error when it is not reachable, not released for this machine, or not what its checksum says
   */
  download(name: BinaryName, path: string): Promise<void>;
  /** Removes what was fetched on the way. */
  close(): Promise<void>;
}

/** A downloader that keeps tarballs for the binaries that share one, and stops asking hosts that do not answer. */
export async function openDownloader(folder: string, fetch: Fetch = globalThis.fetch): Promise<Downloader> {
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, '.download-'));
  const files = new Map<string, Promise<string>>();
  const text = rememberingText(fetch);
  return {
    async download(name, path) {
      const release = await findRelease(name, text);
      let file = files.get(release.url);
      if (file === undefined) {
        file = fetchChecked(release, scratch, fetch);
        files.set(release.url, file);
      }
      await (release.member === undefined
        ? copyFile(await file, path)
        : extract(await file, release.member, path));
    },
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

type Text = (url: string) => Promise<string>;

/** Small documents, each asked for once; a host that did not answer is not asked again. */
function rememberingText(fetch: Fetch): Text {
  const documents = new Map<string, Promise<string>>();
  const unreachable = new Map<string, Error>();
  const ask: Text = async (url) => {
    const { host } = new URL(url);
    const failure = unreachable.get(host);
    if (failure !== undefined) throw failure;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
      if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
      return await response.text();
    } catch (cause) {
      if (cause instanceof Error && cause.message.startsWith(url)) throw cause;
      const error = new Error(`${host} cannot be reached.`, { cause });
      unreachable.set(host, error);
      throw error;
    }
  };
  return (url) => {
    const document = documents.get(url) ?? ask(url);
    documents.set(url, document);
    return document;
  };
}

async function findRelease(name: BinaryName, text: Text): Promise<Release> {
  switch (name) {
    case 'etcd':
    case 'kube-apiserver':
    case 'kubectl':
      return findEnvtest(name, text);
    case 'kube-controller-manager':
    case 'kube-scheduler':
      return findKubernetes(name, text);
    case 'kwok':
      return findKwok(text);
    case 'helm':
      return findHelm(text);
  }
}

const envtestIndex =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';

interface EnvtestIndex {
  readonly releases: Readonly<Record<string, Readonly<Record<string, { hash: string; selfLink: string }>>>>;
}

/** The newest envtest release of our minor version. */
async function findEnvtest(name: BinaryName, text: Text): Promise<Release> {
  const { releases } = parse(await text(envtestIndex)) as EnvtestIndex;
  const line = versions.kubernetes.replace(/\.\d+$/, '.');
  const patch = (version: string) => Number(version.slice(line.length));
  const [newest] = Object.keys(releases)
    .filter((version) => version.startsWith(line) && Number.isInteger(patch(version)))
    .sort((a, b) => patch(b) - patch(a));
  const file = newest && releases[newest]?.[`envtest-${newest}-${platform}-${goArch}.tar.gz`];
  if (!file) throw new Error(`There is no envtest release of Kubernetes ${line}x for ${platform}/${goArch}.`);
  const member = `controller-tools/envtest/${name}`;
  return { url: file.selfLink, algorithm: 'sha512', checksum: file.hash, member };
}

/** https://kubernetes.io/releases/download/#binaries */
async function findKubernetes(name: BinaryName, text: Text): Promise<Release> {
  const url = `https://dl.k8s.io/release/${versions.kubernetes}/bin/${platform}/${goArch}/${name}`;
  return { url, algorithm: 'sha256', checksum: firstWord(await text(`${url}.sha256`)) };
}

interface GithubRelease {
  readonly assets: readonly { name: string; digest?: string | null; browser_download_url: string }[];
}

/** kwok publishes no checksum file; GitHub computes one for each file of a release. */
async function findKwok(text: Text): Promise<Release> {
  const url = `https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/${versions.kwok}`;
  const { assets } = JSON.parse(await text(url)) as GithubRelease;
  const asset = assets.find(({ name }) => name === `kwok-${platform}-${goArch}`);
  const checksum = /^sha256:([0-9a-f]{64})$/.exec(asset?.digest ?? '')?.[1];
  if (asset === undefined || checksum === undefined)
    throw new Error(`kwok ${versions.kwok} has no release with a checksum for ${platform}/${goArch}.`);
  return { url: asset.browser_download_url, algorithm: 'sha256', checksum };
}

async function findHelm(text: Text): Promise<Release> {
  const url = `https://get.helm.sh/helm-${versions.helm}-${platform}-${goArch}.tar.gz`;
  const checksum = firstWord(await text(`${url}.sha256sum`));
  return { url, algorithm: 'sha256', checksum, member: `${platform}-${goArch}/helm` };
}

function firstWord(text: string): string {
  return text.trim().split(/\s+/)[0] ?? '';
}

async function fetchChecked(release: Release, scratch: string, fetch: Fetch): Promise<string> {
  const path = join(scratch, randomUUID());
  const response = await fetch(release.url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
  if (!response.ok || response.body === null) throw new Error(`${release.url} answered ${response.status}.`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
  const actual = await hashOfFile(path, release.algorithm);
  if (actual !== release.checksum)
    throw new Error(`${release.url} has ${release.algorithm} ${actual}, published is ${release.checksum}.`);
  return path;
}

async function extract(tarball: string, member: string, path: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(tarball), 'extract-'));
  const { exitCode, stderr } = await runCommand('tar', ['-xzf', tarball, '-C', folder, member]);
  if (exitCode !== 0) throw new Error(`${member} could not be taken out of its tarball: ${stderr}`);
  await rename(join(folder, member), path);
}
