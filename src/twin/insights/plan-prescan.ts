/**
 * What the text of every event that a query keeps must hold: asked first, it spares the parsing of most events.
 */
import { isSpelledOnce, spells } from '../json-spelling.ts';
import { generatesField } from './row.ts';
import type { Command, Expression } from './syntax.ts';

/** True for every event that the commands keep, and for few others. */
export type Prescan = (message: string) => boolean;

/**
 * `commands` work on one event each; `discoversFields` is whether the events' fields are discovered. Undefined if
 * there is nothing to ask for.
 */
export function planPrescan(commands: readonly Command[], discoversFields: boolean): Prescan | undefined {
  const names = new KnownNames(discoversFields);
  const tests = new Map<string, Prescan>();
  for (const command of commands) {
    for (const [field, text] of command.kind === 'filter' ? requiredTexts(command.condition) : []) {
      const test = names.testOf(field, text);
      if (test) tests.set(text, test);
    }
    names.note(command);
  }
  const all = [...tests.values()];
  return all.length === 0 ? undefined : (message) => all.every((test) => test(message));
}

/** Where the fields of a query come from. */
class KnownNames {
  readonly #discoversFields: boolean;
  /** Those that stand in the event's text as they are. */
  readonly #verbatim = new Set(['@message']);
  readonly #computed = new Set<string>();

  constructor(discoversFields: boolean) {
    this.#discoversFields = discoversFields;
  }

  /** What the text of an event is asked if one of its fields has this text in it; undefined for nothing. */
  testOf(field: string, text: string): Prescan | undefined {
    if (this.#verbatim.has(field)) return (message) => message.includes(text);
    const isDiscovered = this.#discoversFields && !generatesField(field) && !this.#computed.has(field);
    return isDiscovered && isSpelledOnce(text) ? (message) => spells(message, text) : undefined;
  }

  note(command: Command): void {
    if (command.kind === 'parse') this.#noteParse(command);
    if (command.kind !== 'fields' && command.kind !== 'display') return;
    for (const { expression, name } of command.items)
      if (expression.kind !== 'field' || expression.name !== name) this.#compute(name);
  }

  /** Where the pattern does not match, a field may still be a discovered one of the same name. */
  #noteParse({ subject, extractor }: Extract<Command, { kind: 'parse' }>): void {
    const isVerbatim = !this.#discoversFields && subject.kind === 'field' && this.#verbatim.has(subject.name);
    for (const name of extractor.names) {
      const isOther = this.#computed.has(name);
      this.#compute(name);
      if (isVerbatim && !isOther && !generatesField(name)) this.#verbatim.add(name);
    }
  }

  #compute(name: string): void {
    this.#verbatim.delete(name);
    this.#computed.add(name);
  }
}

/** Fields and texts that each of them must have in it, if the condition holds. */
function requiredTexts(condition: Expression): readonly (readonly [field: string, text: string])[] {
  if (condition.kind === 'matches') {
    const { subject, pattern } = condition;
    return typeof pattern === 'string' && subject.kind === 'field' ? [[subject.name, pattern]] : [];
  }
  if (condition.kind !== 'binary') return [];
  const { operator, left, right } = condition;
  if (operator === 'and') return [...requiredTexts(left), ...requiredTexts(right)];
  if (operator !== '=') return [];
  return [...equalText(left, right), ...equalText(right, left)];
}

function equalText(field: Expression, literal: Expression): readonly (readonly [string, string])[] {
  if (field.kind !== 'field' || literal.kind !== 'literal' || typeof literal.value !== 'string') return [];
  return [[field.name, literal.value]];
}
