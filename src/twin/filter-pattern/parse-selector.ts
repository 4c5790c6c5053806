/**
 * JSON selectors of filter patterns:
 *
 * ```ebnf
 * selector  = "{" any "}" ;
 * any       = all { "||" all } ;             all = condition { "&&" condition } ;
 * condition = "(" any ")" | property ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
 *           | property "IS" ( "NULL" | "TRUE" | "FALSE" ) | property "NOT" "EXISTS" ;
 * property  = "$" { "." name | "[" whole number "]" } ;
 * value     = number | '"' … '"' | word ;    in a text "*" stands for anything
 * ```
 */
import { invalidParameter, notSupported } from '../refusal.ts';

export type Path = readonly (string | number)[];
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Selector =
  | { readonly kind: 'any' | 'all'; readonly parts: readonly Selector[] }
  | {
      readonly kind: 'compare';
      readonly path: Path;
      readonly relation: Relation;
      readonly value: string | number;
    }
  | { readonly kind: 'is'; readonly path: Path; readonly value: boolean | null }
  | { readonly kind: 'notExists'; readonly path: Path };

const space = /\s*/y;
const patterns = {
  property: /\$(?:\.[\w-]+|\[\d+\])+/y,
  relation: /!=|<=|>=|=|<|>/y,
  number: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.*-])/y,
  quoted: /"(?:[^"\\]|\\.)*"/y,
  word: /[\w.*:/-]+/y,
} as const;

const maxDepth = 50;

export function parseSelector(source: string): Selector {
  const scanner = new Scanner(source);
  scanner.expect('{');
  const selector = parseAny(scanner, 0);
  scanner.expect('}');
  if (!scanner.isAtEnd) throw scanner.unexpected('the end of the pattern');
  return selector;
}

class Scanner {
  readonly #source: string;
  #offset = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#offset >= this.#source.length;
  }

  take(kind: keyof typeof patterns): string | undefined {
    this.#skipSpace();
    const pattern = patterns[kind];
    pattern.lastIndex = this.#offset;
    const [found] = pattern.exec(this.#source) ?? [];
    if (found !== undefined) this.#offset = pattern.lastIndex;
    return found;
  }

  /** Whether the text comes next; words are the same in upper and lower case. */
  takeText(text: string): boolean {
    this.#skipSpace();
    const end = this.#offset + text.length;
    if (this.#source.slice(this.#offset, end).toUpperCase() !== text) return false;
    this.#offset = end;
    return true;
  }

  expect(text: string): void {
    if (!this.takeText(text)) throw this.unexpected(JSON.stringify(text));
  }

  unexpected(wanted: string): Error {
    this.#skipSpace();
    const rest = this.#source.slice(this.#offset, this.#offset + 40);
    if (rest.startsWith('%')) return notSupported('A regular expression (%…%) in a filter pattern');
    return invalidParameter(
      `Invalid filter pattern: expected ${wanted} at character ${this.#offset}, found ${rest === '' ? 'the end' : rest}`,
    );
  }

  #skipSpace(): void {
    space.lastIndex = this.#offset;
    space.exec(this.#source);
    this.#offset = space.lastIndex;
  }
}

function parseAny(scanner: Scanner, depth: number): Selector {
  if (depth > maxDepth) throw invalidParameter('Invalid filter pattern: it is nested too deeply.');
  const parts = [parseAll(scanner, depth)];
  while (scanner.takeText('||')) parts.push(parseAll(scanner, depth));
  return { kind: 'any', parts };
}

function parseAll(scanner: Scanner, depth: number): Selector {
  const parts = [parseCondition(scanner, depth)];
  while (scanner.takeText('&&')) parts.push(parseCondition(scanner, depth));
  return { kind: 'all', parts };
}

function parseCondition(scanner: Scanner, depth: number): Selector {
  if (scanner.takeText('(')) {
    const inner = parseAny(scanner, depth + 1);
    scanner.expect(')');
    return inner;
  }
  const property = scanner.take('property');
  if (property === undefined) throw scanner.unexpected('a property such as $.level');
  const path = parsePath(property);
  const relation = scanner.take('relation') as Relation | undefined;
  if (relation !== undefined) return parseComparison(scanner, path, relation);
  if (scanner.takeText('NOT')) {
    scanner.expect('EXISTS');
    return { kind: 'notExists', path };
  }
  if (!scanner.takeText('IS')) throw scanner.unexpected('a comparison, IS or NOT EXISTS');
  return parseIs(scanner, path);
}

function parsePath(property: string): Path {
  return [...property.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

function parseComparison(scanner: Scanner, path: Path, relation: Relation): Selector {
  const number = scanner.take('number');
  if (number !== undefined) return { kind: 'compare', path, relation, value: Number(number) };
  const text = scanner.take('quoted')?.slice(1, -1).replace(/\\(.)/g, '$1') ?? scanner.take('word');
  if (text === undefined) throw scanner.unexpected('a value');
  if (relation !== '=' && relation !== '!=')
    throw invalidParameter(
      `Invalid filter pattern: ${relation} compares numbers, not ${JSON.stringify(text)}`,
    );
  return { kind: 'compare', path, relation, value: text };
}

function parseIs(scanner: Scanner, path: Path): Selector {
  if (scanner.takeText('NULL')) return { kind: 'is', path, value: null };
  if (scanner.takeText('TRUE')) return { kind: 'is', path, value: true };
  if (scanner.takeText('FALSE')) return { kind: 'is', path, value: false };
  throw scanner.unexpected('NULL, TRUE or FALSE');
}
