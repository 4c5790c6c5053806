/** Text -> query, by the grammar in syntax.ts. Throws a MalformedQueryException that tells where and why. */
import { malformedQuery, queryNotSupported, type Span } from './malformed-query.ts';
import { compileRegex, parseExpression, parseList, unknownFunction } from './parse-expression.ts';
import {
  type Aggregate,
  type AggregateFunction,
  aggregateFunctions,
  type Command,
  type Expression,
  type Item,
  otherCommands,
  type Query,
  type SortKey,
} from './syntax.ts';
import { Tokens } from './tokenize.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html */
export const maxLimit = 100_000;

export function parseQuery(source: string): Query {
  const tokens = new Tokens(source);
  const commands: Command[] = [];
  do {
    const { start } = tokens.peek();
    const command = parseCommand(tokens);
    refuseAfterDedup(commands, command, { start, end: tokens.peek().start });
    commands.push(command);
  } while (tokens.takeSymbol('|') !== undefined);
  if (tokens.peek().kind !== 'end') throw tokens.unexpected('"|" or the end of the query');
  return commands;
}

/** "The only query command that you can use in a query after the dedup command is limit." */
function refuseAfterDedup(before: readonly Command[], command: Command, span: Span): void {
  if (command.kind !== 'limit' && before.some(({ kind }) => kind === 'dedup'))
    throw malformedQuery('After dedup only limit can be used', span);
}

const parsers: Readonly<Record<string, (tokens: Tokens) => Command>> = {
  fields: (tokens) => ({ kind: 'fields', items: parseList(tokens, parseItem) }),
  display: (tokens) => ({ kind: 'display', items: parseList(tokens, parseItem) }),
  filter: (tokens) => ({ kind: 'filter', condition: parseExpression(tokens) }),
  where: (tokens) => ({ kind: 'filter', condition: parseExpression(tokens) }),
  parse: parseParse,
  sort: (tokens) => ({ kind: 'sort', keys: parseList(tokens, parseSortKey) }),
  limit: parseLimit,
  stats: parseStats,
  dedup: (tokens) => ({ kind: 'dedup', names: parseList(tokens, parseName) }),
};

function parseCommand(tokens: Tokens): Command {
  const token = tokens.peek();
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  const parser = Object.hasOwn(parsers, word) ? parsers[word] : undefined;
  if (parser) {
    tokens.take();
    return parser(tokens);
  }
  if (otherCommands.includes(word)) throw queryNotSupported(`The command ${token.text}`, token);
  throw tokens.unexpected(`one of ${Object.keys(parsers).join(', ')}`);
}

function parseItem(tokens: Tokens): Item {
  const { start } = tokens.peek();
  const expression = parseExpression(tokens);
  const written = tokens.source.slice(start, tokens.peek().start).trim();
  const alias = parseAlias(tokens);
  return { expression, name: alias ?? (expression.kind === 'field' ? expression.name : written) };
}

function parseAlias(tokens: Tokens): string | undefined {
  return tokens.takeWord('as') === undefined ? undefined : parseName(tokens);
}

function parseName(tokens: Tokens): string {
  const { kind } = tokens.peek();
  if (kind !== 'word' && kind !== 'quotedName') throw tokens.unexpected('a name');
  return tokens.take().text;
}

function parseSortKey(tokens: Tokens): SortKey {
  const expression = parseExpression(tokens);
  return { expression, isDescending: tokens.takeWord('asc', 'desc') === 'desc' };
}

function parseLimit(tokens: Tokens): Command {
  const token = tokens.peek();
  if (token.kind === 'word' && token.text.toLowerCase() === 'any')
    throw queryNotSupported('limit any', token);
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw tokens.unexpected('a whole number');
  const count = Number(tokens.take().text);
  if (count < 1 || count > maxLimit)
    throw malformedQuery(`The limit must be from 1 to ${maxLimit}, is ${count}`, token);
  return { kind: 'limit', count };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Parse.html */
function parseParse(tokens: Tokens): Command {
  const subject = startsPattern(tokens) ? messageField : parseSubject(tokens);
  const regex = tokens.takeRegex();
  if (regex) {
    const pattern = compileRegex(regex.text, regex.span);
    const names = groupNames(regex.text);
    if (names.length === 0)
      throw malformedQuery('The regular expression has no named group such as (?<name>…)', regex.span);
    return { kind: 'parse', subject, pattern, names };
  }
  return parseGlob(tokens, subject);
}

const messageField: Expression = { kind: 'field', name: '@message' };

function startsPattern(tokens: Tokens): boolean {
  const { kind, text } = tokens.peek();
  return kind === 'string' || (kind === 'symbol' && text === '/');
}

function parseSubject(tokens: Tokens): Expression {
  return { kind: 'field', name: parseName(tokens) };
}

function groupNames(source: string): readonly string[] {
  return [...source.matchAll(/(?<!\\)\(\?<([A-Za-z_]\w*)>/g)].map(([, name]) => name ?? '');
}

function parseGlob(tokens: Tokens, subject: Expression): Command {
  const token = tokens.peek();
  if (token.kind !== 'string') throw tokens.unexpected('a string or a /regular expression/');
  tokens.take();
  if (tokens.takeWord('as') === undefined) throw tokens.unexpected('as');
  const names = parseList(tokens, parseName);
  const parts = token.text.split('*');
  if (parts.length - 1 !== names.length)
    throw malformedQuery(`The pattern has ${parts.length - 1} "*" for ${names.length} names`, token);
  return { kind: 'parse', subject, pattern: globPattern(parts), names };
}

/** A `*` takes as little as it can; at the end, all that is left. */
function globPattern(parts: readonly string[]): RegExp {
  const literals = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  const joined = literals.join('([^]*?)');
  return new RegExp(joined.endsWith('([^]*?)') ? `${joined.slice(0, -2)})` : joined);
}

function parseStats(tokens: Tokens): Command {
  const aggregates = parseList(tokens, parseAggregate);
  const by = tokens.takeWord('by') === undefined ? [] : parseList(tokens, parseItem);
  return { kind: 'stats', aggregates, by };
}

function parseAggregate(tokens: Tokens): Aggregate {
  const token = tokens.peek();
  const name = token.text.toLowerCase();
  if (token.kind !== 'word') throw tokens.unexpected('an aggregation function');
  if (!(aggregateFunctions as readonly string[]).includes(name)) throw unknownFunction(token);
  tokens.take();
  tokens.expectSymbol('(');
  const isAll = tokens.takeSymbol('*') !== undefined;
  if (isAll && name !== 'count') throw malformedQuery(`${token.text}(*) makes no sense: name a field`, token);
  const argument = isAll || isClosing(tokens, name) ? undefined : parseExpression(tokens);
  const { end } = tokens.peek();
  tokens.expectSymbol(')');
  const alias = parseAlias(tokens);
  return {
    function: name as AggregateFunction,
    argument,
    name: alias ?? tokens.source.slice(token.start, end),
  };
}

/** `count()` means `count(*)`. */
function isClosing(tokens: Tokens, name: string): boolean {
  const { kind, text } = tokens.peek();
  return name === 'count' && kind === 'symbol' && text === ')';
}
