/** Text -> query, by the grammar in syntax.ts. Throws a MalformedQueryException that tells where and why. */
import { globExtractor, regexExtractor } from './extract-fields.ts';
import { malformedQuery, queryNotSupported, type Span } from './malformed-query.ts';
import { parseExpression, parseList, readRegex } from './parse-expression.ts';
import {
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
    refuseOrder(commands, command, { start, end: tokens.peek().start });
    commands.push(command);
  } while (tokens.takeSymbol('|') !== undefined);
  if (tokens.peek().kind !== 'end') throw tokens.unexpected('"|" or the end of the query');
  return commands;
}

const maxStats = 2;

function refuseOrder(before: readonly Command[], { kind }: Command, span: Span): void {
  const kinds = before.map((one) => one.kind);
  // "The only query command that you can use in a query after the dedup command is limit."
  if (kind !== 'limit' && kinds.includes('dedup'))
    throw malformedQuery('After dedup only limit can be used', span);
  if (kind !== 'stats' || !kinds.includes('stats')) return;
  if (kinds.filter((one) => one === 'stats').length === maxStats)
    throw malformedQuery(`A query can have a maximum of ${maxStats} stats commands`, span);
  // "If you use a sort or limit command, it must appear after the second stats command."
  const early = kinds.find((one) => one === 'sort' || one === 'limit');
  if (early !== undefined) throw malformedQuery(`${early} must come after the second stats command`, span);
}

const parsers: Readonly<Record<string, (tokens: Tokens) => Command>> = {
  fields: (tokens) => ({ kind: 'fields', items: parseItems(tokens) }),
  display: (tokens) => ({ kind: 'display', items: parseItems(tokens) }),
  filter: (tokens) => ({ kind: 'filter', condition: parseExpression(tokens) }),
  where: (tokens) => ({ kind: 'filter', condition: parseExpression(tokens) }),
  parse: parseParse,
  sort: (tokens) => ({ kind: 'sort', keys: parseList(tokens, parseSortKey) }),
  limit: parseLimit,
  stats: parseStats,
  dedup: (tokens) => ({ kind: 'dedup', names: parseList(tokens, parseKnownName) }),
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

function parseItems(tokens: Tokens): readonly Item[] {
  return parseList(tokens, (one) => {
    const item = parseItem(one);
    one.scope.define([item.name]);
    return item;
  });
}

function parseItem(tokens: Tokens): Item {
  const { start } = tokens.peek();
  const expression = parseExpression(tokens);
  const written = tokens.writtenSince(start);
  const alias = tokens.takeWord('as') === undefined ? undefined : parseName(tokens);
  const isField = expression.kind === 'field' && !expression.name.startsWith('`');
  return { expression, name: alias ?? (isField ? expression.name : written) };
}

function parseName(tokens: Tokens): string {
  const { kind } = tokens.peek();
  if (kind !== 'word' && kind !== 'quotedName') throw tokens.unexpected('a name');
  return tokens.take().text;
}

function parseKnownName(tokens: Tokens): string {
  const token = tokens.peek();
  const name = parseName(tokens);
  tokens.scope.refuseUndefined(name, token);
  return name;
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
  refuseOtherMode(tokens);
  const subject: Expression = {
    kind: 'field',
    name: startsPattern(tokens) ? '@message' : parseKnownName(tokens),
  };
  refuseOtherMode(tokens);
  const command = { kind: 'parse' as const, subject, extractor: parseExtractor(tokens) };
  tokens.scope.define(command.extractor.names);
  const token = tokens.peek();
  if (tokens.takeWord('multi') !== undefined) throw queryNotSupported('parse … multi', token);
  return command;
}

function refuseOtherMode(tokens: Tokens): void {
  const token = tokens.peek();
  if (tokens.takeWord('logfmt', 'csv') !== undefined) throw queryNotSupported(`parse ${token.text}`, token);
}

function startsPattern(tokens: Tokens): boolean {
  const { kind, text } = tokens.peek();
  return kind === 'string' || (kind === 'symbol' && text === '/');
}

function parseExtractor(tokens: Tokens): Extract<Command, { kind: 'parse' }>['extractor'] {
  const regex = tokens.takeRegex();
  if (!regex) return parseGlob(tokens);
  const extractor = regexExtractor(readRegex(regex.text, regex.span));
  if (extractor.names.length === 0)
    throw malformedQuery('The regular expression has no named group such as (?<name>…)', regex.span);
  return extractor;
}

function parseGlob(tokens: Tokens): Extract<Command, { kind: 'parse' }>['extractor'] {
  const token = tokens.peek();
  if (token.kind !== 'string') throw tokens.unexpected('a string or a /regular expression/');
  tokens.take();
  if (tokens.takeWord('as') === undefined) throw tokens.unexpected('as');
  const names = parseList(tokens, parseName);
  const parts = token.text.split('*');
  if (parts.length - 1 !== names.length)
    throw malformedQuery(`The pattern has ${parts.length - 1} "*" for ${names.length} names`, token);
  return globExtractor(parts, names);
}

function parseStats(tokens: Tokens): Command {
  const [items, aggregates] = tokens.scope.collectAggregates(() => parseList(tokens, parseStatsItem));
  const by = tokens.takeWord('by') === undefined ? [] : parseList(tokens, parseItem);
  tokens.scope.restrictTo([...by, ...items]);
  return { kind: 'stats', aggregates, items, by };
}

function parseStatsItem(tokens: Tokens): Item {
  const before = tokens.scope.aggregateCount;
  const token = tokens.peek();
  const item = parseItem(tokens);
  if (tokens.scope.aggregateCount === before)
    throw malformedQuery('expected an aggregation function such as count(*)', {
      start: token.start,
      end: tokens.peek().start,
    });
  return item;
}
