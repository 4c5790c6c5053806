/**
 * Saved queries that a query runs by their names, `$ErrorsByLevel(level = "WARN") | limit 10`, are put in their place
 * before anything else: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html
 */
import { malformedQuery, type Span } from './malformed-query.ts';

export interface SavedQuery {
  readonly name: string;
  readonly queryString: string;
  readonly parameters: readonly { readonly name: string; readonly defaultValue: string | undefined }[];
}

/** "The expanded query string cannot exceed 10,000 characters." */
const maxLength = 10_000;

/** Of several saved queries of one name the last one counts. Throws a MalformedQueryException. */
export function expandSavedQueries(source: string, saved: Iterable<SavedQuery>): string {
  const calls = findCalls(source);
  if (calls.length === 0) return source;
  const known = new Map(Array.from(saved, (one) => [one.name, one]));
  let expanded = '';
  let done = 0;
  for (const call of calls) {
    expanded += source.slice(done, call.span.start) + expandCall(call, known);
    done = call.span.end;
  }
  expanded += source.slice(done);
  if (expanded.length > maxLength)
    throw malformedQuery(
      `With its saved queries the query has ${expanded.length} characters; ${maxLength} are allowed`,
      { start: 0, end: source.length },
    );
  return expanded;
}

interface Call {
  readonly name: string;
  /** As they are written, quotes and all. */
  readonly values: ReadonlyMap<string, string>;
  readonly span: Span;
}

const value = String.raw`"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^\s,()"'|]+`;
const argument = String.raw`\s*([A-Za-z_]\w*)\s*=\s*(${value})\s*`;
/** A comment, a text, a quoted name, a regular expression, the call of a saved query, or any other character. */
const piece = new RegExp(
  String.raw`(?<skipped>\s+|#[^\n]*)|(?<text>"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\x60[^\x60]*\x60)` +
    String.raw`|(?<regex>\/(?:[^/\\\n]|\\.)+\/)|(?<call>\$(?:\x60(?<quoted>[^\x60]+)\x60|(?<plain>[\w/.-]+)))` +
    String.raw`|(?<word>[\p{L}_@][\p{L}\p{N}_@.]*|=~|[^])`,
  'uy',
);
/** Without a comma between them nothing could tell in how many ways a text might be read. */
const argumentList = new RegExp(String.raw`\s*\((?:\s*|(?<list>${argument}(?:,${argument})*))\)`, 'y');

/** Where a command begins with a dollar sign. */
function findCalls(source: string): readonly Call[] {
  if (!source.includes('$')) return [];
  const calls: Call[] = [];
  let before: readonly string[] = ['|'];
  for (let at = 0; at < source.length;) {
    const { length, token, call } = readPiece(source, at, before);
    if (call) calls.push(call);
    if (token !== undefined) before = [before.at(-1) ?? '', token];
    at += length;
  }
  return calls;
}

interface Piece {
  readonly length: number;
  /** Undefined for what separates tokens only. */
  readonly token?: string;
  readonly call?: Call;
}

function readPiece(source: string, at: number, before: readonly string[]): Piece {
  piece.lastIndex = at;
  const { 0: whole, groups = {} } = piece.exec(source) ?? { 0: source.slice(at, at + 1) };
  if (groups['skipped'] !== undefined) return { length: whole.length };
  if (groups['regex'] !== undefined && !mayBeRegex(before)) return { length: 1, token: '/' };
  if (groups['call'] === undefined || before.at(-1) !== '|')
    return { length: whole.length, token: whole.toLowerCase() };
  const call = readCall(source, at, groups['quoted'] ?? groups['plain'] ?? '', whole.length);
  return { length: call.span.end - at, token: whole, call };
}

/** Elsewhere a slash divides. */
function mayBeRegex([first = '', second = '']: readonly string[]): boolean {
  return ['like', '=~', 'parse'].includes(second) || first === 'parse';
}

function readCall(source: string, start: number, name: string, length: number): Call {
  argumentList.lastIndex = start + length;
  const match = argumentList.exec(source);
  if (!match)
    throw malformedQuery(
      `A saved query is run as $name(parameter = value, …); what follows $${name} is none of this`,
      { start, end: start + length },
    );
  const list = match.groups?.['list'] ?? '';
  const values = Array.from(
    list.matchAll(new RegExp(argument, 'g')),
    ([, key = '', written = '']) => [key, written] as const,
  );
  return { name, values: new Map(values), span: { start, end: argumentList.lastIndex } };
}

function expandCall({ name, values, span }: Call, known: ReadonlyMap<string, SavedQuery>): string {
  const saved = known.get(name);
  if (!saved) throw malformedQuery(`There is no saved query of the name ${name}`, span);
  if (findCalls(saved.queryString).length > 0)
    throw malformedQuery(`The saved query ${name} runs another one, which is not possible`, span);
  const parameters = new Map(saved.parameters.map((one) => [one.name, one.defaultValue]));
  const unknown = [...values.keys()].find((key) => !parameters.has(key));
  if (unknown !== undefined)
    throw malformedQuery(`The saved query ${name} has no parameter ${unknown}`, span);
  return saved.queryString.replace(/\{\{(\w+)\}\}/g, (placeholder, key: string) => {
    if (!parameters.has(key)) return placeholder;
    const given = values.get(key) ?? parameters.get(key);
    if (given === undefined) throw malformedQuery(`The parameter ${key} of ${name} needs a value`, span);
    return given;
  });
}
