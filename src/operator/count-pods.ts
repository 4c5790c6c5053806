/** What the pod path tells in metrics. */
import type { PendingRemovals } from '../pods/pending-removals.ts';
import type { PodOutcomes } from '../pods/pod-outcomes.ts';
import type { PodCounts } from '../pods/report-pod.ts';
import type { Gauge, MetricRegistry } from '../runtime/metrics.ts';

export function countPods(metrics: MetricRegistry): PodCounts {
  const patches = metrics.counter({
    name: 'pod_label_patches_total',
    help: 'Pods whose labels were written.',
  });
  const refusals = metrics.counter({
    name: 'pod_label_refusals_total',
    help: 'Writes that the match rule forbade, by the kind of object that selects the pod.',
    labels: ['kind'],
  });
  const unclaimed = unclaimedGauge(metrics);
  const unknown = metrics.counter({
    name: 'owner_kinds_unknown_total',
    help: 'Kinds that own pods and are not on the allow-list.',
    labels: ['kind'],
  });
  return {
    patched: () => patches.inc({}),
    refused: (kind) => refusals.inc({ kind }),
    unclaimedLabels: (pods) => unclaimed.set({}, pods),
    ownerKindUnknown: (kind) => unknown.inc({ kind }),
  };
}

function unclaimedGauge(metrics: MetricRegistry): Gauge {
  return metrics.gauge({
    name: 'pods_unclaimed_labeled',
    help: 'Pods with identity labels that no resource claims.',
  });
}

function labeledGauge(metrics: MetricRegistry): Gauge {
  return metrics.gauge({ name: 'pods_labeled', help: 'Claimed pods that carry their labels.' });
}

function awaitingGauge(metrics: MetricRegistry): Gauge {
  return metrics.gauge({
    name: 'pods_awaiting_removal',
    help: 'Pods whose labels are to be taken away or to change hands.',
  });
}

export function registerGauges(
  metrics: MetricRegistry,
  outcomes: PodOutcomes,
  removals: PendingRemovals,
): void {
  labeledGauge(metrics).readFrom({}, () => outcomes.labeled);
  awaitingGauge(metrics).readFrom({}, () => removals.size);
}

/** Only the leader knows; sums over the replicas are then right. */
export function resetGauges(metrics: MetricRegistry): void {
  unclaimedGauge(metrics).set({}, 0);
  labeledGauge(metrics).readFrom({}, () => 0);
  awaitingGauge(metrics).readFrom({}, () => 0);
}
