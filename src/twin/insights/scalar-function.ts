/** What a function of an expression is. */
import { numberOf, textOf, type Value } from './value.ts';

export interface ScalarFunction {
  readonly minArgs: number;
  readonly maxArgs: number;
  /** `startedAt` is when the query began, in ms since 1970. */
  apply(args: readonly Value[], startedAt: number): Value;
}

export type Functions = Readonly<Record<string, ScalarFunction>>;

export function withArgs(
  minArgs: number,
  maxArgs: number,
  apply: (args: readonly Value[]) => Value,
): ScalarFunction {
  return { minArgs, maxArgs, apply };
}

/** Of one text, missing without it. */
export function onText(apply: (text: string) => Value): ScalarFunction {
  return withArgs(1, 1, ([value]) => (value === undefined ? undefined : apply(textOf(value))));
}

/** Of some texts, missing where one of them is. */
export function onTexts(
  minArgs: number,
  maxArgs: number,
  apply: (...texts: string[]) => Value,
): ScalarFunction {
  return withArgs(minArgs, maxArgs, (args) => {
    const texts = args.flatMap((one) => (one === undefined ? [] : [textOf(one)]));
    return texts.length === args.length ? apply(...texts) : undefined;
  });
}

/** Of some numbers, missing where one of them is none, or the result is none. */
export function onNumbers(
  minArgs: number,
  maxArgs: number,
  apply: (...numbers: number[]) => number,
): ScalarFunction {
  return withArgs(minArgs, maxArgs, (args) => {
    const numbers = args.map(numberOf).filter((one) => one !== undefined);
    const result = numbers.length === args.length ? apply(...numbers) : NaN;
    return Number.isFinite(result) ? result : undefined;
  });
}
