/** The values of a query: what a field holds, how two of them compare, how they are shown. */

/** Undefined: the record has no such field. */
export type Value = string | number | boolean | undefined;

export function isPresent(value: Value): boolean {
  return value !== undefined;
}

export function textOf(value: Exclude<Value, undefined>): string {
  return String(value);
}

const numeric = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a value is or spells. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && numeric.test(value) ? Number(value) : undefined;
}

/**
 * A number equals what spells it; two strings are equal letter by letter, so that "007" is not "7". Nothing
 * equals a missing field. (How AWS compares types is not documented: this is our reading.)
 */
export function isEqual(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  if (typeof a !== 'number' && typeof b !== 'number') return textOf(a) === textOf(b);
  const [x, y] = [numberOf(a), numberOf(b)];
  return x !== undefined && y !== undefined ? x === y : textOf(a) === textOf(b);
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

/**
 * The order of `sort`: missing values first (not documented), then texts chunk by chunk, then numbers:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html
 */
export function compareNaturally(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined || y !== undefined) return x !== undefined ? 1 : -1;
  if (a === undefined || b === undefined) return Number(isPresent(a)) - Number(isPresent(b));
  return compareChunks(chunksOf(textOf(a)), chunksOf(textOf(b)));
}

function chunksOf(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
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

/** `2026-11-25 12:51:23.000`, in UTC, as results show times. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
