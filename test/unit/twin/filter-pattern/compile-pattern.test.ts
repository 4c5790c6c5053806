import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../../src/twin/filter-pattern/compile-pattern.ts';

interface Row {
  readonly pattern: string;
  readonly matches: readonly (string | object)[];
  readonly leaves?: readonly (string | object)[];
}

const terms: readonly Row[] = [
  { pattern: '', matches: ['', 'x'] },
  { pattern: '" "', matches: ['', 'x'] },
  { pattern: '""', matches: ['', 'x'] },
  { pattern: 'ERROR', matches: ['[ERROR 400] BAD', 'xERRORx'], leaves: ['error'] },
  { pattern: 'ERROR ARGUMENTS', matches: ['ARGUMENTS ERROR'], leaves: ['ERROR', 'ARGUMENTS'] },
  { pattern: '?ERROR ?ARGUMENTS', matches: ['ERROR', 'ARGUMENTS'], leaves: ['x'] },
  // "If you combine "?" with other filter patterns, all question mark terms will be ignored."
  { pattern: '?ERROR ?ARGUMENTS REQUEST', matches: ['[INFO] REQUEST FAILED'], leaves: ['ERROR'] },
  { pattern: '?ERROR -x', matches: ['y'], leaves: ['ERROR x'] },
  { pattern: 'ERROR -ARGUMENTS', matches: ['ERROR'], leaves: ['ERROR ARGUMENTS', 'x'] },
  { pattern: '-ARGUMENTS', matches: ['ERROR'], leaves: ['ARGUMENTS'] },
  { pattern: '"INTERNAL SERVER"', matches: ['INTERNAL SERVER ERROR'], leaves: ['SERVER INTERNAL'] },
  { pattern: '-"a b" c', matches: ['c a'], leaves: ['a b c'] },
  { pattern: String.raw`"say \"a\\b\""`, matches: [String.raw`say "a\b"`], leaves: ['say a'] },
  { pattern: 'Größe_1', matches: ['Größe_1'], leaves: ['Große_1'] },
];

const regexes: readonly Row[] = [
  { pattern: '%AUTHORIZED%', matches: ['UNAUTHORIZED REQUEST'], leaves: ['authorized'] },
  { pattern: '%^[hc]at%', matches: ['hat', 'cats'], leaves: ['that', 'bat'] },
  { pattern: '%[hc]at$%', matches: ['that'], leaves: ['hats'] },
  { pattern: '%colou?r%', matches: ['color', 'colour'], leaves: ['colur'] },
  { pattern: '%^starting|^shutting down%', matches: ['starting', 'shutting down'], leaves: ['not starting'] },
  { pattern: String.raw`%\[.\]%`, matches: ['[a]', '[]]'], leaves: ['[ab]'] },
  { pattern: String.raw`%10\.10\.0\.1%`, matches: ['10.10.0.1'], leaves: ['10010,051'] },
  { pattern: '%ab{3,5}c%', matches: ['abbbc'], leaves: ['abbc', 'abbbbbbc'] },
  { pattern: '%a{,2}b%', matches: ['b', 'aab'], leaves: ['a'] },
  { pattern: String.raw`%\d\s\w\D%`, matches: ['1 ab'], leaves: ['1ab'] },
  { pattern: String.raw`%\x28\x3A%`, matches: ['(:'], leaves: [':('] },
  { pattern: '%.at%', matches: [' at', '#at'], leaves: ['at'] },
];

const trail = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  'cluster.name': 'c',
  ThisFlag: true,
};
const users = {
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
  ],
};
const on = (json: object, isMatch: boolean, ...patterns: readonly string[]): readonly Row[] =>
  patterns.map((pattern) =>
    isMatch ? { pattern, matches: [json] } : { pattern, matches: [], leaves: [json] },
  );

