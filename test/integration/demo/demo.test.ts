import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { findFluentBit } from '../../../demo/fluent-bit-shipper.ts';
import { outputOf } from '../../control-plane/run-command.ts';
import { waitFor } from '../../control-plane/wait-for.ts';

const program = join(import.meta.dirname, '../../../demo/run.ts');
const longMs = 120_000;
let demo: ChildProcess;
let output: string;
/** What the demo takes for the machine's temporary folder; the command lines of all that it starts name it. */
let temporary: string;

function startDemo(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): void {
  output = '';
  demo = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  demo.stdout?.on('data', (chunk) => (output += String(chunk)));
  demo.stderr?.on('data', (chunk) => (output += String(chunk)));
}

const shown = (text: string | RegExp) =>
  waitFor(
    () => output.match(text) ?? (demo.exitCode === null ? undefined : Promise.reject(new Error(output))),
    {
      describe: `the demo to show ${String(text)}`,
      timeoutMs: longMs,
    },
  );

/** Programs whose command line names the folder: all parts of the demo's control plane do. */
function programsOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(folder));
}

/** By the signal; nothing that it started runs, and nothing that it made for the time is left. */
async function interrupt(): Promise<void> {
  demo.kill('SIGINT');
  const [code] = (await once(demo, 'close')) as [number];
  expect({ code, output }).toMatchObject({ code: 130 });
  expect(programsOf(temporary)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

beforeEach(() => void (temporary = mkdtempSync(join(tmpdir(), 'cortex-demo-test-'))));
afterEach(() => {
  demo.kill('SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

describe('the demo', () => {
  it(
    'ends with every pod labeled, exact answers to the four queries, and no line lost or doubled',
    async () => {
      startDemo(['--exit']);
      const [code] = (await once(demo, 'close')) as [number];
      expect(output).toMatch(/label truth: \d+ of \d+ lines \([\d.]+ %\), lost 0, doubled 0, wrong \d+\n/);
      expect(output).toMatch(/one-second-run-.* labeled at birth: label truth: (\d+) of \1 lines/);
      expect(output).toMatch(/older-api-.* labeled by repair: label truth/);
      expect({ code, output }).toMatchObject({ code: 0 });
    },
    longMs,
  );

  const itWithFluentBit = findFluentBit(process.env) ? it : it.skip;
  if (itWithFluentBit === it.skip)
    console.warn(
      'SKIPPED: no Fluent Bit is at hand (set FLUENT_BIT_BIN), so records were shipped by the stand-in.',
    );
  itWithFluentBit('ships by a real Fluent Bit where one is at hand', () => {
    expect(output).toContain('records are shipped by Fluent Bit');
  });

  it(
    'stays up for kubectl until Ctrl-C, and leaves nothing running',
    async () => {
      startDemo();
      const [, kubeconfig = ''] = await shown(/KUBECONFIG=(\S+)/);
      await shown('Ctrl-C stops everything');
      const [, kubectl = ''] = await shown(/alias kubectl=(\S+)/);
      const table = await outputOf(kubectl, ['--kubeconfig', kubeconfig, 'get', 'cortex', '-A']);
      expect(table).toMatch(/realtimeapi\.cortex\.dev\/text-generator +2\/2 +True/);
      expect(programsOf(temporary).length).toBeGreaterThan(3);
      await interrupt();
    },
    longMs,
  );

  it(
    'stops as cleanly on a Ctrl-C while the control plane starts',
    async () => {
      startDemo();
      await waitFor(() => programsOf(temporary).length > 0, { describe: 'etcd to run', timeoutMs: longMs });
      await interrupt();
    },
    longMs,
  );

  it(
    'stops as cleanly on a Ctrl-C while binaries are built, and does not take a half-built one for whole',
    async () => {
      const cache = mkdtempSync(join(tmpdir(), 'cortex-demo-cache-'));
      try {
        startDemo([], { ...unreachable, XDG_CACHE_HOME: cache, PATH: folderWithSlowGo(cache) });
        await waitFor(() => programsOf(cache).length > 0, { describe: 'a build to run', timeoutMs: longMs });
        await shown('building 1 of');
        await interrupt();
        expect(programsOf(cache)).toEqual([]);
        const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).map((path) => basename(path));
        expect(files.filter((name) => /^(manifest\.json|etcd|kube-.*|\.build-.*)$/.test(name))).toEqual([]);
      } finally {
        rmSync(cache, { recursive: true, force: true });
      }
    },
    longMs,
  );
});

/** No download comes through. */
const unreachable = {
  NODE_USE_ENV_PROXY: '1',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '',
  KUBEBUILDER_ASSETS: '',
};

/** A PATH with a Go that writes half a binary and then hangs. */
function folderWithSlowGo(base: string): string {
  const folder = join(base, 'bin');
  mkdirSync(folder);
  const script = `#!/bin/sh
[ "$1" = env ] && { echo go1.26.8; exit; }
printf half > "$6"
while :; do sleep 1; done
`;
  writeFileSync(join(folder, 'go'), script, { mode: 0o755 });
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}
