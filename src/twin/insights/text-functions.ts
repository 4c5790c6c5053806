/** Functions of texts: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html */
import { type Functions, onText, onTexts, withArgs } from './scalar-function.ts';
import { isTrue, numberOf, textOf, type Value } from './value.ts';

export const textFunctions: Functions = {
  // "Returns 1 if the field is missing or …": all other texts give 0.
  isempty: withArgs(1, 1, ([value]) => Number(value === undefined || textOf(value) === '')),
  isblank: withArgs(1, 1, ([value]) => Number(value === undefined || textOf(value).trim() === '')),
  concat: withArgs(1, Infinity, (args) => args.map((one) => (one === undefined ? '' : textOf(one))).join('')),
  strlen: onText((text) => codePoints(text).length),
  messagesize: onText((text) => Buffer.byteLength(text)),
  toupper: onText((text) => text.toUpperCase()),
  tolower: onText((text) => text.toLowerCase()),
  trim: onTexts(1, 2, (text, characters) => trimEnd(trimStart(text, characters), characters)),
  ltrim: onTexts(1, 2, trimStart),
  rtrim: onTexts(1, 2, trimEnd),
  substr: withArgs(2, 3, substring),
  replace: onTexts(3, 3, (text = '', searched = '', replacement = '') =>
    searched === '' ? text : text.replaceAll(searched, () => replacement),
  ),
  strcontains: withArgs(2, 3, ([text, part, isCaseBlind]) => {
    if (text === undefined || part === undefined) return undefined;
    const [whole, searched] = [text, part].map((one) =>
      isTrue(isCaseBlind) ? textOf(one).toLowerCase() : textOf(one),
    );
    return Number(whole?.includes(searched ?? ''));
  }),
  startswith: onTexts(2, 2, (text = '', part = '') => Number(text.startsWith(part))),
  endswith: onTexts(2, 2, (text = '', part = '') => Number(text.endsWith(part))),
};

function codePoints(text: string): readonly string[] {
  return Array.from(text);
}

/** Without `characters`, white space. */
function trimStart(text = '', characters?: string): string {
  if (characters === undefined) return text.trimStart();
  let begin = 0;
  while (begin < text.length && characters.includes(text.charAt(begin))) begin++;
  return text.slice(begin);
}

function trimEnd(text = '', characters?: string): string {
  if (characters === undefined) return text.trimEnd();
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Counted in characters of Unicode, from 0. */
function substring([text, start, length]: readonly Value[]): Value {
  const begin = numberOf(start);
  if (text === undefined || begin === undefined) return undefined;
  const rest = codePoints(textOf(text)).slice(Math.max(0, begin));
  return rest.slice(0, Math.max(0, length === undefined ? rest.length : (numberOf(length) ?? 0))).join('');
}
