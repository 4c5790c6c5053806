import { describe, expect, it } from '@jest/globals';
import { Regex } from '../../../../src/twin/regex/regex.ts';
import { RegexError } from '../../../../src/twin/regex/regex-error.ts';
import { seededRandom } from '../seeded-random.ts';

const rows: readonly (readonly [
  pattern: string,
  text: string,
  groups: readonly (string | undefined)[] | undefined,
])[] = [
  ['', 'a', ['']],
  ['abc', 'xabcx', ['abc']],
  ['a.c', 'a\nc', undefined],
  ['(?s)a.c', 'a\nc', ['a\nc']],
  ['^b', 'a\nb', undefined],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['colou?r', 'color', ['color']],
  ['a{2,3}', 'aaaa', ['aaa']],
  ['a{2,3}?', 'aaaa', ['aa']],
  ['a{2}', 'aaa', ['aa']],
  ['a{2,}', 'aaa', ['aaa']],
  ['a{,2}', 'aaa', ['aa']],
  ['{', 'a{', ['{']],
  ['a{,}', 'a{,}', ['a{,}']],
  ['a*?b', 'aab', ['aab']],
  ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
  ['(?<x>\\w+)=(?P<y>\\d*)', 'k=12', ['k=12', 'k', '12']],
  ['(?:a|(b))+', 'ab', ['ab', 'b']],
  ['(a)|b', 'b', ['b', undefined]],
  ['[^a-c]', 'abcd', ['d']],
  ['[]a]', ']', [']']],
  ['[a\\]]+', 'a]', ['a]']],
  ['[\\d.-]+', 'a1.2-3', ['1.2-3']],
  ['[\\W]', 'a b', [' ']],
  ['\\x41\\x{1F600}', 'A😀', ['A😀']],
  ['.', '😀', ['😀']],
  ['[😀-😂]', '😁', ['😁']],
  ['\\bb\\b', 'a b c', ['b']],
  ['\\Bb', 'ab', ['b']],
  ['\\Aa\\z', 'a', ['a']],
  ['a\\/b', 'a/b', ['a/b']],
  ['^(?i)Exception$', 'EXCEPTION', ['EXCEPTION']],
  ['a(?i)b', 'aB', ['aB']],
  ['a(?i:b)c', 'aBC', undefined],
  ['(?i)[a-c]É', 'Bé', ['Bé']],
  ['(?U)a+', 'aa', ['a']],
  ['(a+)+$', `${'a'.repeat(40)}b`, undefined],
  ['.*[^x]{2,}x', 'aax', ['aax']],
  ['[ab]*[^x]*x', 'aabbx', ['aabbx']],
];

const wrong: readonly (readonly [pattern: string, offset: number])[] = [
  ['(a', 2],
  ['a)', 1],
  ['[a', 2],
  ['*a', 0],
  ['a**', 3],
  ['a{3,2}', 1],
  ['a{1001}', 1],
  ['(?=a)', 0],
  ['(?<!a)b', 0],
  ['(?>a)', 0],
  ['(a)\\1', 3],
  ['\\p{L}', 0],
  ['\\', 1],
  ['[b-a]', 3],
  ['(?<a>x)(?<a>y)', 12],
  [`${'('.repeat(200)}a`, 100],
];

describe('a regular expression', () => {
  it.each(rows)('%s in %j', (pattern, text, groups) => {
    expect(new Regex(pattern).exec(text)).toEqual(groups);
    expect(new Regex(pattern).test(text)).toBe(groups !== undefined);
  });

  it.each(wrong)('%s is wrong at %i', (pattern, offset) => {
    let thrown: unknown;
    try {
      new Regex(pattern);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RegexError);
    expect((thrown as RegexError).offset).toBe(offset);
  });

  it('that repeats what repeats is too large, and not slow', () => {
    expect(() => new Regex('(((a{1000}){1000}){1000})')).toThrow(RegexError);
  });

  // Each of these takes JavaScript's own engine longer than anybody waits.
  it.each(['(a+)+b', '(a|aa)*b', '(.*)*x', '.*.*.*.*.*x', '[^x]*x', 'a*a*a*a*a*b', '.*[^x]*x'])(
    '%s takes time in proportion to the text',
    (pattern) => {
      expect(new Regex(pattern).test('a'.repeat(50_000))).toBe(false);
    },
  );

  it("finds what JavaScript's own engine finds, for many patterns made by chance", () => {
    const random = seededRandom(7);
    let found = 0;
    for (let round = 0; round < 3_000; round++) {
      const pattern = randomPattern(random, 3);
      const text = Array.from({ length: random.below(8) }, () => random.pick(['a', 'b', 'c'])).join('');
      const expected = new RegExp(pattern).exec(text)?.[0];
      expect({ pattern, text, found: new Regex(pattern).exec(text)?.[0] }).toEqual({
        pattern,
        text,
        found: expected,
      });
      if (expected !== undefined) found++;
    }
    expect(found).toBeGreaterThan(500);
  });
});

type Random = ReturnType<typeof seededRandom>;

/** No repetition of what may be empty: there the engines differ in how often they go round. */
function randomPattern(random: Random, depth: number): string {
  const atom = (): string => random.pick(['a', 'b', 'c', '.', '[ab]', '[^a]', '^', '$']);
  if (depth === 0) return atom();
  const inner = (): string => randomPattern(random, depth - 1);
  return random.pick([
    () => atom() + inner(),
    () => inner() + inner(),
    () => `(?:${inner()}|${inner()})`,
    () => `(${inner()})`,
    () => random.pick(['a', 'b', '.', '[ab]', '(?:ab|a)', '(?:a|b)']) + random.pick(repeats),
    () => random.pick(['a', '[ab]', '(?:ab|a)']) + random.pick(repeats) + inner(),
  ])();
}

const repeats = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{2,}', '{0,2}?'] as const;
