/**
 * Periods such as `5m`, for `bin`, `datefloor` and `dateceil`:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
 */
export interface Period {
  readonly count: number;
  readonly unit: Unit;
}

type Unit = keyof typeof units;

interface Length {
  readonly ms?: number;
  /** Where the first period begins, in ms since 1970; default then. */
  readonly offsetMs?: number;
  readonly months?: number;
  /** "CloudWatch Logs caps your request according to the time unit": `bin(300s)` means 60 seconds. */
  readonly cap?: number;
  /** Those of more than one letter may have an s at the end. */
  readonly names: readonly string[];
}

const dayMs = 86_400_000;

const units = {
  millisecond: { ms: 1, cap: 1_000, names: ['millisecond', 'ms', 'msec'] },
  second: { ms: 1_000, cap: 60, names: ['second', 's', 'sec'] },
  minute: { ms: 60_000, cap: 60, names: ['minute', 'm', 'min'] },
  hour: { ms: 3_600_000, cap: 24, names: ['hour', 'h', 'hr'] },
  day: { ms: dayMs, names: ['day', 'd'] },
  // 1970 began on a Thursday. That weeks begin on Mondays is our reading.
  week: { ms: 7 * dayMs, offsetMs: -3 * dayMs, names: ['week', 'w'] },
  month: { months: 1, names: ['month', 'mo', 'mon'] },
  quarter: { months: 3, names: ['quarter', 'q', 'qtr'] },
  year: { months: 12, names: ['year', 'y', 'yr'] },
} as const satisfies Record<string, Length>;

/** Undefined if there is no such unit. */
export function unitNamed(name: string): Unit | undefined {
  const wanted = name.toLowerCase();
  const names = wanted.length > 2 && wanted.endsWith('s') ? [wanted, wanted.slice(0, -1)] : [wanted];
  return (Object.keys(units) as Unit[]).find((unit) =>
    names.some((one) => (units[unit].names as readonly string[]).includes(one)),
  );
}

/** The beginning of the period in which the time lies, both in ms since 1970. */
export function floorTime(timeMs: number, { count, unit }: Period): number {
  const { ms, months = 1, offsetMs = 0, cap = Infinity }: Length = units[unit];
  const many = Math.min(count, cap);
  if (ms === undefined) return floorMonths(timeMs, many * months);
  return Math.floor((timeMs - offsetMs) / (many * ms)) * many * ms + offsetMs;
}

/** The end of the period in which the time lies; a time that begins a period is its own. */
export function ceilTime(timeMs: number, period: Period): number {
  const begin = floorTime(timeMs, period);
  if (begin === timeMs) return timeMs;
  const { ms, months = 1, cap = Infinity }: Length = units[period.unit];
  const many = Math.min(period.count, cap);
  return ms === undefined ? floorMonths(begin, many * months, 1) : begin + many * ms;
}

/** Counted from the year 0, so that quarters and years begin where calendars have them. */
function floorMonths(timeMs: number, months: number, further = 0): number {
  const date = new Date(timeMs);
  const count = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const begin = (Math.floor(count / months) + further) * months;
  const first = new Date(0);
  first.setUTCFullYear(Math.floor(begin / 12), begin % 12, 1);
  return first.getTime();
}
