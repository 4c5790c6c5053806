import { describe, expect, it } from '@jest/globals';
import { mergePatch } from '../../../src/kernel/merge-patch.ts';

/** As RFC 7386 defines it. */
function applied(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = applied(result[key], value);
  }
  return result;
}

describe('a merge patch', () => {
  it.each([
    { name: 'adds a field', before: {}, after: { a: 1 }, patch: { a: 1 } },
    {
      name: 'changes a field and names no other',
      before: { a: 1, b: 2 },
      after: { a: 3, b: 2 },
      patch: { a: 3 },
    },
    { name: 'removes a field', before: { a: 1, b: 2 }, after: { a: 1 }, patch: { b: null } },
    {
      name: 'removes a field that is undefined',
      before: { a: 1 },
      after: { a: undefined },
      patch: { a: null },
    },
    {
      name: 'goes into objects',
      before: { a: { b: 1, c: 2 } },
      after: { a: { b: 1, c: 3 } },
      patch: { a: { c: 3 } },
    },
    { name: 'replaces lists whole', before: { a: [1, 2] }, after: { a: [1] }, patch: { a: [1] } },
    {
      name: 'replaces a list of objects whole',
      before: { a: [{ b: 1, c: 2 }] },
      after: { a: [{ b: 1 }] },
      patch: { a: [{ b: 1 }] },
    },
    {
      name: 'puts an object where a value was',
      before: { a: 1 },
      after: { a: { b: 1 } },
      patch: { a: { b: 1 } },
    },
  ])('$name', ({ before, after, patch }) => {
    expect(mergePatch(before, after)).toEqual(patch);
    expect(applied(before, patch)).toEqual(JSON.parse(JSON.stringify(after)));
  });

  it.each([{ value: {} }, { value: { a: { b: [1, { c: null }] } } }])(
    'is none where nothing changed: %j',
    ({ value }) => {
      expect(mergePatch(value, structuredClone(value))).toBeUndefined();
    },
  );
});
