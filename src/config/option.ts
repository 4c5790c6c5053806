/** One setting of a program: how it is named, what is legal, how it is read. Tables of these are the truth for parsing and for help. */

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

export interface Option<T> {
  /** Without the dashes. The environment variable `CORTEX_<FLAG>` (upper case, `_`) means the same. */
  readonly flag: string;
  /** Further environment variables that are looked at, in order, after `CORTEX_<FLAG>`. */
  readonly env?: readonly string[];
  /** What it is for, one sentence. */
  readonly help: string;
  /** The legal range, to stand after "must be". */
  readonly legal: string;
  /** The problem, if it is not given, says more than `legal`. */
  readonly parse: (text: string) => Parsed<T>;
  /** Used if neither flag nor environment names it; without one the setting is required. */
  readonly fallback?: { readonly value: T; readonly shown: string };
  /** Given as a bare `--flag`, it means true. */
  readonly isSwitch?: boolean;
}

/** Everything but how to parse. */
export interface Naming<T> {
  readonly flag: string;
  readonly env?: readonly string[];
  readonly help: string;
  readonly fallback?: T;
  /** How help shows the fallback, where its text does not. */
  readonly shown?: string;
}

/** Any text that `isLegal` accepts; `explain` may say what is wrong with one that it does not. */
export function text(
  naming: Naming<string>,
  legal: string,
  isLegal: (given: string) => boolean,
  explain: (given: string) => string | undefined = () => undefined,
): Option<string> {
  return make(naming, legal, (given) =>
    isLegal(given) ? { value: given } : { problem: explain(given) ?? `must be ${legal}` },
  );
}

/** A text that may be left out. */
export function optional(option: Option<string>, shown = 'unset'): Option<string | undefined> {
  return { ...option, fallback: { value: undefined, shown } };
}

export interface Range {
  readonly min: number;
  readonly max: number;
  /** For help and messages, for example `seconds`. */
  readonly unit?: string;
}

export function wholeNumber(naming: Naming<number>, range: Range): Option<number> {
  return number(naming, range, { noun: 'a whole number', pattern: /^\d{1,15}$/ });
}

export function decimalNumber(naming: Naming<number>, range: Range): Option<number> {
  return number(naming, range, { noun: 'a number', pattern: /^\d{1,15}(\.\d{1,15})?$/ });
}

/** One of the words, letter by letter. */
export function choice<const T extends string>(naming: Naming<T>, words: readonly T[]): Option<T> {
  const legal = words.join(' or ');
  return make(naming, legal, (given) => {
    const value = words.find((word) => word === given);
    return value === undefined ? { problem: `must be ${legal}` } : { value };
  });
}

export function trueOrFalse(naming: Naming<boolean>): Option<boolean> {
  const { parse, ...rest } = choice({ ...naming, fallback: naming.fallback === false ? 'false' : 'true' }, [
    'true',
    'false',
  ]);
  return {
    ...rest,
    isSwitch: true,
    parse: (given) => {
      const parsed = parse(given);
      return 'problem' in parsed ? parsed : { value: parsed.value === 'true' };
    },
    fallback: { value: naming.fallback ?? true, shown: String(naming.fallback ?? true) },
  };
}

/** Comma-separated; spaces around commas and empty items do not count; the empty text is the empty list. */
export function list<T>(
  naming: Naming<readonly T[]>,
  legalItem: string,
  parseItem: (item: string) => T | undefined,
): Option<readonly T[]> {
  return make(naming, `a comma-separated list, each ${legalItem}`, (given) => {
    const items = given
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    const bad = items.filter((item) => parseItem(item) === undefined);
    if (bad.length > 0) return { problem: problemOfItems(bad, items.length, legalItem) };
    return { value: [...new Set(items)].map((item) => parseItem(item) as T) };
  });
}

/** To stand after the whole value, which is not said again where the bad item is all there is of it. */
function problemOfItems(bad: readonly string[], ofItems: number, legalItem: string): string {
  if (ofItems === 1) return `must be ${legalItem}`;
  return `has ${bad.map((item) => JSON.stringify(item)).join(', ')}; each item must be ${legalItem}`;
}

function number(
  naming: Naming<number>,
  { min, max, unit }: Range,
  form: { noun: string; pattern: RegExp },
): Option<number> {
  const legal = `${form.noun} from ${min} to ${max}${unit ? ` (${unit})` : ''}`;
  return make(naming, legal, (given) => {
    const value = Number(given);
    return form.pattern.test(given) && value >= min && value <= max
      ? { value }
      : { problem: `must be ${legal}` };
  });
}

function make<T>(
  { fallback, shown, ...naming }: Naming<T>,
  legal: string,
  parse: (given: string) => Parsed<T>,
): Option<T> {
  return {
    ...naming,
    legal,
    parse,
    ...(fallback === undefined ? {} : { fallback: { value: fallback, shown: shown ?? String(fallback) } }),
  };
}
