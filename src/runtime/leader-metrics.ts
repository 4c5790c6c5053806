import type { Counter, MetricRegistry } from './metrics.ts';

/** What is read at each scrape. */
export interface LeaderState {
  isLeader(): boolean;
  transitions(): number;
}

/** The metrics of a candidate. A healthy leader renews every retry period; twice that is late. */
export class LeaderMetrics {
  readonly #lateAfterMs: number;
  readonly #renewals: Counter<'result'>;
  readonly #late: Counter;
  readonly #losses: Counter;
  #longestMs = 0;

  constructor(metrics: MetricRegistry, retryPeriodMs: number, state: LeaderState) {
    this.#lateAfterMs = 2 * retryPeriodMs;
    this.#renewals = metrics.counter({
      name: 'leader_election_renewals_total',
      help: 'Attempts to acquire or renew the lease, without those that found it held by another.',
      labels: ['result'],
    });
    this.#late = metrics.counter({
      name: 'leader_election_renewals_late_total',
      help: 'Renewals that came more than two retry periods after the one before.',
    });
    this.#losses = metrics.counter({ name: 'leader_election_losses_total', help: 'Leaderships lost.' });
    const gauge = (name: string, help: string, read: () => number): void =>
      metrics.gauge({ name, help }).readFrom({}, read);
    gauge('leader_election_is_leader', '1 while leading.', () => (state.isLeader() ? 1 : 0));
    gauge('leader_election_transitions', 'Changes of holder that the lease has counted.', () =>
      state.transitions(),
    );
    gauge('leader_election_longest_renewal_interval_seconds', 'Longest time between two renewals.', () => {
      return this.#longestMs / 1000;
    });
  }

  /** `sinceLastMs`: between the begins of the last two renewals; undefined for the first. */
  renewed(sinceLastMs: number | undefined): void {
    this.#renewals.inc({ result: 'success' });
    if (sinceLastMs === undefined) return;
    this.#longestMs = Math.max(this.#longestMs, sinceLastMs);
    if (sinceLastMs > this.#lateAfterMs) this.#late.inc({});
  }

  failed(): void {
    this.#renewals.inc({ result: 'failure' });
  }

  lost(): void {
    this.#losses.inc({});
  }
}
