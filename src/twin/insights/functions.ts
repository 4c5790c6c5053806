/**
 * The functions of expressions, by their names in lower case:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
 */
import { ipFunctions } from './ip-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { type Functions, withArgs } from './scalar-function.ts';
import { textFunctions } from './text-functions.ts';
import { isPresent, isTrue, type Value } from './value.ts';

/** "Supports up to 10 branches", and a default. */
const maxCaseArgs = 21;

export const scalarFunctions: Functions = {
  ...textFunctions,
  ...numberFunctions,
  ...ipFunctions,
  ispresent: withArgs(1, 1, ([value]) => isPresent(value)),
  coalesce: withArgs(1, Infinity, (args) => args.find(isPresent)),
  if: withArgs(3, 3, ([condition, then, otherwise]) => (isTrue(condition) ? then : otherwise)),
  case: withArgs(2, maxCaseArgs, firstTrue),
};

/** Pairs of a condition and a value; an argument left over is the default. */
function firstTrue(args: readonly Value[]): Value {
  for (let index = 0; index + 1 < args.length; index += 2) if (isTrue(args[index])) return args[index + 1];
  return args.length % 2 === 1 ? args.at(-1) : undefined;
}

/** Functions of AWS that the twin does not compute. */
export const otherFunctions: readonly string[] = [
  'base64decode',
  'base64encode',
  'dectohex',
  'formatdate',
  'haversine',
  'hextoascii',
  'hextodec',
  'ipv4tonumber',
  'isprivateip',
  'ispublicip',
  'isreservedip',
  'jsonarraycontains',
  'jsonarraysize',
  'jsonparse',
  'jsonstringify',
  'parsedate',
  'queryendtime',
  'querystarttime',
  'querytimerange',
  'regexreplace',
  'split',
  'strftime',
  'urldecode',
  'urlencode',
];
