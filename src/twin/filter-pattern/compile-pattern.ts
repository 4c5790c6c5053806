/**
 * Filter patterns (FilterLogEvents, StartLiveTail), which are another language than Insights queries:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * ```ebnf
 * pattern = "" | selector | regex | term { term } ;
 * term    = [ "-" | "?" ] ( word | quoted ) ;
 * word    = letters, digits, "_" ;         quoted = '"' … '"'  (a backslash escapes) ;
 * regex   = "%" … "%"  (see pattern-regex.ts) ;
 * ```
 * All plain terms must be in the message, none with `-`. Of terms with `?` one is enough; beside other terms they
 * count for nothing. A `selector` is a condition on JSON, see parse-selector.ts. Letters' case counts.
 */
import { notSupported } from '../refusal.ts';
import { compileSelector } from './compile-selector.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { parseSelector } from './parse-selector.ts';
import { patternRegex } from './pattern-regex.ts';

export type MessageTest = (message: string) => boolean;

/** Throws a `Refusal`. */
export function compilePattern(pattern: string): MessageTest {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('{')) return compileSelector(parseSelector(trimmed));
  if (trimmed.startsWith('[')) throw notSupported('A space-delimited filter pattern');
  if (trimmed.startsWith('%')) return compileRegexPattern(trimmed);
  return compileTerms(parseTerms(trimmed));
}

function compileRegexPattern(pattern: string): MessageTest {
  const end = pattern.indexOf('%', 1);
  if (end < 0) throw invalidPattern(`has a regular expression without a percent sign at its end: ${pattern}`);
  if (end !== pattern.length - 1) throw mixture();
  const regex = patternRegex(pattern.slice(1, end));
  return (message) => regex.test(message);
}

function mixture(): Error {
  return notSupported('A regular expression (%…%) beside other terms of a filter pattern');
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly text: string;
}

const term = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/sy;

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
      text: quoted?.replace(/\\(.)/gs, '$1') ?? plainWord(word ?? ''),
    });
  }
  return terms;
}

/** Other characters must stand in double quotes. */
function plainWord(word: string): string {
  if (word.startsWith('%')) throw mixture();
  const [illegal] = /[^\p{L}\p{N}_]/u.exec(word) ?? [];
  if (illegal !== undefined)
    throw invalidPattern(
      `has the character ${JSON.stringify(illegal)} in the term ${word}; put the term in double quotes`,
    );
  return word;
}

/** A term matches wherever its letters stand; one of nothing but space, everything. */
function compileTerms(terms: readonly Term[]): MessageTest {
  const withSign = (sign: Term['sign']): readonly string[] =>
    terms.filter((one) => one.sign === sign && one.text.trim() !== '').map(({ text }) => text);
  const [all, none, any] = [withSign(''), withSign('-'), withSign('?')];
  if (all.length === 0 && none.length === 0)
    return (message) => any.length === 0 || any.some((text) => message.includes(text));
  return (message) =>
    all.every((text) => message.includes(text)) && !none.some((text) => message.includes(text));
}
