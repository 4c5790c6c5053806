/** The operator's /metrics, read. */
export interface MetricValues {
  /** The sum over all series of this name (without the operator's prefix) whose labels contain the text. */
  sum(name: string, labels?: string): number;
}

const prefix = 'cortex_logging_';

/** From Prometheus' text format. */
export function parseMetrics(text: string): MetricValues {
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return {
    sum: (name, labels = '') =>
      lines
        .filter((line) => isOf(line, name) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0),
  };
}

function isOf(line: string, name: string): boolean {
  const rest = line.slice(prefix.length + name.length);
  return line.startsWith(name, prefix.length) && (rest.startsWith('{') || rest.startsWith(' '));
}
