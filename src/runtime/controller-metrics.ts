import type { Counter, Histogram, MetricRegistry } from './metrics.ts';

/** How one reconcile ended; the words of controller-runtime. */
export type ReconcileOutcome = 'success' | 'requeue_after' | 'error' | 'terminal_error';

/** What is read at each scrape. */
export interface ControllerState {
  depth(): number;
  delayed(): number;
  inFlight(): number;
  longestRunningMs(): number;
}

/** The metrics of one controller, named like controller-runtime's and client-go's. */
export class ControllerMetrics {
  readonly #name: string;
  readonly #total: Counter<'controller' | 'result'>;
  readonly #retries: Counter<'controller'>;
  readonly #duration: Histogram<'controller'>;

  constructor(metrics: MetricRegistry, name: string, state: ControllerState) {
    this.#name = name;
    const labels = ['controller'] as const;
    this.#total = metrics.counter({
      name: 'controller_reconcile_total',
      help: 'Reconciles by result.',
      labels: ['controller', 'result'],
    });
    this.#retries = metrics.counter({
      name: 'workqueue_retries_total',
      help: 'Keys queued again with backoff.',
      labels,
    });
    this.#duration = metrics.histogram({
      name: 'controller_reconcile_duration_seconds',
      help: 'How long a reconcile took.',
      labels,
    });
    const gauge = (gaugeName: string, help: string, read: () => number): void =>
      metrics.gauge({ name: gaugeName, help, labels }).readFrom({ controller: name }, read);
    gauge('workqueue_depth', 'Keys that are ready and wait for a worker.', () => state.depth());
    gauge('workqueue_delayed', 'Keys that wait for their time.', () => state.delayed());
    gauge('controller_active_workers', 'Reconciles that run.', () => state.inFlight());
    gauge('workqueue_longest_running_processor_seconds', 'Age of the oldest reconcile that runs.', () => {
      return state.longestRunningMs() / 1000;
    });
  }

  ended(result: ReconcileOutcome, durationMs: number): void {
    this.#total.inc({ controller: this.#name, result });
    this.#duration.observe({ controller: this.#name }, durationMs / 1000);
  }

  retried(): void {
    this.#retries.inc({ controller: this.#name });
  }
}
