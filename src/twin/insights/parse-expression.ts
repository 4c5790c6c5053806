/** Tokens -> expression, by the grammar in syntax.ts. */
import { Regex } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { malformedQuery, type Span } from './malformed-query.ts';
import { parseCall } from './parse-call.ts';
import { type Arithmetic, comparisons, type Expression } from './syntax.ts';
import type { Token, Tokens } from './tokenize.ts';

export function parseExpression(tokens: Tokens): Expression {
  return tokens.nest(() =>
    parseLeftToRight(tokens, (one) => one.takeWord('or') as 'or' | undefined, parseConjunction),
  );
}

function parseConjunction(tokens: Tokens): Expression {
  return parseLeftToRight(tokens, (one) => one.takeWord('and') as 'and' | undefined, parseNegation);
}

function parseLeftToRight(
  tokens: Tokens,
  takeOperator: (tokens: Tokens) => Arithmetic | 'and' | 'or' | undefined,
  parseOperand: (tokens: Tokens) => Expression,
): Expression {
  let left = parseOperand(tokens);
  let count = 0;
  for (let operator = takeOperator(tokens); operator !== undefined; operator = takeOperator(tokens)) {
    if (++count > maxOperators) throw malformedQuery('The expression has too many operators', tokens.peek());
    left = { kind: 'binary', operator, left, right: parseOperand(tokens) };
  }
  return left;
}

/** In a row, so that a query cannot exhaust the stack when it runs. */
const maxOperators = 1_000;

function parseNegation(tokens: Tokens): Expression {
  let isNegated = false;
  while (tokens.takeWord('not') !== undefined) isNegated = !isNegated;
  const operand = parseComparison(tokens);
  return isNegated ? { kind: 'not', operand } : operand;
}

function parseComparison(tokens: Tokens): Expression {
  const subject = parseSum(tokens);
  const operator = tokens.takeSymbol(...comparisons);
  if (operator !== undefined) return { kind: 'binary', operator, left: subject, right: parseSum(tokens) };
  if (tokens.takeSymbol('=~') !== undefined) return parseMatch(tokens, subject);
  const isNegated = tokens.takeWord('not') !== undefined;
  const word = tokens.takeWord('like', 'in');
  if (word === undefined && isNegated) throw tokens.unexpected('like or in');
  if (word === undefined) return subject;
  const test = word === 'like' ? parseMatch(tokens, subject) : parseMembership(tokens, subject);
  return isNegated ? { kind: 'not', operand: test } : test;
}

function parseMatch(tokens: Tokens, subject: Expression): Expression {
  const regex = tokens.takeRegex();
  if (regex) return { kind: 'matches', subject, pattern: readRegex(regex.text, regex.span) };
  if (tokens.peek().kind !== 'string') throw tokens.unexpected('a string or a /regular expression/');
  return { kind: 'matches', subject, pattern: tokens.take().text };
}

export function readRegex(source: string, span: Span): Regex {
  try {
    return new Regex(source);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const place = `at its character ${error.offset}`;
    throw malformedQuery(`The regular expression is not valid ${place}: ${error.message}`, span);
  }
}

function parseMembership(tokens: Tokens, subject: Expression): Expression {
  tokens.expectSymbol('[');
  const items = parseList(tokens, parseExpression);
  tokens.expectSymbol(']');
  return { kind: 'in', subject, items };
}

/** One or more, separated by commas. */
export function parseList<T>(tokens: Tokens, parseOne: (tokens: Tokens) => T): readonly T[] {
  const items = [parseOne(tokens)];
  while (tokens.takeSymbol(',') !== undefined) items.push(parseOne(tokens));
  return items;
}

function parseSum(tokens: Tokens): Expression {
  return parseLeftToRight(tokens, (one) => one.takeSymbol('+', '-'), parseProduct);
}

function parseProduct(tokens: Tokens): Expression {
  return parseLeftToRight(tokens, (one) => one.takeSymbol('*', '/', '%'), parsePower);
}

function parsePower(tokens: Tokens): Expression {
  const base = parseOperand(tokens);
  if (tokens.takeSymbol('^') === undefined) return base;
  return { kind: 'binary', operator: '^', left: base, right: tokens.nest(() => parsePower(tokens)) };
}

function parseOperand(tokens: Tokens): Expression {
  if (tokens.takeSymbol('(') !== undefined) {
    const inner = parseExpression(tokens);
    tokens.expectSymbol(')');
    return inner;
  }
  if (tokens.takeSymbol('-') !== undefined)
    return {
      kind: 'binary',
      operator: '-',
      left: { kind: 'literal', value: 0 },
      right: tokens.nest(() => parseOperand(tokens)),
    };
  const token = tokens.peek();
  if (token.kind === 'symbol' || token.kind === 'end')
    throw tokens.unexpected('a field, a value or a function');
  tokens.take();
  return parseNamed(token, tokens);
}

function parseNamed(token: Token, tokens: Tokens): Expression {
  const { kind, text } = token;
  if (kind === 'string') return { kind: 'literal', value: text };
  if (kind === 'number') return { kind: 'literal', value: Number(text) };
  if (kind === 'quotedName') return fieldOf(token, tokens);
  const word = text.toLowerCase();
  if (tokens.takeSymbol('(') !== undefined) return parseCall(token, tokens);
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
  if (reserved.has(word))
    throw malformedQuery(
      `unexpected keyword ${JSON.stringify(text)}; write \`${text}\` for a field of this name`,
      token,
    );
  return fieldOf(token, tokens);
}

function fieldOf(token: Token, tokens: Tokens): Expression {
  tokens.scope.refuseUndefined(token.text, token);
  return { kind: 'field', name: token.text };
}

const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not', 'like', 'in', 'as', 'by', 'asc', 'desc']);
