import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { binaryNames, specOf } from '../../control-plane/binary-catalog.ts';
import { cacheFolder } from '../../control-plane/binary-cache.ts';
import type { Fetch } from '../../control-plane/download-binary.ts';
import { resolveBinaries, type ResolveOptions } from '../../control-plane/resolve-binaries.ts';
import type { CommandResult } from '../../control-plane/run-command.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { isProcessRunning } from '../../support/is-process-running.ts';

let home: string;
let told: string[];
let built: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cortex-binaries-'));
  [told, built] = [[], []];
});
afterEach(() => rmSync(home, { recursive: true }));

const env = (more: Record<string, string> = {}) => ({ XDG_CACHE_HOME: home, ...more });
const folder = () => cacheFolder(env());
const success: CommandResult = { exitCode: 0, stdout: '', stderr: '' };
const failure: CommandResult = { exitCode: 1, stdout: '', stderr: 'cannot' };

/** A Go of this version, which "builds" a binary by writing its name; `none` is no Go at all. */
function go(version: string): NonNullable<ResolveOptions['run']> {
  return (_, args) => {
    if (args[0] === 'env')
      return Promise.resolve(version === 'none' ? failure : { ...success, stdout: version });
    const path = args[args.indexOf('-o') + 1] ?? '';
    writeFileSync(path, `built ${String(args.at(-1))}`);
    built.push(String(args.at(-1)));
    return Promise.resolve(success);
  };
}

const offline: Fetch = () => Promise.reject(new Error('no route'));

