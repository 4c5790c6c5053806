/** Bundles a program with esbuild: one file to start, and parts that it loads when it first needs them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { BuildResult } from 'esbuild';
import { leaveOutHttp2 } from './leave-out-http2.ts';
import { renderLicenses } from './render-licenses.ts';

const root = join(import.meta.dirname, '../..');

const entries = { operator: 'src/operator.ts', 'cortex-twin': 'src/twin.ts' } as const;

/** A program's name is its file's name in dist, without `.js`. */
export type ProgramName = keyof typeof entries;
export const programNames = Object.keys(entries) as readonly ProgramName[];

export interface Bundle {
  /** Paths relative to the folder. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** Node prints the line of an uncaught error: nobody wants half a megabyte of it in a log. */
const longestLine = 160;

/**
 * The first line lets a shell start the file by its name, as npm's `bin` does. Packages in CommonJS ask for Node's
 * modules by `require`, which modules do not have.
 */
const banner = `#!/usr/bin/env node
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/**
 * Writes `<folder>/<name>.js`, its parts to `<folder>/<name>/`, and the licenses of what is in them beside the parts.
 *
 * The names of functions and variables stay, since stack traces are read by people. Leaving out blanks and comments
 * makes the bundle a third smaller; shorter names would save another quarter, and cost time at every start to set
 * each function's name to what it was.
 */
export async function bundleProgram(name: ProgramName, folder: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { [name]: entries[name] },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    chunkNames: `${name}/[name]-[hash]`,
    banner: { js: banner },
    plugins: [leaveOutHttp2],
    // ES modules where a package has them: of AWS's client only the commands in use are left, which spares 6 MB.
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: longestLine,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  return write(result, folder, name);
}

async function write(result: BuildResult<WriteOptions>, folder: string, name: string): Promise<Bundle> {
  const licenses = await renderLicenses(Object.keys(result.metafile.inputs), root);
  const texts = new Map<string, string | Uint8Array>([
    ...result.outputFiles.map(({ path, contents }) => [path, contents] as const),
    [join(folder, name, 'LICENSES.txt'), licenses],
  ]);
  let bytes = 0;
  for (const [path, content] of texts) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: path === join(folder, `${name}.js`) ? 0o755 : 0o644 });
    bytes += Buffer.byteLength(content);
  }
  return { files: [...texts.keys()].map((path) => path.slice(folder.length + 1)), bytes };
}

interface WriteOptions {
  readonly metafile: true;
  readonly write: false;
}
