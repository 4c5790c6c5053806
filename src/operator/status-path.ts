/** Puts the status path together: what changed about a resource, its pods or its log group -> its status. */
import {
  apiKindOfJob,
  group,
  isApiKind,
  isJobKind,
  isWorkloadKind,
  pluralOf,
  version,
} from '../kernel/api-kinds.ts';
import { StatusWriter } from '../kube/patch-status.ts';
import { decidingLogGroup } from '../log-groups/log-group.ts';
import { fieldManager } from '../pods/pod.ts';
import { Controller } from '../runtime/controller.ts';
import { jobsOfApi } from '../workloads/claim-index.ts';
import type { StatusFacts } from '../workloads/plan-status.ts';
import { StatusReconcile, type FactsReader } from '../workloads/reconcile-status.ts';
import { apiNameOf, workloadKey, type Workload } from '../workloads/workload.ts';
import type { PathParts, PodPath } from './pod-path.ts';
import type { ClusterWatch } from './watch-cluster.ts';

export interface StatusPath {
  readonly controller: Controller;
  readonly controllers: readonly [Controller];
  /** Also begins to follow changes. */
  enqueueAll(): void;
  /** Follows nothing any more. */
  close(): void;
}

/** `pods` is asked for at each reconcile: the two paths know of each other. */
export function makeStatusPath(parts: PathParts, pods: () => PodPath): StatusPath {
  const { cluster, transport, events, logger, metrics } = parts;
  const writer = new StatusWriter(transport, { fieldManager });
  const reconciler = new StatusReconcile({
    workloads: { get: (key) => findWorkload(cluster, key) },
    facts: readFacts(parts, pods),
    statuses: {
      patchStatus: async ({ kind, namespace, name, uid }, status) => {
        await writer.replaceStatus(
          { group, version, resource: pluralOf[kind], namespace, name },
          uid,
          status,
        );
      },
    },
    events,
    now: () => new Date(),
  });
  const controller = new Controller({
    name: 'statuses',
    reconcile: (key) => reconciler.reconcile(key),
    workers: 4,
    logger,
    metrics,
  });
  let begun = false;
  const enqueue = (key: string): void => {
    if (begun) controller.enqueue(key);
  };
  const enqueueAll = (): void => {
    begun = true;
    for (const { store } of cluster.workloads.values())
      for (const workload of store.list()) controller.enqueue(workloadKey(workload));
  };
  const unfollowWorkloads = cluster.onWorkloadChange(({ before, after }) => {
    const workload = after ?? before;
    if (!workload) return;
    enqueue(workloadKey(workload));
    if (!before || !after) for (const key of dependents(cluster, workload)) enqueue(key);
  });
  const unfollowLogGroups = cluster.logGroups.store.onChange(({ before, after }) => {
    const isOther =
      before?.generation !== after?.generation ||
      before?.status.logGroupClass !== after?.status.logGroupClass;
    if (begun && isOther) enqueueAll();
  });
  const close = (): void => {
    unfollowWorkloads();
    unfollowLogGroups();
  };
  return { controller, controllers: [controller], enqueueAll, close };
}

function findWorkload(cluster: ClusterWatch, key: string): Workload | undefined {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return isWorkloadKind(kind) ? cluster.claims.get({ kind, namespace, name }) : undefined;
}

/** Resources whose status depends on whether this API exists: its jobs, and its namesakes elsewhere. */
function dependents({ claims }: ClusterWatch, workload: Workload): readonly string[] {
  const { kind, namespace, name } = workload;
  if (!isApiKind(kind)) return [];
  const jobs = jobsOfApi(workload, claims.workloadsIn(namespace)).map(workloadKey);
  const namesakes = claims
    .namespacesOf(kind, name)
    .map((other) => workloadKey({ kind, namespace: other, name }));
  return [...jobs, ...namesakes];
}

function readFacts({ config, cluster }: PathParts, pods: () => PodPath): FactsReader {
  return {
    tallyOf: (workload) => (pods().hasSeenAll() ? pods().outcomes.tallyOf(workload) : undefined),
    namespacesSharingName: (workload) => namespacesSharingName(cluster, workload),
    apiExists: (job) => cluster.claims.apiExists(job),
    logGroup: () => logGroupFacts(cluster, config),
  };
}

function namespacesSharingName({ claims }: ClusterWatch, workload: Workload): readonly string[] {
  const apiKind = isJobKind(workload.kind) ? apiKindOfJob[workload.kind] : workload.kind;
  return claims
    .namespacesOf(apiKind, apiNameOf(workload))
    .filter((namespace) => namespace !== workload.namespace);
}

function logGroupFacts(
  { logGroups }: ClusterWatch,
  { logGroupName, region }: PathParts['config'],
): StatusFacts['logGroup'] {
  const declared = logGroups.store.list().filter(({ spec }) => spec.logGroupName === logGroupName);
  const decides = decidingLogGroup(declared);
  // The spec's class is only a wish where the group was there before.
  const logGroupClass = decides?.status.logGroupClass ?? decides?.spec.logGroupClass;
  return { logGroupName, region, ...(logGroupClass === undefined ? {} : { logGroupClass }) };
}
