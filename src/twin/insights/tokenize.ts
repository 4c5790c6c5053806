/** Text of a query -> tokens, one at a time, because only the parser knows where a `/` begins a regular expression. */
import { malformedQuery, type Span } from './malformed-query.ts';
import { Scope } from './scope.ts';

export interface Token extends Span {
  readonly kind: 'word' | 'quotedName' | 'number' | 'string' | 'symbol' | 'end';
  /** What it says: a string without its quotes and escapes. */
  readonly text: string;
}

const space = /(?:\s|#[^\n]*)*/y;
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['quotedName', /(?:[\p{L}_@][\p{L}\p{N}_@.]*\.)?`[^`]+`(?:\.[\p{L}\p{N}_@.]*|`[^`]+`)*/uy],
  ['word', /[\p{L}_@][\p{L}\p{N}_@.]*/uy],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['string', /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y],
  ['symbol', /!=|<=|>=|=~|[|,()[\]=<>+\-*/%^]/y],
];
const regexLiteral = /\/((?:[^/\\\n]|\\.)+)\//y;

const maxDepth = 100;

export class Tokens {
  readonly source: string;
  readonly scope = new Scope();
  #next: Token | undefined;
  #offset = 0;
  #depth = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    return (this.#next ??= this.#scan());
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    this.#offset = token.end;
    return token;
  }

  /** Goes on at `offset`, whatever stands before. */
  skipTo(offset: number): void {
    this.#next = undefined;
    this.#offset = offset;
  }

  /** The text from `start` to the end of the last token taken. */
  writtenSince(start: number): string {
    return this.source.slice(start, this.#offset);
  }

  /** The word as it is written, if it comes next. */
  takeWord(...words: readonly string[]): string | undefined {
    const { kind, text } = this.peek();
    const word = kind === 'word' ? words.find((one) => one === text.toLowerCase()) : undefined;
    if (word !== undefined) this.take();
    return word;
  }

  takeSymbol<const T extends string>(...symbols: readonly T[]): T | undefined {
    const { kind, text } = this.peek();
    const symbol = kind === 'symbol' ? symbols.find((one) => one === text) : undefined;
    if (symbol !== undefined) this.take();
    return symbol;
  }

  expectSymbol(symbol: string): void {
    if (this.takeSymbol(symbol) === undefined) throw this.unexpected(JSON.stringify(symbol));
  }

  /** Parses what is nested in something else; not too deep, so that a query cannot exhaust the stack. */
  nest<T>(parse: () => T): T {
    if (this.#depth >= maxDepth) throw malformedQuery('The expression is nested too deeply', this.peek());
    this.#depth++;
    const parsed = parse();
    this.#depth--;
    return parsed;
  }

  /** The text between slashes, and where it stands, if a slash comes next. */
  takeRegex(): { readonly text: string; readonly span: Span } | undefined {
    const { kind, text, start, end } = this.peek();
    if (kind !== 'symbol' || text !== '/') return undefined;
    regexLiteral.lastIndex = start;
    const match = regexLiteral.exec(this.source);
    if (!match) throw malformedQuery('The regular expression has no closing slash', { start, end });
    this.#next = undefined;
    this.#offset = regexLiteral.lastIndex;
    return { text: match[1] ?? '', span: { start, end: this.#offset } };
  }

  /** To throw: the next token is not what the grammar wants here. */
  unexpected(wanted: string): Error {
    const token = this.peek();
    const found =
      token.kind === 'end'
        ? 'the end of the query'
        : JSON.stringify(this.source.slice(token.start, token.end));
    return malformedQuery(
      `unexpected symbol found ${found} ${this.#place(token.start)}; expected ${wanted}`,
      token,
    );
  }

  #place(offset: number): string {
    const lines = this.source.slice(0, offset).split('\n');
    return `at line ${lines.length} and position ${lines.at(-1)?.length ?? 0}`;
  }

  #scan(): Token {
    space.lastIndex = this.#offset;
    space.exec(this.source);
    const start = space.lastIndex;
    if (start >= this.source.length) return { kind: 'end', text: '', start, end: start };
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = start;
      const [matched] = pattern.exec(this.source) ?? [];
      if (matched !== undefined)
        return { kind, text: plain(kind, matched), start, end: start + matched.length };
    }
    throw malformedQuery(
      `unexpected symbol found ${JSON.stringify(this.source[start])} ${this.#place(start)}`,
      { start, end: start + 1 },
    );
  }
}

function plain(kind: Token['kind'], matched: string): string {
  if (kind === 'quotedName') return matched.replaceAll('`', '');
  if (kind !== 'string') return matched;
  return matched.slice(1, -1).replace(/\\([^])/g, (whole, escaped: string) => escapes[escaped] ?? whole);
}

/** Any other backslash stands for itself, so that a Windows path or a regular expression survives. */
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  t: '\t',
  r: '\r',
};
