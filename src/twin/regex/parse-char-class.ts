/** Sets of characters as they are written: `[a-z\d]`, `\d`, `\x3A`, `\.`. */
import { complement, digits, type Range, spaces, wordCharacters } from './char-set.ts';
import type { Source } from './source.ts';

interface WrittenSet {
  readonly ranges: readonly Range[];
  readonly isNegated: boolean;
}

const classes: Readonly<Record<string, readonly Range[]>> = {
  d: digits,
  D: complement(digits),
  s: spaces,
  S: complement(spaces),
  w: wordCharacters,
  W: complement(wordCharacters),
};

const controls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, a: 0x07 };

/** `[` comes next. */
export function takeClass(source: Source): WrittenSet {
  source.take('[');
  const isNegated = source.take('^');
  const ranges: Range[] = [];
  // A bracket that comes first stands for itself.
  do {
    if (source.isAtEnd) throw source.error('A bracket is not closed');
    if (source.isNext('[:')) throw source.error('Names such as [:alpha:] are not supported by the twin');
    ranges.push(...takeRanges(source));
  } while (!source.take(']'));
  return { ranges, isNegated };
}

function takeRanges(source: Source): readonly Range[] {
  const named = takeNamedClass(source);
  if (named) return named;
  const first = takeOne(source);
  if (!source.takeMatch(/-(?!\])/y)) return [[first, first]];
  const last = takeOne(source);
  if (last < first) throw source.error('A range of characters runs backwards', 1);
  return [[first, last]];
}

function takeOne(source: Source): number {
  return source.isNext('\\') ? takeEscapedCharacter(source) : source.takeCharacter();
}

/** A backslash comes next. */
export function takeEscapedSet(source: Source): WrittenSet {
  const named = takeNamedClass(source);
  if (named) return { ranges: named, isNegated: false };
  const character = takeEscapedCharacter(source);
  return { ranges: [[character, character]], isNegated: false };
}

function takeNamedClass(source: Source): readonly Range[] | undefined {
  const letter = source.takeMatch(/\\([dDsSwW])/y)?.[1];
  return letter === undefined ? undefined : classes[letter];
}

function takeEscapedCharacter(source: Source): number {
  const hex = source.takeMatch(/\\x(?:([\dA-Fa-f]{2})|\{([\dA-Fa-f]{1,6})\})/y);
  if (hex) return takeCodePoint(source, Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  const control = source.takeMatch(/\\([tnvfra])/y)?.[1];
  if (control !== undefined) return controls[control] ?? 0;
  if (source.takeMatch(/\\(?=[\dA-Za-z])/y))
    throw source.error('A backslash before this letter or digit means nothing in RE2', 1);
  source.take('\\');
  return source.takeCharacter();
}

function takeCodePoint(source: Source, codePoint: number): number {
  if (codePoint > 0x10ffff) throw source.error('There is no such character');
  return codePoint;
}
