/** Figures for people and for machines. */
import { describeGoal, isMet, type Benchmark, type FigureKind } from './benchmark.ts';
import { formatValue } from './rounds.ts';

export type Values = Readonly<Record<string, number>>;

/** One line a figure: `NAME.figure: 1.52 x (goal <= 1.8)`. */
export function renderFigures({ name, figures }: Benchmark, values: Values): string {
  return figures.map((figure) => `${name}.${renderFigure(figure, valueOf(figure, values))}\n`).join('');
}

function renderFigure({ name, unit, goal }: FigureKind, value: number): string {
  const bound = goal === undefined ? '(no goal)' : `(goal ${describeGoal(goal)})`;
  return `${name}: ${formatValue(value)} ${unit} ${bound}`;
}

export function renderJson({ name, figures }: Benchmark, values: Values): string {
  const told = figures.map((figure) => {
    const value = valueOf(figure, values);
    const { unit, goal } = figure;
    return {
      name: figure.name,
      value,
      unit,
      ...(goal === undefined ? {} : { goal, met: isMet(goal, value) }),
    };
  });
  return `${JSON.stringify({ benchmark: name, figures: told })}\n`;
}

export function renderList(benchmarks: readonly Benchmark[]): string {
  return `npm run bench -- NAME [--json]\n\n${benchmarks.map(renderEntry).join('\n')}`;
}

function renderEntry({ name, measures, figures }: Benchmark): string {
  const goals = figures.flatMap((figure) =>
    figure.goal === undefined ? [] : [`  ${figure.name} ${describeGoal(figure.goal)} ${figure.unit}\n`],
  );
  return `${name}: ${measures}\n${goals.join('')}`;
}

function valueOf({ name }: FigureKind, values: Values): number {
  const value = values[name];
  if (value === undefined) throw new Error(`The benchmark did not measure ${name}.`);
  return value;
}
