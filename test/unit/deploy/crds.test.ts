import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderCrds } from '../../../scripts/crds/render-crds.ts';
import { pluralOf } from '../../../src/kernel/api-kinds.ts';

const root = join(import.meta.dirname, '../../..');
const folders = ['crds', 'deploy/helm/cortex-logging/crds'];
const textOf = (folder: string, file: string) => readFileSync(join(root, folder, file), 'utf8');
const rendered = await renderCrds();

describe.each(folders)('%s', (folder) => {
  it('holds one file per kind, and no other', () => {
    const files = Object.values(pluralOf).map((plural) => `${plural}.yaml`);
    expect(readdirSync(join(root, folder)).sort()).toEqual(files.sort());
  });

  it.each([...rendered.keys()])('holds %s as scripts/crds makes it; else: npm run render', (file) => {
    expect(textOf(folder, file)).toBe(rendered.get(file));
  });
});

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

/** Paths of all fields, list items and map values that have no text for `kubectl explain`. */
function undescribed(schema: Schema, path: string): readonly string[] {
  const inner: [string, Schema][] = [
    ...Object.entries(schema.properties ?? {}).map(([name, field]): [string, Schema] => [
      `${path}.${name}`,
      field,
    ]),
    ...(schema.items ? [[`${path}[]`, schema.items] as [string, Schema]] : []),
    ...(schema.additionalProperties ? [[`${path}{}`, schema.additionalProperties] as [string, Schema]] : []),
  ];
  // The API server itself describes metadata, and takes no other text.
  const own = schema.description || path === '.metadata' || path === '.metadata.name' ? [] : [path || '.'];
  return [...own, ...inner.flatMap(([name, field]) => undescribed(field, name))];
}

describe('every field has a text for kubectl explain', () => {
  it.each([...rendered])('in %s', (_file, text) => {
    const crd = parse(text) as { spec: { versions: { schema: { openAPIV3Schema: Schema } }[] } };
    for (const { schema } of crd.spec.versions) {
      expect(Object.keys(schema.openAPIV3Schema.properties ?? {})).toContain('spec');
      expect(undescribed(schema.openAPIV3Schema, '')).toEqual([]);
    }
  });
});

describe('short names', () => {
  it('belong to one kind each', () => {
    const names = [...rendered.values()].flatMap(
      (text) => (parse(text) as { spec: { names: { shortNames: string[] } } }).spec.names.shortNames,
    );
    expect(new Set(names).size).toBe(Object.keys(pluralOf).length);
  });
});
