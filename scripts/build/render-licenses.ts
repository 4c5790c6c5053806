/** The licenses of the packages in a bundle: most of them ask for their text to go wherever their code goes. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Package {
  /** `name version`. */
  readonly title: string;
  readonly text: string;
}

/** One text, with each license once below the packages that are under it. `inputs` are paths relative to `root`. */
export async function renderLicenses(inputs: readonly string[], root: string): Promise<string> {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const packages = await Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
  const byText = new Map<string, string[]>();
  for (const { title, text } of packages) byText.set(text, [...(byText.get(text) ?? []), title]);
  const parts = [...byText].map(([text, titles]) => `${[...new Set(titles)].sort().join('\n')}\n\n${text}\n`);
  return parts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

/** The innermost `node_modules/name` or `node_modules/@scope/name` of a path. */
function packageFolder(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

async function readPackage(folder: string): Promise<Package> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const text =
    texts.length > 0 ? texts.map((each) => each.trim()).join('\n\n') : `License: ${manifest.license}`;
  return { title: `${manifest.name} ${manifest.version}`, text };
}
