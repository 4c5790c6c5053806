/**
 * JSON selectors of filter patterns:
 *
 * ```ebnf
 * selector  = "{" any "}" ;
 * any       = all { "||" all } ;             all = condition { "&&" condition } ;
 * condition = "(" any ")" | property ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
 *           | property "IS" ( "NULL" | "TRUE" | "FALSE" ) | property "NOT" "EXISTS" ;
 * property  = "$" { "." name | "." "*" | "[" whole number "]" | "[" "*" "]" | [ "." ] "[" "'" … "'" "]" } ;
 * value     = number | '"' … '"' | word | "%" … "%" ;    in a text "*" stands for anything
 * ```
 * A property has up to one wildcard, a pattern up to three, and up to two regular expressions.
 */
import type { Regex } from '../regex/regex.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { patternRegex } from './pattern-regex.ts';
import { Scanner } from './scanner.ts';

/** A key, an index, or any: `.*` of an object's members, `[*]` of an array's elements. */
export type PathStep = string | number | { readonly any: 'member' | 'element' };
export type Path = readonly PathStep[];
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Selector = { readonly kind: 'any' | 'all'; readonly parts: readonly Selector[] } | Condition;

/** Of the property at `path`. */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly path: Path;
      readonly relation: Relation;
      readonly value: string | number;
    }
  | { readonly kind: 'matches'; readonly path: Path; readonly isWanted: boolean; readonly regex: Regex }
  | { readonly kind: 'is'; readonly path: Path; readonly value: boolean | null }
  | { readonly kind: 'notExists'; readonly path: Path };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, "Quotas" */
const quotas = { wildcardsInProperty: 1, wildcards: 3, regexes: 2 } as const;
const maxDepth = 50;

export function parseSelector(source: string): Selector {
  const scanner = new Scanner(source);
  scanner.expect('{');
  const selector = parseAny(scanner, 0);
  scanner.expect('}');
  if (!scanner.isAtEnd) throw scanner.unexpected('the end of the pattern');
  refuseTooMany(selector);
  return selector;
}

function refuseTooMany(selector: Selector): void {
  const conditions = conditionsIn(selector);
  const wildcards = conditions.reduce((sum, { path }) => sum + wildcardsIn(path), 0);
  const regexes = conditions.filter(({ kind }) => kind === 'matches').length;
  if (wildcards > quotas.wildcards)
    throw invalidPattern(`has ${wildcards} properties with a wildcard; ${quotas.wildcards} are allowed`);
  if (regexes > quotas.regexes)
    throw invalidPattern(`has ${regexes} regular expressions; ${quotas.regexes} are allowed`);
}

function conditionsIn(selector: Selector): readonly Condition[] {
  return 'parts' in selector ? selector.parts.flatMap(conditionsIn) : [selector];
}

function wildcardsIn(path: Path): number {
  return path.filter((step) => typeof step === 'object').length;
}

function parseAny(scanner: Scanner, depth: number): Selector {
  if (depth > maxDepth) throw invalidPattern('is nested too deeply');
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

const step = /\.?\['((?:[^'\\]|\\.)*)'\]|\.(\*)|\.([\w-]+)|\[(\*)\]|\[(\d+)\]/g;

function parsePath(property: string): Path {
  const path = Array.from(property.matchAll(step), ([, quoted, members, name, , index]): PathStep => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
    if (name !== undefined) return name;
    if (index !== undefined) return Number(index);
    return { any: members === undefined ? 'element' : 'member' };
  });
  if (wildcardsIn(path) > quotas.wildcardsInProperty)
    throw invalidPattern(`has more than one wildcard in the property ${property}`);
  return path;
}

function parseComparison(scanner: Scanner, path: Path, relation: Relation): Selector {
  const number = scanner.take('number');
  if (number !== undefined) return { kind: 'compare', path, relation, value: Number(number) };
  const regex = scanner.take('regex');
  const text = regex ?? parseText(scanner);
  if (text === undefined) throw scanner.unexpected('a value');
  if (relation !== '=' && relation !== '!=')
    throw invalidPattern(`compares ${JSON.stringify(text)} with ${relation}, which is for numbers`);
  if (regex === undefined) return { kind: 'compare', path, relation, value: text };
  return { kind: 'matches', path, isWanted: relation === '=', regex: patternRegex(regex.slice(1, -1)) };
}

function parseText(scanner: Scanner): string | undefined {
  return scanner.take('quoted')?.slice(1, -1).replace(/\\(.)/gs, '$1') ?? scanner.take('word');
}

function parseIs(scanner: Scanner, path: Path): Selector {
  if (scanner.takeText('NULL')) return { kind: 'is', path, value: null };
  if (scanner.takeText('TRUE')) return { kind: 'is', path, value: true };
  if (scanner.takeText('FALSE')) return { kind: 'is', path, value: false };
  throw scanner.unexpected('NULL, TRUE or FALSE');
}
