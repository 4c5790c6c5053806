/** Pages of lists, with tokens that only their own request can use. */
import { invalidParameter, type Refusal } from './refusal.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

export interface PageRequest<T> {
  readonly limit: number;
  readonly nextToken: string | undefined;
  /** A text that is unique among the items and stays with the item: the page goes on after it. */
  readonly keyOf: (item: T) => string;
}

/** The page after the item that the token names; an item deleted meanwhile ends nothing. */
export function pageOfSorted<T>(
  sorted: readonly T[],
  { limit, nextToken, keyOf }: PageRequest<T>,
  compareKeys: (a: string, b: string) => number,
): Page<T> {
  const after = nextToken === undefined ? undefined : readToken(nextToken);
  const rest = after === undefined ? sorted : sorted.filter((item) => compareKeys(keyOf(item), after) > 0);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  if (rest.length <= items.length || last === undefined) return { items };
  return { items, nextToken: writeToken(keyOf(last)) };
}

const mark = 'twin:';

export function writeToken(text: string): string {
  return Buffer.from(`${mark}${text}`).toString('base64url');
}

/** Where the page begins that a token made of an offset leads to. */
export function offsetOf(nextToken: string | undefined): number {
  if (nextToken === undefined) return 0;
  const offset = Number(readToken(nextToken));
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalidToken();
  return offset;
}

export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(mark)) throw invalidToken();
  return text.slice(mark.length);
}

function invalidToken(): Refusal {
  return invalidParameter('The specified nextToken is invalid.');
}