/** The examples of the page and what follows from it. */
const selectors: readonly Row[] = [
  ...on(
    trail,
    true,
    '{ $.eventType = "UpdateTrail" }',
    '{$.eventType=UpdateTrail}',
    '{ $.sourceIPAddress != 123.123.* }',
    '{ $.sourceIPAddress = "111.*" }',
    '{ $.eventType = "*date*ail" }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.objectList[1].id = 2 }',
    '{ $.eventType = %Trail% }',
    '{ $.arrayKey[*] = %val.{2}% }',
    String.raw`{ $.* = %111\.111\.111\.1[0-9]{1,2}% }`,
    '{ $.objectList[*].name = b }',
    '{ $.[\'cluster.name\'] = "c" }',
    "{ $['cluster.name'] = c }",
    '{ $.SomeObject IS NULL }',
    '{ $.SomeOtherObject NOT EXISTS }',
    '{ $.ThisFlag IS TRUE }',
    '{ $.ThisFlag is true && $.SomeOtherObject not exists }',
    '{ $.eventType != %^Delete% }',
  ),
  ...on(
    trail,
    false,
    '{ $.eventType = "updateTrail" }',
    '{ $.eventType = "Update" }',
    '{ $.arrayKey = "value" }',
    '{ $.arrayKey != "value" }',
    '{ $.objectList[1].id = 1 }',
    '{ $.eventType[0] = "U" }',
    '{ $.SomeObject NOT EXISTS }',
    '{ $.SomeOtherObject IS NULL }',
    '{ $.SomeOtherObject != "x" }',
    '{ $.ThisFlag IS FALSE }',
    '{ $.cluster.name = "c" }',
    '{ $.arrayKey.* = "value" }',
    '{ $[*] = "UpdateTrail" }',
    '{ $.constructor.name = * }',
    '{ $.eventType = "Update*Trail*" && $.eventType = "*x*" }',
  ),
  ...on(
    users,
    true,
    '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }',
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
    '{ $.coordinates[1][*] > 5 }',
    '{ $.users[*].id >= 3 }',
  ),
  ...on(
    users,
    false,
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
    '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }',
    '{ $.users[*].id > 3 }',
  ),
  ...on(
    { latency: 55.5, code: 400, small: 0.001, text: '400', version: '1.2e3' },
    true,
    '{ $.latency > 55 }',
    '{ $.latency <= 55.5 }',
    '{ $.latency > +1 }',
    '{ $.latency > -1e3 }',
    '{ $.code = 4e2 }',
    '{ $.code = 400}',
    '{ $.code != 500 }',
    '{ $.code = 4* }',
    '{ $.latency = * }',
    '{ $.small = 1e-3 }',
    '{ $.text = 400 }',
  ),
  {
    pattern: '{ $.a = "x" }',
    matches: ['{"a":"x"}', String.raw`{"a":"\u0078"}`],
    leaves: ['a x', '{"a":"x"', '[]'],
  },
  { pattern: '{ $.a = "a b" }', matches: [String.raw`{"a":"a\u0020b"}`], leaves: [{ b: 'a b' }] },
  { pattern: '{ $.a = "007" }', matches: [{ a: '007' }], leaves: [{ a: 7 }] },
];

const refused: readonly (readonly [pattern: string, part: string])[] = [
  ['a.b', 'double quotes'],
  ['"open', 'character 0'],
  ['-', 'double quotes'],
  ['?', 'double quotes'],
  ['[a, b]', 'not supported by the twin'],
  ['%a% b', 'not supported by the twin'],
  ['a %b%', 'not supported by the twin'],
  ['%open', 'percent sign'],
  ['%something!%', '"!"'],
  ['%(a|b)%', '"()"'],
  ['%é%', '"é"'],
  [String.raw`%\p%`, 'backslash'],
  [String.raw`%\ba%`, 'backslash'],
  ['%[a%', 'bracket'],
  ['%a**%', 'repeated'],
  ['{', 'its end at character 1'],
  ['{ $.a = }', '"}" at character 8'],
  ['{ $.a = 1', '"}" is expected'],
  ['{ a = 1 }', 'a property'],
  ['{ $ = 1 }', 'a property'],
  ['{ $.a = 1 } x', 'the end of the pattern'],
  ['{ $.a > "x" }', 'for numbers'],
  ['{ $.a < %x% }', 'for numbers'],
  ['{ $.a = 1 & $.b = 2 }', '"}" is expected'],
  ['{ $.a IS NOT NULL }', 'NULL, TRUE or FALSE'],
  ['{ $.a EXISTS }', 'IS or NOT EXISTS'],
  ['{ $.a = ü }', 'a value'],
  ['{ $.*.* = 1 }', 'more than one wildcard'],
  ['{ $.*=1 && $.a[*]=1 && $.b[*]=1 && $.c[*]=1 }', '4 properties'],
  ['{ $.a = %a% && $.b = %b% || $.c = %c% }', '3 regular expressions'],
  [`{ ${'('.repeat(60)}$.a = 1${')'.repeat(60)} }`, 'deeply'],
];

const textOf = (message: string | object) =>
  typeof message === 'string' ? message : JSON.stringify(message);

describe('a filter pattern', () => {
  it.each([...terms, ...regexes, ...selectors])('$pattern', ({ pattern, matches, leaves = [] }) => {
    const isWanted = compilePattern(pattern);
    expect(matches.map(textOf).filter((one) => !isWanted(one))).toEqual([]);
    expect(leaves.map(textOf).filter(isWanted)).toEqual([]);
  });

  it.each(refused)('%s is refused', (pattern, part) => {
    let refusal: unknown;
    try {
      compilePattern(pattern);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ type: 'InvalidParameterException' });
    expect((refusal as Error).message).toContain(part);
  });

  it.each(['%.*.*.*.*.*.*x%', '{ $.a = "*a*a*a*a*a*a*b" }'])(
    '%s takes no longer than the text',
    (pattern) => {
      expect(compilePattern(pattern)(JSON.stringify({ a: 'a'.repeat(30_000) }))).toBe(false);
    },
  );
});