/** Serves helm-like files: text by URL. */
function internet(pages: Readonly<Record<string, string>>): Fetch {
  return (url) => {
    const [, text] = Object.entries(pages).find(([end]) => url.endsWith(end)) ?? [];
    return Promise.resolve(text === undefined ? new Response('', { status: 404 }) : new Response(text));
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const resolve = (options: ResolveOptions = {}) =>
  resolveBinaries(['kube-scheduler'], {
    env: env(),
    fetch: offline,
    run: go('go1.26.8'),
    report: (line) => told.push(line),
    ...options,
  });

describe('a control plane binary', () => {
  it('is built by Go where nothing can be downloaded, and says what it does and how long it takes', async () => {
    const found = await resolve();
    expect(readFileSync(found['kube-scheduler'], 'utf8')).toBe('built k8s.io/kubernetes/cmd/kube-scheduler');
    expect(told.at(-1)).toMatch(/^building 1 of 1 kube-scheduler, about 1 min left in all$/);
  });

  it('is taken from the cache the second time', async () => {
    await resolve();
    await resolve();
    expect(built).toHaveLength(1);
  });

  it('is made anew when its file is not what was stored', async () => {
    const { 'kube-scheduler': path } = await resolve();
    writeFileSync(path, 'broken');
    await resolve();
    expect(built).toHaveLength(2);
    expect(readFileSync(path, 'utf8')).toContain('built');
  });

  it('is made once by processes that start at the same time', async () => {
    await Promise.all([resolve(), resolve(), resolve()]);
    expect(built).toHaveLength(1);
  });

  it('is downloaded where the release has the checksum that is published', async () => {
    const pages = { '/kube-scheduler': 'released', '/kube-scheduler.sha256': sha256('released') };
    const found = await resolve({ fetch: internet(pages), run: go('none') });
    expect(readFileSync(found['kube-scheduler'], 'utf8')).toBe('released');
  });

  it('is never a download with another checksum, and nothing of that stays', async () => {
    const pages = { '/kube-scheduler': 'cut off', '/kube-scheduler.sha256': sha256('released') };
    const found = await resolve({ fetch: internet(pages) });
    expect(readFileSync(found['kube-scheduler'], 'utf8')).toContain('built');
    expect(readdirSync(folder()).sort()).toEqual(['kube-scheduler', 'manifest.json']);
    expect(told.join('\n')).toContain('published is');
  });

  it('leaves nothing half-made behind when the build fails', async () => {
    const run: ResolveOptions['run'] = (program, args) =>
      args[0] === 'env' ? go('go1.26.8')(program, args) : Promise.resolve(failure);
    await expect(resolve({ run })).rejects.toThrow('Go could not build kube-scheduler v1.36.3: cannot');
    expect(readdirSync(folder())).toEqual([]);
  });

  it('is made anew, and what is left of an earlier try removed, when its build was killed', async () => {
    const compiler = await startBuild();
    compiler.owner.kill('SIGKILL');
    await waitFor(() => !compiler.isAlive(), { describe: 'the compiler and its children to be gone' });
    expect(readdirSync(folder()).filter((name) => !name.startsWith('.'))).toEqual(['lock']);
    const found = await resolve();
    expect(readFileSync(found['kube-scheduler'], 'utf8')).toBe('built k8s.io/kubernetes/cmd/kube-scheduler');
    expect(readdirSync(folder()).sort()).toEqual(['kube-scheduler', 'manifest.json']);
  });

  it.each([
    ['none', 'there is no Go'],
    ['go1.25.1', 'the Go here is 1.25.1'],
  ])('asks for internet or Go in one sentence where Go is %s', async (version, why) => {
    await expect(resolve({ run: go(version) })).rejects.toThrow(
      `The control plane needs kube-scheduler, and they can neither be downloaded (dl.k8s.io cannot be reached.) nor built (${why}): connect to the internet, or install Go >= 1.26 from https://go.dev/dl.`,
    );
  });

  it.each([
    ['v1.36.0', true],
    ['v1.35.9', false],
  ])('is taken from KUBEBUILDER_ASSETS in version %s: %s', async (version, isTaken) => {
    const run: ResolveOptions['run'] = (program, args) =>
      dirname(program) === '/assets'
        ? Promise.resolve({ ...success, stdout: `Kubernetes ${version}\n` })
        : go('go1.26.8')(program, args);
    const found = await resolve({ env: env({ KUBEBUILDER_ASSETS: '/assets' }), run });
    expect(dirname(found['kube-scheduler']) === '/assets').toBe(isTaken);
    expect(told.some((line) => line.includes('is not used'))).toBe(!isTaken);
  });
});

/** A process that builds by a Go that writes half a binary and then hangs, as does its child. */
async function startBuild(): Promise<{ readonly owner: ChildProcess; isAlive(): boolean }> {
  const bin = join(home, 'bin');
  const pids = join(home, 'pids');
  mkdirSync(bin);
  const script = `#!/bin/sh
[ "$1" = env ] && { echo go1.26.8; exit; }
printf half > "$6"
sleep 1000 &
echo "$$ $!" > ${pids}
wait
`;
  writeFileSync(join(bin, 'go'), script, { mode: 0o755 });
  const module = new URL('../../control-plane/resolve-binaries.ts', import.meta.url).href;
  const source = `
    import { resolveBinaries } from '${module}';
    await resolveBinaries(['kube-scheduler'], { fetch: () => Promise.reject(new Error('no route')) });
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: 'ignore',
    env: env({ PATH: `${bin}:${process.env['PATH'] ?? ''}` }),
  });
  const text = await waitFor(() => existsSync(pids) && readFileSync(pids, 'utf8').trim(), {
    describe: 'the compiler to run',
  });
  const ids = text.split(' ').map(Number);
  return { owner, isAlive: () => ids.some(isProcessRunning) };
}

describe('the catalog', () => {
  it('pins the versions that go.mod pins', () => {
    const goMod = readFileSync(join(import.meta.dirname, '../../control-plane/go.mod'), 'utf8');
    expect(goMod).toContain(`k8s.io/kubernetes ${specOf('kube-apiserver').version}`);
    expect(goMod).toContain(`go.etcd.io/etcd/server/v3 ${specOf('etcd').version}`);
    for (const name of binaryNames) {
      if (!specOf(name).standalone) expect(goMod).toContain(specOf(name).goPackage);
    }
  });
});
