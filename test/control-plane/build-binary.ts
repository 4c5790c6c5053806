/** Builds binaries from the Go modules pinned beside this file. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BinarySpec } from './binary-catalog.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult, Run } from './run-command.ts';
import { oldestGo } from './versions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The Go on this machine as `1.26.8`, or why none can be used, as the end of a sentence. */
export async function findGo(
  env: Environment,
  run: Run = runCommand,
): Promise<{ version: string } | { missing: string }> {
  const { exitCode, stdout } = await run('go', ['env', 'GOVERSION'], { env, cwd: import.meta.dirname });
  const found = /^go((\d+)\.(\d+)\S*)/.exec(stdout.trim());
  if (exitCode !== 0 || found === null) return { missing: 'there is no Go' };
  const [, version = '', major, minor] = found;
  return isNewEnough(Number(major), Number(minor)) ? { version } : { missing: `the Go here is ${version}` };
}

function isNewEnough(major: number, minor: number): boolean {
  return major > oldestGo.major || (major === oldestGo.major && minor >= oldestGo.minor);
}

/**
 * Builds one binary to `path`. The host's Go settings (GOPROXY, GOFLAGS, …) hold.
 * @throws Error with the end of the compiler's words
 */
export async function buildBinary(
  spec: BinarySpec,
  path: string,
  env: Environment,
  run: Run = runCommand,
): Promise<void> {
  const flags = ['-trimpath', '-ldflags', ['-s', '-w', ...spec.linkerFlags].join(' ')];
  const { exitCode, stderr } = spec.standalone
    ? await install(spec, path, flags, { env, run })
    : await run('go', ['build', ...flags, '-o', path, spec.goPackage], {
        cwd: import.meta.dirname,
        env: { ...env, CGO_ENABLED: '0' },
      });
  if (exitCode !== 0)
    throw new Error(`Go could not build ${spec.name} ${spec.version}: ${lastLines(stderr)}`);
}

interface Tools {
  readonly env: Environment;
  readonly run: Run;
}

/** `go install` names its result itself, so that it goes to a folder of its own first. */
async function install(
  spec: BinarySpec,
  path: string,
  flags: readonly string[],
  { env, run }: Tools,
): Promise<CommandResult> {
  const folder = await mkdtemp(join(dirname(path), '.install-'));
  try {
    const result = await run('go', ['install', ...flags, `${spec.goPackage}@${spec.version}`], {
      cwd: folder,
      env: { ...env, CGO_ENABLED: '0', GOBIN: folder },
    });
    if (result.exitCode === 0) await rename(join(folder, basename(spec.goPackage)), path);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}
