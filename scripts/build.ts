/**
 * `npm run build`: bundles the programs into dist/. `npm run build -- operator` bundles only that one, as the
 * Dockerfile does.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleProgram, programNames } from './build/bundle-program.ts';
import type { ProgramName } from './build/bundle-program.ts';

const folder = join(import.meta.dirname, '../dist');

function isProgramName(text: string): text is ProgramName {
  return (programNames as readonly string[]).includes(text);
}

function chosen(args: readonly string[]): readonly ProgramName[] {
  if (args.length === 0) return programNames;
  const unknown = args.filter((arg) => !isProgramName(arg));
  if (unknown.length > 0)
    throw new Error(
      `There is no program ${unknown.join(', ')} to build: there are ${programNames.join(', ')}.`,
    );
  return args.filter(isProgramName);
}

async function build(names: readonly ProgramName[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const name of names) {
    const startedAt = Date.now();
    const { files, bytes } = await bundleProgram(name, folder);
    const size = (bytes / 1e6).toFixed(2);
    console.log(`dist/${name}.js: ${files.length} files, ${size} MB, in ${Date.now() - startedAt} ms`);
  }
}

try {
  await build(chosen(process.argv.slice(2)));
} catch (error) {
  // esbuild has told its errors already.
  if (!(error as { errors?: unknown }).errors) console.error(`build: ${(error as Error).message}`);
  process.exitCode = 1;
}
