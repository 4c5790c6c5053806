/** A set of characters, by their code points. */

/** Both ends are in it. */
export type Range = readonly [first: number, last: number];

export interface CharSet {
  readonly ranges: readonly Range[];
  /** Whether it is the characters outside of `ranges` that belong to the set. */
  readonly isNegated: boolean;
  /** Whether upper and lower case are the same. */
  readonly isCaseBlind: boolean;
}

const newline = 0x0a;

export const digits: readonly Range[] = [[0x30, 0x39]];
export const spaces: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
export const wordCharacters: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];

const lastCodePoint = 0x10ffff;

export function complement(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (first > next) gaps.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next > lastCodePoint ? gaps : [...gaps, [next, lastCodePoint]];
}

/** Whether no character is in both; false also where that is not easily told. */
export function areApart(a: CharSet, b: CharSet): boolean {
  if (a.isCaseBlind || b.isCaseBlind) return false;
  const [left, right] = [a, b].map(({ ranges, isNegated }) => (isNegated ? complement(ranges) : ranges));
  return !left?.some(([first, last]) => right?.some((other) => first <= other[1] && other[0] <= last));
}

export function singleCharacter(codePoint: number, isCaseBlind: boolean): CharSet {
  return { ranges: [[codePoint, codePoint]], isNegated: false, isCaseBlind };
}

/** What `.` stands for. */
export function anyCharacter(isNewlineIncluded: boolean): CharSet {
  const ranges: readonly Range[] = isNewlineIncluded ? [] : [[newline, newline]];
  return { ranges, isNegated: true, isCaseBlind: false };
}

/** The one character that the set has; undefined if it may be another one. */
export function onlyCharacter({ ranges, isNegated, isCaseBlind }: CharSet): string | undefined {
  const [range] = ranges;
  if (isNegated || ranges.length !== 1 || range?.[0] !== range?.[1] || range === undefined) return undefined;
  const character = String.fromCodePoint(range[0]);
  const hasCase = character.toLowerCase() !== character.toUpperCase();
  return isCaseBlind && hasCase ? undefined : character;
}

export function isWordCharacter(codePoint: number): boolean {
  return wordCharacters.some(([first, last]) => first <= codePoint && codePoint <= last);
}

const tableSize = 128;

/** A set that is quick to ask. */
export class CharTest {
  readonly #set: CharSet;
  /** 1 for each ASCII character in the set. */
  readonly #ascii = new Uint8Array(tableSize);

  constructor(set: CharSet) {
    this.#set = set;
    for (let code = 0; code < tableSize; code++) this.#ascii[code] = Number(this.#search(code));
  }

  /** The place after the character at `place`; negative if that is not in the set. */
  after(text: string, place: number): number {
    const code = text.charCodeAt(place);
    if (code < tableSize) return this.#ascii[code] === 1 ? place + 1 : -1;
    const codePoint = text.codePointAt(place);
    if (codePoint === undefined || !this.#search(codePoint)) return -1;
    return place + (codePoint > 0xffff ? 2 : 1);
  }

  #search(codePoint: number): boolean {
    const { ranges, isNegated, isCaseBlind } = this.#set;
    const spellings = isCaseBlind ? casesOf(codePoint) : [codePoint];
    const isFound = ranges.some(([first, last]) => spellings.some((code) => first <= code && code <= last));
    return isFound !== isNegated;
  }
}

function casesOf(codePoint: number): readonly number[] {
  const character = String.fromCodePoint(codePoint);
  return [character, character.toLowerCase(), character.toUpperCase()].map(
    (spelling) => spelling.codePointAt(0) ?? codePoint,
  );
}
