/** The aggregation functions of `stats`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html */
import type { Row } from './row.ts';
import { compareRows } from './row.ts';
import { compareKeys, type NaturalKey, naturalKeyOf, numberOf, textOf, type Value } from './value.ts';

export interface Accumulator {
  /** `value` is the first argument, true for `*`. */
  add(value: Value, row: Row): void;
  result(): Value;
}

export interface AggregateFunction {
  readonly minArgs: number;
  readonly maxArgs: number;
  /** `parameter` is the second argument, which is a literal. */
  readonly create: (parameter: number) => Accumulator;
}

function unary(create: () => Accumulator): AggregateFunction {
  return { minArgs: 1, maxArgs: 1, create };
}

const percentile: AggregateFunction = { minArgs: 2, maxArgs: 2, create: percentileOf };

/** By their names in lower case. */
export const aggregateFunctions: Readonly<Record<string, AggregateFunction>> = {
  count: { minArgs: 0, maxArgs: 1, create: count },
  count_distinct: unary(countDistinct),
  sum: unary(() => ofNumbers(({ sum }) => sum)),
  avg: unary(() => ofNumbers(({ sum, count }) => sum / count)),
  // Of the population: which deviation it is, is not documented.
  stddev: unary(() => ofNumbers(({ squares, count }) => Math.sqrt(squares / count))),
  min: unary(() => extreme(-1)),
  max: unary(() => extreme(1)),
  sortsfirst: unary(() => extreme(-1)),
  sortslast: unary(() => extreme(1)),
  earliest: unary(() => atExtremeTime(-1)),
  latest: unary(() => atExtremeTime(1)),
  pct: percentile,
  percentile,
  median: unary(() => percentileOf(50)),
};

function count(): Accumulator {
  let total = 0;
  return {
    add: (value) => {
      if (value !== undefined) total++;
    },
    result: () => total,
  };
}

function countDistinct(): Accumulator {
  const seen = new Set<string>();
  return {
    add: (value) => {
      if (value !== undefined) seen.add(textOf(value));
    },
    result: () => seen.size,
  };
}

interface Moments {
  sum: number;
  count: number;
  /** The sum of the squares of the distances to the mean, by Welford's method. */
  squares: number;
}

/** Missing where there was no number at all. */
function ofNumbers(result: (moments: Moments) => number): Accumulator {
  const moments: Moments = { sum: 0, count: 0, squares: 0 };
  let mean = 0;
  return {
    add: (value) => {
      const number = numberOf(value);
      if (number === undefined) return;
      const distance = number - mean;
      moments.sum += number;
      moments.count++;
      mean += distance / moments.count;
      moments.squares += distance * (number - mean);
    },
    result: () => (moments.count === 0 ? undefined : result(moments)),
  };
}

/** In the order of `sort`. */
function extreme(sign: 1 | -1): Accumulator {
  let best: Value;
  let bestKey: NaturalKey;
  return {
    add: (value) => {
      if (value === undefined) return;
      const key = naturalKeyOf(value);
      if (best !== undefined && sign * compareKeys(key, bestKey) <= 0) return;
      best = value;
      bestKey = key;
    },
    result: () => best,
  };
}

/** Of the rows that have a value. */
function atExtremeTime(sign: 1 | -1): Accumulator {
  let best: { readonly value: Value; readonly row: Row } | undefined;
  return {
    add: (value, row) => {
      if (value !== undefined && (!best || sign * compareRows(row, best.row) > 0)) best = { value, row };
    },
    result: () => best?.value,
  };
}

/** The smallest number that so many percent of the numbers do not exceed (which method AWS uses, is not documented). */
function percentileOf(percent: number): Accumulator {
  const numbers: number[] = [];
  return {
    add: (value) => {
      const number = numberOf(value);
      if (number !== undefined) numbers.push(number);
    },
    result: () => {
      const sorted = Float64Array.from(numbers).sort();
      return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
    },
  };
}
