/** A watch that does not work is never silent: it stands in the log, in the metrics and in readiness. */
import type { ReflectorObserver, ReflectorState } from '../kube/reflector.ts';
import type { ClaimReader } from '../pods/reconcile-pod.ts';
import type { HealthCheck } from '../runtime/health-server.ts';
import type { Logger } from '../runtime/logger.ts';
import type { MetricRegistry } from '../runtime/metrics.ts';

export interface ReportedWatch {
  readonly resource: string;
  readonly state: ReflectorState;
  readonly store: { readonly size: number };
}

/** A cut that heals within this time is everyday life and not worth a failed readiness. */
const toleratedFailureMs = 10_000;

export function createWatchObserver(logger: Logger, metrics: MetricRegistry): ReflectorObserver {
  const failures = metrics.counter({
    name: 'watch_failures_total',
    help: 'Failed lists and watches, by resource and reason.',
    labels: ['resource', 'reason'],
  });
  const lists = metrics.counter({
    name: 'watch_lists_total',
    help: 'Complete lists, by resource.',
    labels: ['resource'],
  });
  const objects = metrics.counter({
    name: 'watch_object_errors_total',
    help: 'Objects that could not be read, by resource.',
    labels: ['resource'],
  });
  return {
    onList: (resource, { count, durationMs }) => {
      lists.inc({ resource });
      logger.info('listed', { resource, count, durationMs: Math.round(durationMs) });
    },
    onFailure: (resource, { reason, message, since, retryInMs }) => {
      failures.inc({ resource, reason });
      logger.warn('watch failed, will retry', {
        resource,
        reason,
        problem: message,
        since: new Date(since).toISOString(),
        retryInMs: Math.round(retryInMs),
      });
    },
    onRecovery: (resource, afterMs) => logger.info('watch works again', { resource, afterMs }),
    onObjectError: (resource, key, error) => {
      objects.inc({ resource });
      logger.error('object could not be read, it is left out', { resource, key, error });
    },
  };
}

export function registerWatchMetrics(watches: readonly ReportedWatch[], metrics: MetricRegistry): void {
  const failing = metrics.gauge({
    name: 'watch_failing_seconds',
    help: 'How long the watch has been failing; 0 while it works.',
    labels: ['resource'],
  });
  const objects = metrics.gauge({
    name: 'watch_objects',
    help: 'Objects held, by resource.',
    labels: ['resource'],
  });
  for (const { resource, ...rest } of watches.map(withState)) {
    failing.readFrom({ resource }, () => failingMs(rest.state()) / 1000);
    objects.readFrom({ resource }, rest.size);
  }
}

/** Fails until the first complete list, and while the watch has been failing for over ten seconds. */
export function watchCheck(watch: ReportedWatch): HealthCheck {
  return () => {
    const { synced, failing } = watch.state;
    if (failing !== undefined && (!synced || failingMs(watch.state) > toleratedFailureMs))
      return `${failing.message}, since ${new Date(failing.since).toISOString()}`;
    return synced ? undefined : 'not listed yet';
  };
}

/**
 * Fails until it is known who claims what, and never again: what goes missing later, and kinds that only a person can
 * bring back (their CRD, the right to list them), are no reason to answer no reviews at all. `watchCheck` tells those.
 */
export function claimsCheck(claims: Pick<ClaimReader, 'knowledge'>): HealthCheck {
  let isKnown = false;
  return () => {
    isKnown ||= claims.knowledge() !== 'unknown';
    return isKnown ? undefined : 'not all kinds of APIs and jobs are listed yet, /readyz names them';
  };
}

function withState(watch: ReportedWatch): {
  resource: string;
  state: () => ReflectorState;
  size: () => number;
} {
  return { resource: watch.resource, state: () => watch.state, size: () => watch.store.size };
}

function failingMs({ failing }: ReflectorState): number {
  return failing === undefined ? 0 : Date.now() - failing.since;
}
