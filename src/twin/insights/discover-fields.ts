/**
 * The fields that Insights discovers in a JSON event, under dotted names:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
import { flattenInOrder, type JsonObject, maxDiscoveredFields } from './flatten-json.ts';
import type { Value } from './value.ts';

/** No text shorter than this holds more than 200 fields: `{"":[1,1,…]}`. */
const shortestOverfull = 2 * maxDiscoveredFields;

export class DiscoveredFields {
  readonly #text: string;
  readonly #json: JsonObject | undefined;
  /** In the document's order; built only where order decides. */
  #flat: ReadonlyMap<string, Value> | undefined;

  constructor(message: string) {
    this.#text = message;
    this.#json = parseObject(message);
    if (this.#json && isOverfull(message, this.#json)) this.#flat = flattenInOrder(message);
  }

  get(path: FieldPath): Value {
    if (!this.#json || !path.isDiscoverable) return undefined;
    if (this.#flat) return this.#flat.get(path.own);
    const found = find(this.#json, path.split);
    if (found !== ambiguous) return found;
    // `{"a.b": 1, "a": {"b": 2}}` gives one name twice; the first one counts (not documented: our reading).
    this.#flat = flattenInOrder(this.#text);
    return this.#flat.get(path.own);
  }
}

/** The name of a discovered field, made ready for many events. */
export class FieldPath {
  /** The name in the document: a field whose own name begins with `@` is discovered with another `@` before it. */
  readonly own: string;
  readonly isDiscoverable: boolean;
  readonly split: Split;

  constructor(name: string) {
    this.own = name.startsWith('@') ? name.slice(1) : name;
    this.isDiscoverable = this.own === name || this.own.startsWith('@');
    this.split = new Split(this.own);
  }
}

/** The ways to read a dotted name: a key may hold dots itself. */
class Split {
  readonly whole: Key;
  readonly #name: string;
  #heads: readonly Head[] | undefined;

  constructor(name: string) {
    this.#name = name;
    this.whole = keyOf(name);
  }

  get heads(): readonly Head[] {
    return (this.#heads ??= [...this.#name.matchAll(/\./g)].map(({ index }) => new Head(this.#name, index)));
  }
}

/** A key, and the name within what it holds. */
class Head {
  readonly key: Key;
  readonly #rest: string;
  #split: Split | undefined;

  constructor(name: string, dot: number) {
    this.key = keyOf(name.slice(0, dot));
    this.#rest = name.slice(dot + 1);
  }

  get rest(): Split {
    return (this.#split ??= new Split(this.#rest));
  }
}

interface Key {
  readonly name: string;
  /** Whether an array can have it. */
  readonly isIndex: boolean;
  /** Whether every object seems to have it. */
  readonly isInherited: boolean;
}

function keyOf(name: string): Key {
  return { name, isIndex: /^(?:0|[1-9]\d*)$/.test(name), isInherited: name in Object.prototype };
}

const ambiguous = Symbol('a name that several leaves have');

/** The leaf that has this dotted name. */
function find(json: JsonObject, { whole, heads }: Split): Value | typeof ambiguous {
  let found: Value = leafOf(read(json, whole));
  for (const { key, rest } of heads) {
    const inner = read(json, key);
    if (typeof inner !== 'object' || inner === null) continue;
    const deeper = find(inner as JsonObject, rest);
    if (deeper === undefined) continue;
    if (found !== undefined || deeper === ambiguous) return ambiguous;
    found = deeper;
  }
  return found;
}

/** Nothing that an object or array inherits. */
function read(json: JsonObject, { name, isIndex, isInherited }: Key): unknown {
  if (!isIndex && Array.isArray(json)) return undefined;
  return isInherited && !Object.hasOwn(json, name) ? undefined : json[name];
}

/** A null counts as missing. */
function leafOf(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

function parseObject(message: string): JsonObject | undefined {
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message) as JsonObject;
  } catch {
    return undefined;
  }
}

/** Leaves are at most one more than the commas. */
function isOverfull(message: string, json: JsonObject): boolean {
  if (message.length <= shortestOverfull || !hasCommas(message, maxDiscoveredFields)) return false;
  return countLeaves(json) > maxDiscoveredFields;
}

function hasCommas(text: string, wanted: number): boolean {
  let count = 0;
  for (let at = text.indexOf(','); at >= 0 && count < wanted; at = text.indexOf(',', at + 1)) count++;
  return count >= wanted;
}

/** Counts no further than needed, and no deeper than anybody nests. */
function countLeaves(json: unknown, depth = 0): number {
  if (typeof json !== 'object' || json === null) return 1;
  let count = 0;
  if (depth > 1_000) return maxDiscoveredFields + 1;
  for (const value of Object.values(json)) {
    count += countLeaves(value, depth + 1);
    if (count > maxDiscoveredFields) break;
  }
  return count;
}
