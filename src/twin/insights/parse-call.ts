/** A call of a function or an aggregation, whose name and opening parenthesis have been taken. */
import { aggregateFunctions } from './aggregates.ts';
import { otherFunctions, scalarFunctions } from './functions.ts';
import { malformedQuery, queryNotSupported } from './malformed-query.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { unitNamed } from './period.ts';
import type { Expression } from './syntax.ts';
import type { Token, Tokens } from './tokenize.ts';

export function parseCall(token: Token, tokens: Tokens): Expression {
  const column = tokens.scope.columnAt(tokens.source, token.start);
  if (column) {
    tokens.skipTo(column.end);
    return { kind: 'field', name: column.name };
  }
  const name = token.text.toLowerCase();
  if (name === 'bin') return parseBin(token, tokens);
  if (name === 'datefloor' || name === 'dateceil') return parseRounding(name, tokens);
  const known = Object.hasOwn(scalarFunctions, name) ? scalarFunctions[name] : undefined;
  if (known) {
    const args = parseArguments(tokens);
    refuseCount(token, args.length, known);
    return { kind: 'call', name, args };
  }
  if (!Object.hasOwn(aggregateFunctions, name)) throw unknownFunction(token);
  if (!tokens.scope.isInStats)
    throw malformedQuery(`The aggregation function ${token.text} can be used only in stats`, token);
  return parseAggregate(token, tokens);
}

function unknownFunction(token: Token): Error {
  if (otherFunctions.includes(token.text.toLowerCase()))
    return queryNotSupported(`The function ${token.text}`, token);
  return malformedQuery(`Unknown function ${token.text}`, token);
}

function refuseCount(
  token: Token,
  count: number,
  { minArgs, maxArgs }: { readonly minArgs: number; readonly maxArgs: number },
): void {
  if (count < minArgs || count > maxArgs)
    throw malformedQuery(`Wrong number of arguments for ${token.text}: ${count}`, token);
}

function parseArguments(tokens: Tokens): readonly Expression[] {
  if (tokens.takeSymbol(')') !== undefined) return [];
  const args = parseList(tokens, parseExpression);
  tokens.expectSymbol(')');
  return args;
}

/** "The `bin` function always implicitly uses the `@timestamp` field." */
function parseBin(token: Token, tokens: Tokens): Expression {
  tokens.scope.refuseUndefined('@timestamp', token);
  return finishRounding('datefloor', { kind: 'field', name: '@timestamp' }, tokens);
}

function parseRounding(name: string, tokens: Tokens): Expression {
  const time = parseExpression(tokens);
  tokens.expectSymbol(',');
  return finishRounding(name, time, tokens);
}

function finishRounding(name: string, time: Expression, tokens: Tokens): Expression {
  const period = parsePeriod(tokens);
  tokens.expectSymbol(')');
  return { kind: 'call', name, args: [time, period] };
}

function parsePeriod(tokens: Tokens): Expression {
  const number = tokens.peek();
  if (number.kind !== 'number' || !/^\d+$/.test(number.text)) throw tokens.unexpected('a period such as 5m');
  const count = Number(tokens.take().text);
  const word = tokens.peek();
  const unit = word.kind === 'word' ? unitNamed(word.text) : undefined;
  if (unit === undefined || count < 1)
    throw malformedQuery('A period is a whole number and a unit, such as 30s, 5m, 1h or 1d', {
      start: number.start,
      end: word.end,
    });
  tokens.take();
  return { kind: 'period', period: { count, unit } };
}

function parseAggregate(token: Token, tokens: Tokens): Expression {
  const name = token.text.toLowerCase();
  const known = aggregateFunctions[name];
  const before = tokens.scope.aggregateCount;
  const isAll = tokens.takeSymbol('*') !== undefined;
  if (isAll && name !== 'count') throw malformedQuery(`${token.text}(*) makes no sense: name a field`, token);
  const args = isAll ? closed(tokens) : tokens.scope.parseArguments(() => parseArguments(tokens));
  if (!isAll && known) refuseCount(token, args.length, known);
  if (tokens.scope.aggregateCount > before)
    throw malformedQuery('An aggregation cannot be the argument of another one', token);
  if (args[1]) refuseNoPercent(args[1], token);
  return { kind: 'field', name: tokens.scope.addAggregate({ function: name, args }) };
}

function closed(tokens: Tokens): readonly Expression[] {
  tokens.expectSymbol(')');
  return [];
}

function refuseNoPercent(argument: Expression, token: Token): void {
  const value = argument.kind === 'literal' ? argument.value : undefined;
  if (typeof value !== 'number' || value > 100)
    throw malformedQuery(`The second argument of ${token.text} must be a number from 0 to 100`, token);
}
