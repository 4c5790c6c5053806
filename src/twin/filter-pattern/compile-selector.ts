/** Selector -> test of a message. What is not JSON matches no selector. */
import type { MessageTest } from './compile-pattern.ts';
import type { Path, Relation, Selector } from './parse-selector.ts';

type JsonTest = (json: unknown) => boolean;

export function compileSelector(selector: Selector): MessageTest {
  const test = compile(selector);
  return (message) => {
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

function compile(selector: Selector): JsonTest {
  switch (selector.kind) {
    case 'any':
      return some(selector.parts.map(compile));
    case 'all':
      return every(selector.parts.map(compile));
    case 'notExists':
      return (json) => read(json, selector.path) === undefined;
    case 'is':
      return (json) => read(json, selector.path) === selector.value;
    case 'compare':
      return typeof selector.value === 'number'
        ? compileNumber(selector.path, selector.relation, selector.value)
        : compileText(selector.path, selector.relation, selector.value);
  }
}

function some(tests: readonly JsonTest[]): JsonTest {
  return (json) => tests.some((test) => test(json));
}

function every(tests: readonly JsonTest[]): JsonTest {
  return (json) => tests.every((test) => test(json));
}

function read(json: unknown, path: Path): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** A missing property meets no comparison, not even `!=`. */
function compileText(path: Path, relation: Relation, text: string): JsonTest {
  const literals = text.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${literals.join('[^]*')}$`);
  return (json) => {
    const value = read(json, path);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
    return pattern.test(String(value)) === (relation === '=');
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

function compileNumber(path: Path, relation: Relation, number: number): JsonTest {
  return (json) => {
    const value = read(json, path);
    const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof given === 'number' && !Number.isNaN(given) && numberTests[relation](given, number);
  };
}
