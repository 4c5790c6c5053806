/** From a configuration to the components that the lifecycle starts and stops. */
import type { OperatorConfig } from '../config/read-operator-config.ts';
import { EventRecorder } from '../kube/events.ts';
import type { Connection } from '../kube/kube-config.ts';
import { LeaseStore } from '../kube/lease.ts';
import { Transport } from '../kube/transport.ts';
import { systemClock, within } from '../runtime/clock.ts';
import { HealthServer } from '../runtime/health-server.ts';
import { LeaderElector } from '../runtime/leader.ts';
import type { Component } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { makeAdmissionPath, makeCertificatePath, type AdmissionPath } from './admission-path.ts';
import { startListening } from './explain-listening.ts';
import { fenceKube } from './fence-writes.ts';
import { Leading } from './lead.ts';
import { makeLogGroupPath } from './log-group-path.ts';
import { makePodPath, type PathParts, type PodPath } from './pod-path.ts';
import {
  createWatchObserver,
  registerWatchMetrics,
  watchCheck,
  type ReportedWatch,
} from './report-watches.ts';
import { makeStatusPath } from './status-path.ts';
import { ClusterWatch } from './watch-cluster.ts';
import type { KindWatch } from './watch-kind.ts';
import { watchRegistration, type WatchedRegistration } from './watch-registration.ts';

interface Assembly {
  readonly config: OperatorConfig;
  readonly connection: Connection;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A burst of pods is one look at their resource's counts, not one for each pod. */
const tallyPauseMs = 250;

/** Events that still wait at a stop get this long. */
const flushMs = 2_000;

/**
 * In order of starting; the lease is given back after all that writes has ended. Admission is the first to
 * end, while everything that it answers from goes on.
 */
export function assemble({ config, connection, logger, metrics }: Assembly): readonly Component[] {
  const transport = new Transport(connection, { userAgent: 'cortex-logging-operator' });
  const observer = createWatchObserver(logger.child('watch'), metrics);
  const cluster = new ClusterWatch({ transport, observer, logger });
  const events = makeEvents(transport, { config, logger });
  const leader = makeLeader(transport, { config, logger, metrics });
  const isLeader = (): boolean => leader.isLeader();
  const fenced = fenceKube(transport, isLeader);
  const registration = makesCertificates(config)
    ? watchRegistration({ transport, observer, logger }, config.admissionWebhook)
    : undefined;
  const leading = makeLeading(
    { config, cluster, transport: fenced, isLeader, events, logger, metrics },
    registration,
  );
  const admission = config.admission
    ? makeAdmissionPath({ config, cluster, transport, logger, metrics })
    : undefined;
  const watches = [...cluster.all, ...(registration ? [registration] : [])];
  registerWatchMetrics(watches, metrics);
  return [
    { name: 'transport', start: () => undefined, stop: () => transport.close() },
    makeHealthServer({ config, watches, logger, metrics, admission }),
    { name: 'leader', start: () => leader.start(leading), stop: () => leader.stop() },
    { name: 'events', start: () => undefined, stop: () => endEvents(events) },
    { name: 'watches', start: () => cluster.start(), stop: () => cluster.stop() },
    ...(registration
      ? [{ name: 'registration-watch', start: () => registration.start(), stop: () => registration.stop() }]
      : []),
    { name: 'controllers', start: () => undefined, stop: () => leading.stop() },
    ...(admission ? [admission.component] : []),
  ];
}

function makesCertificates({ admission, admissionCertificates }: OperatorConfig): boolean {
  return admission && admissionCertificates === 'Own';
}

/** Each term begins with empty hands: what an earlier one knew may have been undone by another leader since. */
function makeLeading(parts: PathParts, registration: KindWatch<WatchedRegistration> | undefined): Leading {
  return new Leading(() => {
    const logGroups = makeLogGroupPath(parts);
    const statuses = makeStatusPath(parts, () => pods);
    const pods: PodPath = makePodPath(parts, (workloadKey) =>
      statuses.controller.enqueueAfter(workloadKey, tallyPauseMs),
    );
    const certificates = registration && makeCertificatePath(parts, registration.store);
    return { pods, statuses, logGroups, ...(certificates ? { certificates } : {}) };
  }, parts.config.resyncMinutes * 60_000);
}

function makeEvents(
  transport: Transport,
  { config, logger }: Pick<Assembly, 'config' | 'logger'>,
): EventRecorder {
  return new EventRecorder(transport, {
    controller: 'cortex.dev/operator',
    instance: config.podName,
    onDropped: (error) => logger.warn('event not written', { error }),
  });
}

async function endEvents(events: EventRecorder): Promise<void> {
  await within(systemClock, flushMs, events.flush());
  events.stop();
}

interface HealthParts extends Pick<Assembly, 'config' | 'logger' | 'metrics'> {
  readonly watches: readonly ReportedWatch[];
  readonly admission: AdmissionPath | undefined;
}

function makeHealthServer({ config, watches, logger, metrics, admission }: HealthParts): Component {
  const checks = watches.map((watch) => [`watch-${watch.resource}`, watchCheck(watch)] as const);
  const server = new HealthServer({
    host: config.healthHost,
    port: config.healthPort,
    healthz: { ping: () => undefined },
    readyz: { ...Object.fromEntries(checks), ...admission?.checks },
    ...(admission ? { notes: { admission: admission.note } } : {}),
    metrics,
    logger,
  });
  const place = { host: config.healthHost, port: config.healthPort, flag: 'health' } as const;
  return {
    name: 'health',
    start: () => startListening(() => server.start(), place),
    stop: () => server.stop(),
  };
}

interface Leader {
  isLeader(): boolean;
  start(leading: Leading): void;
  stop(): unknown;
}

function makeLeader(
  transport: Transport,
  { config, logger, metrics }: Pick<Assembly, 'config' | 'logger' | 'metrics'>,
): Leader {
  if (!config.leaderElect) {
    return { isLeader: () => true, start: (leading) => leading.begin(), stop: () => undefined };
  }
  let leading: Leading | undefined;
  const elector = new LeaderElector({
    identity: config.podName,
    store: new LeaseStore(transport, { namespace: config.namespace, name: config.leaseName }),
    logger: logger.child('leader'),
    metrics,
    onLeading: () => leading?.begin(),
    onLost: () => leading?.end(),
  });
  return {
    isLeader: () => elector.isLeader(),
    start: (led) => {
      leading = led;
      elector.start();
    },
    stop: () => elector.stop(),
  };
}
