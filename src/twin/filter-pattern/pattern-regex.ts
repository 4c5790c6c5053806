/**
 * Regular expressions of filter patterns, which are less than those of Insights:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
import { Regex } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { invalidPattern } from './invalid-pattern.ts';

/** Letters, digits, symbols, operators; the space stands in AWS's own example. */
const plain = /^[\w:#=@/;,^$?[\]{}|\\*+. -]*$/;
/** A backslash before an operator, and the classes that are named. */
const escapes = /\\(?![dDsSwW]|x[\dA-Fa-f]{2}|[^\dA-Za-z])/;

/** `text` is what stands between the percent signs. */
export function patternRegex(text: string): Regex {
  const illegal = [...new Set(text.replace(/[\w:#=@/;,^$?[\]{}|\\*+. -]/gu, ''))].join('');
  if (!plain.test(text))
    throw invalidPattern(
      `has ${JSON.stringify(illegal)} in the regular expression %${text}%; write it as \\xhh`,
    );
  const [escape] = escapes.exec(text) ?? [];
  if (escape !== undefined)
    throw invalidPattern(`has a backslash in the regular expression %${text}% that means nothing`);
  try {
    return new Regex(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw invalidPattern(
      `has the regular expression %${text}%, which is not valid at its character ${error.offset}: ${error.message}`,
    );
  }
}
