/** Prometheus metrics, registered once and typed by their label names. The only importer of prom-client. */
import PromCounter from 'prom-client/lib/counter.js';
import PromGauge from 'prom-client/lib/gauge.js';
import PromHistogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';

export type MetricLabels<L extends string> = Readonly<Record<L, string>>;

/** Only goes up. */
export interface Counter<L extends string = never> {
  /** Adds `by` (default 1) for these label values. */
  inc(labels: MetricLabels<L>, by?: number): void;
}

export interface Gauge<L extends string = never> {
  set(labels: MetricLabels<L>, value: number): void;
  /** Reads the value anew at each scrape; a later call for the same labels replaces the reader. */
  readFrom(labels: MetricLabels<L>, read: () => number): void;
  /** No longer reported for these label values. */
  remove(labels: MetricLabels<L>): void;
}

export interface Histogram<L extends string = never> {
  observe(labels: MetricLabels<L>, value: number): void;
}

export interface MetricOptions<L extends string> {
  /** Prometheus style, base unit in the name, counters end in `_total`. The registry adds its prefix. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds, ascending; default 1 ms to 60 s. */
  readonly buckets?: readonly number[];
}

const secondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/** What others need to make metrics: `import type` it. A name asked for twice is the same metric. */
export interface MetricRegistry {
  counter<L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<L extends string = never>(options: MetricOptions<L>): Gauge<L>;
  histogram<L extends string = never>(options: HistogramOptions<L>): Histogram<L>;
}

export class Metrics implements MetricRegistry {
  readonly #registry = new Registry();
  readonly #prefix: string;
  readonly #made = new Map<string, { readonly kind: string; readonly metric: unknown }>();

  /** `prefix` stands before every name, for example `cortex_`. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  counter<L extends string = never>(options: MetricOptions<L>): Counter<L> {
    return this.#once('counter', options.name, () => new PromCounter(this.#configuration(options)));
  }

  gauge<L extends string = never>(options: MetricOptions<L>): Gauge<L> {
    return this.#once('gauge', options.name, () => this.#makeGauge(options));
  }

  histogram<L extends string = never>(options: HistogramOptions<L>): Histogram<L> {
    const buckets = [...(options.buckets ?? secondsBuckets)];
    return this.#once(
      'histogram',
      options.name,
      () => new PromHistogram({ ...this.#configuration(options), buckets }),
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  #makeGauge<L extends string>(options: MetricOptions<L>): Gauge<L> {
    const readers = new Map<string, { readonly labels: MetricLabels<L>; readonly read: () => number }>();
    const gauge = new PromGauge({
      ...this.#configuration(options),
      collect(): void {
        for (const { labels, read } of readers.values()) this.set(labels, read());
      },
    });
    return {
      set: (labels, value) => gauge.set(labels, value),
      readFrom: (labels, read) => void readers.set(JSON.stringify(labels), { labels, read }),
      remove(labels) {
        readers.delete(JSON.stringify(labels));
        gauge.remove(labels);
      },
    };
  }

  #configuration<L extends string>({
    name,
    help,
    labels = [],
  }: MetricOptions<L>): {
    name: string;
    help: string;
    labelNames: L[];
    registers: Registry[];
  } {
    return { name: this.#prefix + name, help, labelNames: [...labels], registers: [this.#registry] };
  }

  #once<T>(kind: string, name: string, make: () => T): T {
    const made = this.#made.get(name);
    if (!made) {
      const metric = make();
      this.#made.set(name, { kind, metric });
      return metric;
    }
    if (made.kind !== kind)
      throw new Error(`the metric ${name} is a ${made.kind}, it cannot be a ${kind} too`);
    return made.metric as T;
  }
}
