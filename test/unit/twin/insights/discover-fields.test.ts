import { describe, expect, it } from '@jest/globals';
import { DiscoveredFields, FieldPath } from '../../../../src/twin/insights/discover-fields.ts';
import { flattenInOrder } from '../../../../src/twin/insights/flatten-json.ts';

interface Row {
  readonly name: string;
  readonly message: string;
  readonly field: string;
  readonly value: unknown;
}

const crowd = (count: number) => Array.from({ length: count }, (_, index) => `"${index}":0`).join(',');

const rows: readonly Row[] = [
  { name: 'a member', message: '{"a":"x"}', field: 'a', value: 'x' },
  { name: 'a member of a member', message: '{"a":{"b":{"c":1.5}}}', field: 'a.b.c', value: 1.5 },
  { name: 'an item of a list', message: '{"a":[{"b":1},{"b":2}]}', field: 'a.1.b', value: 2 },
  { name: 'a key with a dot', message: '{"a.b":{"c.d":1}}', field: 'a.b.c.d', value: 1 },
  {
    name: 'of two fields of one name the first, nested',
    message: '{"a":{"b":1},"a.b":2}',
    field: 'a.b',
    value: 1,
  },
  {
    name: 'of two fields of one name the first, flat',
    message: '{"a.b":2,"a":{"b":1}}',
    field: 'a.b',
    value: 2,
  },
  { name: 'no object as a whole', message: '{"a":{"b":1}}', field: 'a', value: undefined },
  { name: 'no null', message: '{"a":null}', field: 'a', value: undefined },
  { name: 'nothing inherited', message: '{}', field: 'constructor', value: undefined },
  { name: 'nothing of a prototype', message: '{"__proto__":{"a":1}}', field: 'a', value: undefined },
  { name: 'a key with an @ under another @', message: '{"@timestamp":1}', field: '@@timestamp', value: 1 },
  { name: 'no key with an @ under its own name', message: '{"@user":1}', field: '@user', value: undefined },
  {
    name: 'no key without an @ under a name with one',
    message: '{"user":1}',
    field: '@user',
    value: undefined,
  },
  { name: 'space around the object', message: ' \n{"a":1} ', field: 'a', value: 1 },
  { name: 'nothing in a list', message: '[{"a":1}]', field: '0.a', value: undefined },
  { name: 'nothing in text', message: 'a=1 {"a":1}', field: 'a', value: undefined },
  { name: 'nothing in broken JSON', message: '{"a":1', field: 'a', value: undefined },
  { name: 'the 200th field', message: `{${crowd(199)},"a":1}`, field: 'a', value: 1 },
  { name: 'not the 201st field', message: `{${crowd(200)},"a":1}`, field: 'a', value: undefined },
  {
    name: 'fields before a crowd of numbers, which JavaScript would put first',
    message: `{"labels":{"apiName":"x"},${crowd(300)}}`,
    field: 'labels.apiName',
    value: 'x',
  },
  {
    name: 'fields before a crowd, with braces and quotes in texts',
    message: `{"m":"}],{\\"\\\\","labels":{"apiName":"x"},"list":[[1,{"y":2}],3],${crowd(300)}}`,
    field: 'list.0.1.y',
    value: 2,
  },
  {
    name: 'nothing that is nested without end',
    message: `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    field: 'b',
    value: undefined,
  },
];

describe('discovered are', () => {
  it.each(rows)('$name', ({ message, field, value }) => {
    expect(new DiscoveredFields(message).get(new FieldPath(field))).toBe(value);
  });

  it('in the order of the text, at most 200', () => {
    const flat = flattenInOrder(`{"b":true,"7":"x","a":{"d":[1,[2]],"e":{}},${crowd(300)}}`);
    expect([...flat.keys()].slice(0, 5)).toEqual(['b', '7', 'a.d.0', 'a.d.1.0', '0']);
    // The second "7" counts, and is not kept.
    expect(flat.size).toBe(199);
  });
});
