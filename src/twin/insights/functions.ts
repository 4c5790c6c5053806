/**
 * The functions of expressions, by their names in lower case:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
 */
import { isPresent, numberOf, textOf, type Value } from './value.ts';

export interface ScalarFunction {
  readonly minArgs: number;
  readonly maxArgs: number;
  apply(args: readonly Value[]): Value;
}

function onText(apply: (text: string) => Value): ScalarFunction {
  return {
    minArgs: 1,
    maxArgs: 1,
    apply: ([value]) => (value === undefined ? undefined : apply(textOf(value))),
  };
}

function onNumber(apply: (number: number) => number): ScalarFunction {
  return {
    minArgs: 1,
    maxArgs: 1,
    apply: ([value]) => {
      const number = numberOf(value);
      return number === undefined ? undefined : apply(number);
    },
  };
}

function onNumbers(apply: (...numbers: number[]) => number): ScalarFunction {
  return {
    minArgs: 1,
    maxArgs: Infinity,
    apply: (args) => {
      const numbers = args.map(numberOf).filter((one) => one !== undefined);
      return numbers.length === args.length ? apply(...numbers) : undefined;
    },
  };
}

function single(apply: (value: Value) => Value): ScalarFunction {
  return { minArgs: 1, maxArgs: 1, apply: ([value]) => apply(value) };
}

export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  ispresent: single(isPresent),
  isempty: single((value) => value === undefined || textOf(value) === ''),
  isblank: single((value) => value === undefined || textOf(value).trim() === ''),
  coalesce: { minArgs: 1, maxArgs: Infinity, apply: (args) => args.find(isPresent) },
  concat: {
    minArgs: 1,
    maxArgs: Infinity,
    apply: (args) => args.map((one) => (one === undefined ? '' : textOf(one))).join(''),
  },
  strlen: onText((text) => Array.from(text).length),
  trim: onText((text) => text.trim()),
  toupper: onText((text) => text.toUpperCase()),
  tolower: onText((text) => text.toLowerCase()),
  strcontains: {
    minArgs: 2,
    maxArgs: 2,
    apply: ([text, part]) =>
      text === undefined || part === undefined ? undefined : Number(textOf(text).includes(textOf(part))),
  },
  abs: onNumber(Math.abs),
  ceil: onNumber(Math.ceil),
  floor: onNumber(Math.floor),
  greatest: onNumbers(Math.max),
  least: onNumbers(Math.min),
};

/** Functions of AWS that the twin does not compute. */
export const otherFunctions: readonly string[] = [
  'bin',
  'dateceil',
  'datefloor',
  'earliest',
  'frommillis',
  'isipinsubnet',
  'isipv4insubnet',
  'isipv6insubnet',
  'isvalidip',
  'isvalidipv4',
  'isvalidipv6',
  'jsonparse',
  'jsonstringify',
  'latest',
  'log',
  'ltrim',
  'median',
  'now',
  'pct',
  'percentile',
  'replace',
  'rtrim',
  'sortsfirst',
  'sortslast',
  'sqrt',
  'stddev',
  'substr',
  'tomillis',
  'variance',
  'case',
  'if',
  'parse_duration',
  'strftime',
  'values',
  'list',
];
