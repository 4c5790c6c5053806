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
    if (this.#json && message.length > shortestOverfull && countLeaves(this.#json) > maxDiscoveredFields)
      this.#flat = flattenInOrder(message);
  }

  /** A field whose own name begins with `@` is discovered with another `@` before it. */
  get(name: string): Value {
    if (!this.#json) return undefined;
    const own = name.startsWith('@') ? name.slice(1) : name;
    if (own !== name && !own.startsWith('@')) return undefined;
    if (this.#flat) return this.#flat.get(own);
    const found = find(this.#json, own);
    if (found.length <= 1) return found[0];
    // `{"a.b": 1, "a": {"b": 2}}` gives one name twice; the first one counts (not documented: our reading).
    this.#flat = flattenInOrder(this.#text);
    return this.#flat.get(own);
  }
}

function parseObject(message: string): JsonObject | undefined {
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message) as JsonObject;
  } catch {
    return undefined;
  }
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

/** Every leaf that has this dotted name: a key may hold dots itself. */
function find(json: JsonObject, name: string): readonly Exclude<Value, undefined>[] {
  const whole = Object.hasOwn(json, name) ? json[name] : undefined;
  const found = isLeaf(whole) ? [whole] : [];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    const inner = Object.hasOwn(json, head) ? json[head] : undefined;
    if (typeof inner === 'object' && inner !== null)
      found.push(...find(inner as JsonObject, name.slice(dot + 1)));
  }
  return found;
}

/** A null counts as missing. */
function isLeaf(value: unknown): value is Exclude<Value, undefined> {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
