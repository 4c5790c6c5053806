/** Flattens JSON in the order of its text, which `JSON.parse` loses for keys that look like numbers. */
import type { Value } from './value.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** "a maximum of 200 log event fields": https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
export const maxDiscoveredFields = 200;

/** The first 200 leaves of `text`, which is valid JSON, by dotted name; of equal names the first one. */
export function flattenInOrder(text: string): ReadonlyMap<string, Value> {
  const walk = new Walk();
  token.lastIndex = 0;
  for (let match = token.exec(text); match && walk.count < maxDiscoveredFields; match = token.exec(text)) {
    const [, symbol, scalar] = match;
    if (symbol !== undefined) walk.onSymbol(symbol);
    else if (scalar !== undefined) walk.onScalar(scalar);
  }
  return walk.flat;
}

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+))/y;

/** An object or array that has begun and not ended. */
interface Level {
  /** The name of what it stands for, and a dot. */
  readonly prefix: string;
  readonly isArray: boolean;
  /** Of the member that comes next or is being read. */
  key: string;
}

class Walk {
  readonly flat = new Map<string, Value>();
  /** Leaves so far, also those whose name another one had. */
  count = 0;
  readonly #levels: Level[] = [];
  #isAfterColon = false;

  onSymbol(symbol: string): void {
    const level = this.#levels.at(-1);
    if (symbol === '{' || symbol === '[') this.#open(symbol === '[', level);
    else if (symbol === '}' || symbol === ']') this.#levels.pop();
    else if (symbol === ',' && level?.isArray) level.key = String(Number(level.key) + 1);
    this.#isAfterColon = symbol === ':';
  }

  #open(isArray: boolean, outer: Level | undefined): void {
    const prefix = outer ? `${outer.prefix}${outer.key}.` : '';
    this.#levels.push({ prefix, isArray, key: isArray ? '0' : '' });
  }

  onScalar(source: string): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    const value = JSON.parse(source) as string | number | boolean | null;
    if (!level.isArray && !this.#isAfterColon) {
      level.key = String(value);
      return;
    }
    const name = `${level.prefix}${level.key}`;
    this.count++;
    if (value !== null && !this.flat.has(name)) this.flat.set(name, value);
  }
}
