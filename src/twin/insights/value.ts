/** The values of a query: what a field holds, how two of them compare, how they are shown. */

/** A time, which is shown as such and counts as its milliseconds since 1970. */
export class Instant {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** Undefined: the record has no such field. */
export type Value = string | number | boolean | Instant | undefined;
export type PresentValue = Exclude<Value, undefined>;

export function isPresent(value: Value): boolean {
  return value !== undefined;
}

/** Whether a condition holds; functions such as `isempty` answer 1. */
export function isTrue(value: Value): boolean {
  return value === true || value === 1;
}

/** The text that functions and comparisons see. */
export function textOf(value: PresentValue): string {
  return typeof value === 'string' ? value : String(value instanceof Instant ? value.ms : value);
}

/** The text that results show. */
export function showValue(value: PresentValue): string {
  return value instanceof Instant ? formatTime(value.ms) : textOf(value);
}

const numeric = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a value is or spells. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return numeric.test(value) ? Number(value) : undefined;
  if (typeof value === 'boolean') return Number(value);
  return value?.ms;
}

/**
 * A number equals what spells it; two strings are equal letter by letter, so that "007" is not "7". Nothing
 * equals a missing field. (How AWS compares types is not documented: this is our reading.)
 */
export function isEqual(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  if (!isNumber(a) && !isNumber(b)) return textOf(a) === textOf(b);
  const [x, y] = [numberOf(a), numberOf(b)];
  return x !== undefined && y !== undefined ? x === y : textOf(a) === textOf(b);
}

function isNumber(value: PresentValue): boolean {
  return typeof value === 'number' || value instanceof Instant;
}

/** Negative, zero, positive; undefined where a side is missing. Numbers by size if both are, else texts. */
export function compareValues(a: Value, b: Value): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  return compareTexts(textOf(a), textOf(b));
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What a value is sorted by: a number, a text's chunks, or nothing. */
export type NaturalKey = number | readonly string[] | undefined;

export function naturalKeyOf(value: Value): NaturalKey {
  const number = numberOf(value);
  if (number !== undefined || value === undefined) return number;
  return textOf(value).match(/\d+|\D+/g) ?? [];
}

/**
 * The order of `sort`: missing values first (not documented), then texts chunk by chunk, then numbers:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html
 */
export function compareKeys(a: NaturalKey, b: NaturalKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? 1 : -1;
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareChunks(a, b);
}

export function compareNaturally(a: Value, b: Value): number {
  return compareKeys(naturalKeyOf(a), naturalKeyOf(b));
}

function compareChunks(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareChunk(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Digits by length, then by value; anything else by its characters. */
function compareChunk(a: string, b: string): number {
  const areDigits = /^\d/.test(a) && /^\d/.test(b);
  return (areDigits ? a.length - b.length : 0) || compareTexts(a, b);
}

/** The last time that JavaScript and JSON agree to show. */
const lastTimeMs = 8.64e15;

/** `2026-11-25 12:51:23.000`, in UTC, as results show times. */
export function formatTime(ms: number): string {
  if (!(Math.abs(ms) <= lastTimeMs)) return String(ms);
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
