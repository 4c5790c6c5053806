/** Functions of numbers and times: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html */
import { type Functions, onNumbers, withArgs } from './scalar-function.ts';
import { Instant, numberOf } from './value.ts';

const toNumber = onNumbers(1, 1, (number) => number);
const toWhole = onNumbers(1, 1, Math.trunc);

export const numberFunctions: Functions = {
  abs: onNumbers(1, 1, Math.abs),
  ceil: onNumbers(1, 1, Math.ceil),
  floor: onNumbers(1, 1, Math.floor),
  greatest: onNumbers(1, Infinity, Math.max),
  least: onNumbers(1, Infinity, Math.min),
  log: onNumbers(1, 1, Math.log),
  sqrt: onNumbers(1, 1, Math.sqrt),
  round: onNumbers(1, 2, (number, decimals = 0) => {
    const scale = 10 ** Math.trunc(decimals);
    return Math.round(number * scale) / scale;
  }),
  tonumber: toNumber,
  todouble: toNumber,
  toint: toWhole,
  tolong: toWhole,
  isnumeric: withArgs(1, 1, ([value]) => numberOf(value) !== undefined),
  frommillis: withArgs(1, 1, ([value]) => {
    const ms = numberOf(value);
    return ms === undefined ? undefined : new Instant(ms);
  }),
  tomillis: toNumber,
  now: { minArgs: 0, maxArgs: 0, apply: (_, startedAt) => Math.floor(startedAt / 1_000) },
};
