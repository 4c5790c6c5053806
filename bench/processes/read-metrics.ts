/** The operator's /metrics, read. */
export interface MetricValues {
  /** Upper bounds of a histogram's buckets, the smallest first, and how many observations are below each. */
  buckets(name: string): readonly (readonly [bound: number, count: number])[];
  /** The sum over all series of this name (without the operator's prefix) whose labels contain the text. */
  sum(name: string, labels?: string): number;
}

const prefix = 'cortex_logging_';

/** From Prometheus' text format. */
export function parseMetrics(text: string): MetricValues {
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return {
    buckets: (name) =>
      lines
        .filter((line) => isOf(line, `${name}_bucket`))
        .map((line) => [boundOf(line), Number(line.slice(line.lastIndexOf(' ')))] as const)
        .toSorted(([a], [b]) => a - b),
    sum: (name, labels = '') =>
      lines
        .filter((line) => isOf(line, name) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0),
  };
}

/** Of what was observed in between, evenly spread within each bucket, as Prometheus takes it. */
export function quantile(
  name: string,
  share: number,
  { before, after }: { readonly before: MetricValues; readonly after: MetricValues },
): number {
  const earlier = new Map(before.buckets(name));
  const counts = after
    .buckets(name)
    .map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const);
  const wanted = (counts.at(-1)?.[1] ?? 0) * share;
  let [low, below] = [0, 0];
  for (const [bound, count] of counts) {
    if (count >= wanted)
      return Number.isFinite(bound) ? low + ((bound - low) * (wanted - below)) / (count - below) : low;
    [low, below] = [bound, count];
  }
  return Number.NaN;
}

function boundOf(line: string): number {
  const [, text = ''] = /le="([^"]+)"/.exec(line) ?? [];
  return text === '+Inf' ? Infinity : Number(text);
}

function isOf(line: string, name: string): boolean {
  const rest = line.slice(prefix.length + name.length);
  return line.startsWith(name, prefix.length) && (rest.startsWith('{') || rest.startsWith(' '));
}
