/** Rounds in which the contestants take turns, so that whatever else the machine does meets all of them. */

export interface Contestant {
  readonly name: string;
  /** One measurement; smaller rounds before the first warm caches and compiled code up. */
  readonly measure: (round: number) => Promise<number>;
}

export interface RoundOptions {
  /** Of what is measured, for the report. */
  readonly unit: string;
  readonly report: (line: string) => void;
  /** Default 5. */
  readonly rounds?: number;
  /** Rounds before those that count; default 1. */
  readonly warmUps?: number;
}

/** By contestant, one value a round. */
export type Measured = Readonly<Record<string, readonly number[]>>;

/** Every second round goes through the contestants backwards: none is always the one after another. */
export async function takeTurns(
  contestants: readonly Contestant[],
  { unit, report, rounds = 5, warmUps = 1 }: RoundOptions,
): Promise<Measured> {
  const measured: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    const told: string[] = [];
    for (const { name, measure } of order) {
      const value = await measure(round);
      told.push(`${name} ${formatValue(value)} ${unit}`);
      if (round >= 0) measured[name]?.push(value);
    }
    report(`${round < 0 ? 'warm-up' : `round ${round + 1} of ${rounds}`}: ${told.join(', ')}`);
  }
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The median of the rounds' own ratios: a round that was slow for both does not count twice. */
export function medianRatio(measured: Measured, name: string, to: string): number {
  const floor = measured[to] ?? [];
  return median((measured[name] ?? []).map((value, round) => value / (floor[round] ?? Number.NaN)));
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Three digits that count. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
