/**
 * Filter patterns (FilterLogEvents), which are another language than Insights queries:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * ```ebnf
 * pattern = "" | selector | term { term } ;
 * term    = [ "-" | "?" ] ( word | quoted ) ;
 * word    = letters, digits, "_" ;         quoted = '"' … '"'  (a backslash escapes) ;
 * ```
 * All plain terms must be in the message, none with `-`; of those with `?` one is enough. A `selector` is
 * a condition on JSON, see parse-selector.ts.
 */
import { invalidParameter, notSupported } from '../refusal.ts';
import { compileSelector } from './compile-selector.ts';
import { parseSelector } from './parse-selector.ts';

export type MessageTest = (message: string) => boolean;

export function compilePattern(pattern: string): MessageTest {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('{')) return compileSelector(parseSelector(trimmed));
  if (trimmed.startsWith('[')) throw notSupported('A space-delimited filter pattern');
  return compileTerms(parseTerms(trimmed));
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly text: string;
}

const term = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

function parseTerms(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  term.lastIndex = 0;
  while (term.lastIndex < pattern.length) {
    const start = term.lastIndex;
    const match = term.exec(pattern);
    if (!match) throw invalidPattern(`cannot be read from character ${start} on: ${pattern.slice(start)}`);
    const [, sign = '', quoted, word] = match;
    terms.push({
      sign: sign as Term['sign'],
      text: quoted?.replace(/\\(.)/g, '$1') ?? plainWord(word ?? ''),
    });
  }
  return terms;
}

/** Other characters must stand in double quotes. */
function plainWord(word: string): string {
  if (word.startsWith('%')) throw notSupported('A regular expression (%…%) in a filter pattern');
  const [illegal] = /[^\p{L}\p{N}_]/u.exec(word) ?? [];
  if (illegal !== undefined)
    throw invalidPattern(
      `has the character ${JSON.stringify(illegal)} in the term ${word}; put the term in double quotes`,
    );
  return word;
}

function invalidPattern(problem: string): Error {
  return invalidParameter(`Invalid filter pattern: it ${problem}.`);
}

/** A term matches wherever its letters stand, case and all. */
function compileTerms(terms: readonly Term[]): MessageTest {
  const withSign = (sign: Term['sign']): readonly string[] =>
    terms.filter((one) => one.sign === sign).map(({ text }) => text);
  const [all, none, any] = [withSign(''), withSign('-'), withSign('?')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    !none.some((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text)));
}
