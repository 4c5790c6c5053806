/** What a benchmark is, and the figures that it ends with. */
import type { ProcessGuard } from '../test/control-plane/process-guard.ts';

/** A bound on one side; figures without a goal explain another one. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export interface FigureKind {
  readonly name: string;
  /** `x` for a ratio. */
  readonly unit: string;
  readonly goal?: Goal;
}

/** What a benchmark runs in. */
export interface Bench {
  /** Ends the benchmark's processes and removes its folders, whatever the end is. */
  readonly guard: ProcessGuard;
  /** A folder of this run. */
  readonly folder: string;
  /** A line of progress. */
  readonly report: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  /** One line: what is measured, and against what. */
  readonly measures: string;
  readonly figures: readonly FigureKind[];
  /** One value for each figure, by its name. */
  run(bench: Bench): Promise<Readonly<Record<string, number>>>;
}

export function isMet(goal: Goal, value: number): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

export function describeGoal(goal: Goal): string {
  return 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
}
