/** Puts the pod path together: watch -> queue -> reconcile -> patch, and the slow removals beside it. */
import type { OperatorConfig } from '../config/read-operator-config.ts';
import { objectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { EventRecorder } from '../kube/events.ts';
import { SelectorReader } from '../kube/list-selectors.ts';
import { PodPatcher } from '../kube/patch-pod-labels.ts';
import { LabelWriter } from '../pods/apply-labels.ts';
import type { OwnerCache } from '../pods/observe-owners.ts';
import { PendingRemovals } from '../pods/pending-removals.ts';
import { PodOutcomes } from '../pods/pod-outcomes.ts';
import { fieldManager } from '../pods/pod.ts';
import { PodReconciler } from '../pods/reconcile-pod.ts';
import { RemovalReconciler } from '../pods/reconcile-removals.ts';
import { PodReporter, type EventSubject } from '../pods/report-pod.ts';
import { WrittenLabels } from '../pods/written-labels.ts';
import { Controller } from '../runtime/controller.ts';
import type { Logger } from '../runtime/logger.ts';
import type { MetricRegistry } from '../runtime/metrics.ts';
import { workloadKey, type Workload } from '../workloads/workload.ts';
import { countPods, registerGauges, resetGauges } from './count-pods.ts';
import type { ApiServer } from './fence-writes.ts';
import { FirstPass } from './first-pass.ts';
import { followClaims } from './follow-claims.ts';
import { forgetOwner, makeOwnerCache } from './owner-cache.ts';
import { confirmClaims, readClaims } from './read-claims.ts';
import type { ClusterWatch } from './watch-cluster.ts';

export interface PathParts {
  readonly config: OperatorConfig;
  readonly cluster: ClusterWatch;
  /** Takes writes only while this replica leads. */
  readonly transport: ApiServer;
  /** Whether this replica leads at this moment. */
  readonly isLeader: () => boolean;
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

export interface PodPath {
  readonly outcomes: PodOutcomes;
  /** The pods' own, and that of the removals. */
  readonly controllers: readonly Controller[];
  /** Whether enough is known to decide about pods at all. */
  isReady(): boolean;
  /** Whether every pod was looked at since the start of the controllers. */
  hasSeenAll(): boolean;
  /** Also begins to follow changes. */
  enqueueAll(): void;
  /** Follows nothing any more. */
  close(): void;
}

/** Workers mostly wait for owners, selectors and patches; the patches have a limit of their own. */
const workersPerPatch = 2;

export function makePodPath(parts: PathParts, onTallyChange: (workloadKey: string) => void): PodPath {
  const { config, cluster, metrics } = parts;
  const owners = makeOwnerCache(parts);
  const outcomes = makeOutcomes(cluster, onTallyChange);
  const removals = new PendingRemovals();
  const written = new WrittenLabels(() => performance.now());
  const firstPass = new FirstPass();
  const pods = makePods(parts, { owners, outcomes, removals, written, firstPass });
  const removing = makeRemovals(parts, { outcomes, removals, enqueue: (key) => pods.enqueue(key) });
  registerGauges(metrics, outcomes, removals);

  const excluded = new Set(config.excludedNamespaces);
  // Until the start nobody takes keys out, and those of pods long gone would pile up: it enqueues what is there then.
  let begun = false;
  const enqueue = (key: ObjectKey, namespace: string): void => {
    if (!begun || excluded.has(namespace)) return;
    // The pods that a job's end is told from are looked at when they are known.
    if (!cluster.finishedPods.state.synced) firstPass.expect(key);
    pods.enqueue(key);
  };
  const claimChanges = followClaims(parts, { owners, outcomes, enqueue });
  const unfollowPods = [
    cluster.pods.store.onChange(({ key, before, after }) => {
      const isEcho = before && after && written.isEcho(key, before, after);
      if (!isEcho) enqueue(key, (after ?? before)?.namespace ?? '');
    }),
    cluster.finishedPods.store.onChange(({ key, before, after }) =>
      enqueue(key, (after ?? before)?.namespace ?? ''),
    ),
  ];
  const unfollowWorkloads = cluster.onWorkloadChange(({ before, after }) => {
    const workload = after ?? before;
    if (!workload || !changesClaims(before, after)) return;
    forgetOwner(owners, workload);
  });
  const unfollowClaims = cluster.claims.onChange((change) => begun && claimChanges.note(change));

  let seenAll = false;
  return {
    outcomes,
    controllers: [pods, claimChanges.controller, removing],
    isReady: () => cluster.pods.state.synced && readClaims(cluster).knowledge() !== 'unknown',
    hasSeenAll: () => (seenAll ||= begun && cluster.finishedPods.state.synced && firstPass.isOver),
    enqueueAll: () => {
      const isFirst = !begun;
      begun = true;
      for (const pod of cluster.pods.store.list()) {
        const key = objectKey(pod);
        if (isFirst && !excluded.has(pod.namespace)) firstPass.expect(key);
        enqueue(key, pod.namespace);
      }
    },
    close: () => {
      for (const unfollow of unfollowPods) unfollow();
      unfollowWorkloads();
      unfollowClaims();
      resetGauges(metrics);
    },
  };
}

/** A change of status says nothing new about pods. */
function changesClaims(before: Workload | undefined, after: Workload | undefined): boolean {
  return before?.uid !== after?.uid || before?.generation !== after?.generation;
}

interface PodState {
  readonly outcomes: PodOutcomes;
  readonly removals: PendingRemovals;
}

function makeOutcomes({ claims }: ClusterWatch, onTallyChange: (workloadKey: string) => void): PodOutcomes {
  return new PodOutcomes(onTallyChange, (namespace) => {
    for (const workload of claims.workloadsIn(namespace)) onTallyChange(workloadKey(workload));
  });
}

type ReconcilerState = PodState & { readonly owners: OwnerCache; readonly written: WrittenLabels };

function makePods(
  parts: PathParts,
  { firstPass, ...state }: ReconcilerState & { readonly firstPass: FirstPass },
): Controller {
  const { config, logger, metrics } = parts;
  const reconciler = makeReconciler(parts, state);
  return new Controller({
    name: 'pods',
    reconcile: (key) => firstPass.look(key, (looked) => reconciler.reconcile(looked)),
    workers: config.patchConcurrency * workersPerPatch,
    logger,
    metrics,
  });
}

function makeReconciler(
  { config, cluster, transport, events, logger, metrics }: PathParts,
  state: ReconcilerState,
): PodReconciler {
  const now = (): number => performance.now();
  const patcher = new PodPatcher(transport, { fieldManager, maxInFlight: config.patchConcurrency });
  return new PodReconciler({
    pods: {
      get: (key) => cluster.pods.store.get(key),
      isFinished: (pod) => cluster.finishedPods.store.get(objectKey(pod))?.uid === pod.uid,
    },
    claims: readClaims(cluster),
    ...state,
    writer: new LabelWriter(new SelectorReader(transport), patcher),
    reporter: new PodReporter(events, countPods(metrics), logger.child('pods')),
    enforcement: { mode: config.enforcement, excludedNamespaces: new Set(config.excludedNamespaces) },
    now,
  });
}

function makeRemovals(
  { config, cluster, transport, events, logger, metrics }: PathParts,
  state: PodState & { readonly enqueue: (key: ObjectKey) => void },
): Controller {
  const reconciler = new RemovalReconciler({
    ...state,
    confirmation: confirmClaims(cluster, transport),
    events,
    operator: subjectOfOperator(config, cluster),
    logger: logger.child('removals'),
    options: {
      graceMs: config.removalGraceSeconds * 1000,
      perSecond: config.removalsPerSecond,
      brakePercent: config.removalBrakePercent,
    },
    now: () => performance.now(),
  });
  const controller = new Controller({
    name: 'removals',
    reconcile: () => reconciler.reconcile(),
    logger,
    metrics,
  });
  controller.enqueue('removals');
  return controller;
}

/** The operator's own pod; its UID is known once pods are. */
function subjectOfOperator({ namespace, podName }: OperatorConfig, cluster: ClusterWatch): EventSubject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    name: podName,
    get uid() {
      return cluster.pods.store.get(objectKey({ namespace, name: podName }))?.uid ?? '';
    },
  };
}
