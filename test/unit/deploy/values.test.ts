import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { retentionPeriodsInDays } from '../../../src/kernel/log-group-name.ts';

const chart = join(import.meta.dirname, '../../../deploy/helm/cortex-logging');
const textOf = (file: string) => readFileSync(join(chart, file), 'utf8');

interface Schema {
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
}
const schema = JSON.parse(textOf('values.schema.json')) as Schema & { required: readonly string[] };
const values = parse(textOf('values.yaml')) as Readonly<Record<string, unknown>>;

function pathsOfSchema({ properties = {} }: Schema, path = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, inner]) => [
    `${path}${name}`,
    ...pathsOfSchema(inner, `${path}${name}.`),
  ]);
}

/** Maps that the schema leaves open are values themselves. */
function pathsOfValues(value: unknown, inner: Schema, path = ''): readonly string[] {
  if (inner.properties === undefined) return [];
  return Object.entries(value as object).flatMap(([name, child]) => [
    `${path}${name}`,
    ...pathsOfValues(child, inner.properties?.[name] ?? {}, `${path}${name}.`),
  ]);
}

function each(inner: Schema, path = ''): readonly (readonly [string, Schema])[] {
  const children = Object.entries(inner.properties ?? {});
  return children.flatMap(([name, child]) => [
    [`${path}${name}`, child] as const,
    ...each(child, `${path}${name}.`),
  ]);
}

describe('values.schema.json', () => {
  it('knows the values that values.yaml sets, and those that it must not set', () => {
    const unset = [...schema.required, 'global'];
    expect(
      pathsOfSchema(schema)
        .filter((path) => !unset.includes(path))
        .sort(),
    ).toEqual([...pathsOfValues(values, schema)].sort());
    expect(Object.keys(values).filter((name) => unset.includes(name))).toEqual([]);
  });

  it('says what every value is', () => {
    expect(each(schema).filter(([, { description }]) => !description)).toEqual([]);
  });

  it('tells of misspelt names wherever it knows the right ones', () => {
    const open = each(schema).filter(([, inner]) => inner.properties && inner.additionalProperties !== false);
    expect(open).toEqual([]);
    expect(schema.additionalProperties).toBe(false);
  });

  it('has the retention periods of CloudWatch', () => {
    const { enum: periods } = schema.properties!['logGroup']!.properties!['retentionInDays']!;
    expect(periods).toEqual([null, ...retentionPeriodsInDays]);
  });
});
