/** Selector -> test of a message. What is not JSON matches no selector. */
import { isSpelledOnce, spells } from '../json-spelling.ts';
import type { MessageTest } from './compile-pattern.ts';
import type { Path, Relation, Selector } from './parse-selector.ts';
import { compileWildcard } from './wildcard.ts';

type JsonTest = (json: unknown) => boolean;

export function compileSelector(selector: Selector): MessageTest {
  const test = compile(selector);
  const required = requiredTexts(selector);
  return (message) => {
    // Parsing is dear: most messages lack a text that they must have.
    if (!required.every((text) => spells(message, text))) return false;
    const json = parseContainer(message);
    return json !== undefined && test(json);
  };
}

function parseContainer(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

/** Texts that every message has that meets the selector. */
function requiredTexts(selector: Selector): readonly string[] {
  const { kind } = selector;
  if (kind === 'all' || (kind === 'any' && selector.parts.length === 1))
    return selector.parts.flatMap(requiredTexts);
  if (kind !== 'compare' || selector.relation !== '=' || typeof selector.value !== 'string') return [];
  return selector.value.split('*').filter(isSpelledOnce);
}

function compile(selector: Selector): JsonTest {
  switch (selector.kind) {
    case 'any': {
      const tests = selector.parts.map(compile);
      return (json) => tests.some((test) => test(json));
    }
    case 'all': {
      const tests = selector.parts.map(compile);
      return (json) => tests.every((test) => test(json));
    }
    case 'notExists': {
      const exists = atPath(selector.path, () => true);
      return (json) => !exists(json);
    }
    case 'is':
      return atPath(selector.path, (value) => value === selector.value);
    case 'matches':
      return atPath(selector.path, (value) => {
        const text = textOf(value);
        return text !== undefined && selector.regex.test(text) === selector.isWanted;
      });
    case 'compare':
      return atPath(selector.path, compileComparison(selector.relation, selector.value));
  }
}

/** Whether a value that the path leads to meets the test; with a wildcard one of them is enough. */
function atPath(path: Path, test: JsonTest): JsonTest {
  return path.reduceRight<JsonTest>((inner, step) => {
    if (typeof step !== 'object')
      return (json) => isContainer(json) && Object.hasOwn(json, step) && inner(json[step]);
    const wantsArray = step.any === 'element';
    return (json) =>
      isContainer(json) && Array.isArray(json) === wantsArray && Object.values(json).some(inner);
  }, test);
}

function isContainer(json: unknown): json is Readonly<Record<string | number, unknown>> {
  return typeof json === 'object' && json !== null;
}

/** Undefined for what has no text: "If a property selector points to an array or object, the filter pattern won't match". */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function compileComparison(relation: Relation, wanted: string | number): JsonTest {
  if (typeof wanted === 'number') return compileNumber(relation, wanted);
  const matches = compileWildcard(wanted);
  return (value) => {
    const text = textOf(value);
    return text !== undefined && matches(text) === (relation === '=');
  };
}

const numberTests: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compileNumber(relation: Relation, wanted: number): JsonTest {
  const holds = numberTests[relation];
  return (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && !Number.isNaN(number) && holds(number, wanted);
  };
}
