import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../../src/twin/filter-pattern/compile-pattern.ts';
import { Refusal } from '../../../../src/twin/refusal.ts';
import { seededRandom, type SeededRandom } from '../seeded-random.ts';

const messages = [
  '{"a":1,"b":{"c":"x","d":[1,"y"]},"ok":true,"none":null}',
  '{"a":"text","b":[{"c":2}],"d.e":"f"}',
  'ERROR plain (text)',
  '[1]',
  '',
];

const scraps = [
  ...'{ } ( ) [ ] $ $.a $.b.c $.b[0] $.* $.b[*] $. .a && || & | = != < <= > >= ! - ? % " \\ '.split(' '),
  ...'IS NOT EXISTS NULL TRUE FALSE is null ERROR x* * 1 -2 +3 1e3 4.5 "x" "*y*" %x% %[a-c]+% %(% [*]'.split(
    ' ',
  ),
  "$.['d.e']",
  'é',
  '😀',
  '\n',
];

function isAnswered(pattern: string): 'compiled' | 'refused' {
  let isWanted: (message: string) => boolean;
  try {
    isWanted = compilePattern(pattern);
  } catch (error) {
    if (error instanceof Refusal && error.type === 'InvalidParameterException') return 'refused';
    throw new Error(`A fault for ${JSON.stringify(pattern)}`, { cause: error });
  }
  for (const message of messages) expect(typeof isWanted(message)).toBe('boolean');
  return 'compiled';
}

describe('the compiler of filter patterns', () => {
  it('answers scraps of patterns with a test or a refusal', () => {
    const random = seededRandom(21);
    for (let round = 0; round < 6_000; round++)
      isAnswered(
        Array.from({ length: 1 + random.below(12) }, () => random.pick(scraps)).join(random.pick([' ', ''])),
      );
  });

  it('compiles every selector of the grammar, and answers it when it is damaged', () => {
    const random = seededRandom(22);
    const outcomes = { compiled: 0, refused: 0 };
    for (let round = 0; round < 2_000; round++) {
      const pattern = `{ ${selector(random, 2)} }`;
      expect({ pattern, outcome: isAnswered(pattern) }).toEqual({ pattern, outcome: 'compiled' });
      const at = random.below(pattern.length);
      outcomes[
        isAnswered(pattern.slice(0, at) + random.pick(scraps) + pattern.slice(at + random.below(3)))
      ]++;
    }
    expect(outcomes.compiled).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('finds a message by any of its own values, however JSON spells them', () => {
    const random = seededRandom(23);
    for (let round = 0; round < 1_000; round++) {
      const text = Array.from({ length: 1 + random.below(6) }, () =>
        random.pick(['a', 'Z', '7', ' ', '-', '"', '\\', '/', 'é', '😀', '\n', '%']),
      ).join('');
      const plain = JSON.stringify({ a: { b: [text] } });
      const escaped = plain.replace(/[^"{}[\]:\\]/g, (character) =>
        random.below(4) === 0 && !/[nrtbfu/]/.test(character)
          ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
          : character,
      );
      const isWanted = compilePattern(`{ $.a.b[0] = ${JSON.stringify(text).replace(/\\n/g, '\n')} }`);
      expect({ text, plain: isWanted(plain), escaped: isWanted(escaped) }).toEqual({
        text,
        plain: true,
        escaped: JSON.stringify(JSON.parse(escaped)) === plain,
      });
    }
  });

  it.each([
    ['parentheses', `{ ${'('.repeat(500)} }`],
    ['conditions', `{ ${'$.a=1&&'.repeat(140)}$.a=1 }`],
    ['steps', `{ $${'.a'.repeat(500)} = 1 }`],
    ['stars', `{ $.a = "${'*'.repeat(1_000)}" }`],
    ['terms', 'a '.repeat(500)],
    ['backslashes', `"${'\\'.repeat(1_000)}`],
    ['repetitions', `%${'.{1,1000}'.repeat(100)}x%`],
  ])('is not exhausted by many %s', (_, pattern) => {
    isAnswered(pattern);
  });
});

function selector(random: SeededRandom, depth: number): string {
  const inner = (): string => selector(random, depth - 1);
  const property = random.pick(['$.a', '$.b.c', '$.b[0]', '$.b[0].c', "$.['d.e']", '$.none-such']);
  const leaf = random.pick([
    () =>
      `${property} ${random.pick(['=', '!=', '<', '<=', '>', '>='])} ${random.pick(['1', '-2.5', '+1e3'])}`,
    () =>
      `${property} ${random.pick(['=', '!='])} ${random.pick(['x', '"x y"', '*', '1*', '"*t"', '123.1.*'])}`,
    () => `${property} IS ${random.pick(['NULL', 'TRUE', 'FALSE'])}`,
    () => `${property} NOT EXISTS`,
  ]);
  if (depth === 0) return leaf();
  return random.pick([
    leaf,
    () => `(${inner()})`,
    () => `${inner()} && ${inner()}`,
    () => `${inner()} || ${inner()}`,
  ])();
}
