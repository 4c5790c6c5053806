/**
 * What the text of every event that a query keeps must hold: asked first, it spares the parsing of most events.
 */
import { isSpelledOnce, spells } from '../json-spelling.ts';
import { generatesField } from './row.ts';
import type { Command, Expression } from './syntax.ts';

/** True for every event that the commands keep, and for few others. `commands` work on one event each. */
export type Prescan = (message: string) => boolean;

/** Undefined if there is nothing to ask for. */
export function planPrescan(commands: readonly Command[]): Prescan | undefined {
  const required = new Set<string>();
  const computed = new Set<string>();
  for (const command of commands) {
    if (command.kind === 'filter')
      for (const text of requiredTexts(command.condition, computed)) required.add(text);
    if (command.kind === 'parse') command.extractor.names.forEach((name) => computed.add(name));
    if (command.kind === 'fields' || command.kind === 'display')
      command.items.forEach(({ expression, name }) => {
        if (expression.kind !== 'field' || expression.name !== name) computed.add(name);
      });
  }
  const texts = [...required];
  if (texts.length === 0) return undefined;
  return (message) => texts.every((text) => spells(message, text));
}

function requiredTexts(condition: Expression, computed: ReadonlySet<string>): readonly string[] {
  if (condition.kind === 'matches' && typeof condition.pattern === 'string')
    return isDiscovered(condition.subject, computed) && isSpelledOnce(condition.pattern)
      ? [condition.pattern]
      : [];
  if (condition.kind !== 'binary') return [];
  const { operator, left, right } = condition;
  if (operator === 'and') return [...requiredTexts(left, computed), ...requiredTexts(right, computed)];
  if (operator !== '=') return [];
  return [...equalText(left, right, computed), ...equalText(right, left, computed)];
}

function equalText(field: Expression, literal: Expression, computed: ReadonlySet<string>): readonly string[] {
  if (literal.kind !== 'literal' || typeof literal.value !== 'string') return [];
  return isDiscovered(field, computed) && isSpelledOnce(literal.value) ? [literal.value] : [];
}

function isDiscovered(expression: Expression, computed: ReadonlySet<string>): boolean {
  return expression.kind === 'field' && !generatesField(expression.name) && !computed.has(expression.name);
}
