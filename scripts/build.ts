/**
 * `npm run build`: bundles the programs into dist/. `npm run build -- operator` bundles only that one, as the
 * Dockerfile does.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readArguments } from './read-arguments.ts';
import { bundleProgram, programNames } from './build/bundle-program.ts';
import type { ProgramName } from './build/bundle-program.ts';

const folder = join(import.meta.dirname, '../dist');

async function build(names: readonly ProgramName[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const name of names) {
    const startedAt = Date.now();
    const { files, bytes } = await bundleProgram(name, folder);
    const size = (bytes / 1e6).toFixed(2);
    console.log(`dist/${name}.js: ${files.length} files, ${size} MB, in ${Date.now() - startedAt} ms`);
  }
}

const { words } = readArguments({
  command: 'npm run build',
  about: 'Bundles the programs into dist/, which is emptied before: all of them, or those that are named.',
  words: { noun: 'program', legal: programNames },
});
const chosen = programNames.filter((name) => words.includes(name));
try {
  await build(chosen.length > 0 ? chosen : programNames);
} catch (error) {
  // esbuild has told its errors already.
  if (!(error as { errors?: unknown }).errors) console.error(`build: ${(error as Error).message}`);
  process.exitCode = 1;
}
