/** Puts the log group path together: LogGroups -> CloudWatch, and the object for the cluster's own group. */
import { createLogsClient, type LogsClient } from '../aws/logs-client.ts';
import type { OperatorConfig } from '../config/read-operator-config.ts';
import { group, pluralOf, version } from '../kernel/api-kinds.ts';
import type { KubeObject } from '../kernel/object-meta.ts';
import { isConflict } from '../kube/kube-errors.ts';
import { listOnce } from '../kube/list-pages.ts';
import { putFinalizers } from '../kube/patch-finalizers.ts';
import { StatusWriter } from '../kube/patch-status.ts';
import { resourcePath } from '../kube/resource-path.ts';
import { ensureDefaultLogGroup, type LogGroupObjects } from '../log-groups/ensure-default-log-group.ts';
import { decodeLogGroup } from '../log-groups/log-group.ts';
import { LogGroupReconcile, type LogGroupObjectWriter } from '../log-groups/reconcile-log-group.ts';
import { fieldManager } from '../pods/pod.ts';
import { Controller, type ReconcileResult } from '../runtime/controller.ts';
import type { Logger } from '../runtime/logger.ts';
import { CallRates } from './call-rates.ts';
import { fenceAws, type ApiServer, type LogGroupsOfAws } from './fence-writes.ts';
import type { PathParts } from './pod-path.ts';
import { shareAccountPolicies } from './share-account-policies.ts';

export interface LogGroupPath {
  readonly controllers: readonly Controller[];
  enqueueAll(): void;
  /** Follows nothing any more and ends the connections to AWS. */
  close(): Promise<void>;
}

const target = { group, version, resource: pluralOf.LogGroup };
/** Whoever installs the operator may be about to declare the group, and must not find the name taken. */
const patienceMs = 5_000;
const nameTakenRetryMs = 60_000;

export function makeLogGroupPath(parts: PathParts): LogGroupPath {
  const { config, cluster, logger, metrics } = parts;
  const client = connectToLogs(config);
  const aws = shareAccountPolicies(fenceAws(client, parts.isLeader), { forMs: resyncMsOf(config) / 2 });
  const reconcile = reconcileLater(parts, aws);
  const groups = new Controller({ name: 'log-groups', reconcile, workers: 4, logger, metrics });
  const own = new Controller({
    name: 'default-log-group',
    reconcile: () => ensureOwn(parts, logger.child('default-log-group')),
    logger,
    metrics,
  });
  own.enqueueAfter(config.logGroupName, patienceMs);
  const enqueueAll = (): void => {
    for (const { name } of cluster.logGroups.store.list()) groups.enqueue(name);
  };
  const unfollow = cluster.logGroups.store.onChange(({ before, after }) => {
    const changed = after ?? before;
    if (changed) groups.enqueue(changed.name);
    // Of several objects for one group another one may decide now.
    for (const { name, spec } of cluster.logGroups.store.list())
      if (spec.logGroupName === changed?.spec.logGroupName) groups.enqueue(name);
    if (!after) own.enqueueAfter(config.logGroupName, patienceMs);
  });
  const close = (): Promise<void> => {
    unfollow();
    return client.close();
  };
  return { controllers: [groups, own], enqueueAll, close };
}

function connectToLogs({ region, awsEndpointUrl }: OperatorConfig): LogsClient {
  return createLogsClient({
    region,
    pace: new CallRates(),
    ...(awsEndpointUrl === undefined ? {} : { endpointUrl: awsEndpointUrl }),
  });
}

/** The cluster's UID marks its groups; it is read when first needed, for as long as that takes. */
function reconcileLater(parts: PathParts, client: LogGroupsOfAws): (key: string) => Promise<ReconcileResult> {
  let reconciler: LogGroupReconcile | undefined;
  return async (key) => {
    reconciler ??= makeReconciler(parts, client, await readClusterUid(parts.transport));
    return reconciler.reconcile(key);
  };
}

function makeReconciler(
  { config, cluster, transport, events }: PathParts,
  aws: LogGroupsOfAws,
  clusterUid: string,
): LogGroupReconcile {
  return new LogGroupReconcile({
    logGroups: cluster.logGroups.store,
    objects: objectWriter(transport),
    events,
    aws,
    clusterUid,
    now: () => new Date(),
    random: Math.random,
    resyncMs: resyncMsOf(config),
  });
}

function resyncMsOf({ logGroupResyncSeconds }: OperatorConfig): number {
  return logGroupResyncSeconds * 1000;
}

function objectWriter(transport: ApiServer): LogGroupObjectWriter {
  const writer = new StatusWriter(transport, { fieldManager });
  return {
    patchStatus: async ({ name, uid }, status) => {
      await writer.replaceStatus({ ...target, name }, uid, status);
    },
    putFinalizers: async (logGroup, finalizers) => {
      await putFinalizers(transport, { ...target, name: logGroup.name, fieldManager }, logGroup, finalizers);
    },
  };
}

/** Lives as long as the cluster does: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ */
async function readClusterUid(transport: ApiServer): Promise<string> {
  const path = resourcePath({ group: '', version: 'v1', resource: 'namespaces', name: 'kube-system' });
  const namespace = await transport.request<KubeObject>({ method: 'GET', path });
  return namespace.metadata.uid;
}

async function ensureOwn({ config, transport }: PathParts, logger: Logger): Promise<ReconcileResult> {
  const spec = { logGroupName: config.logGroupName };
  const ensured = await ensureDefaultLogGroup(logGroupObjects(transport), spec);
  if (ensured.outcome === 'Created') logger.info('declared the log group of the cluster', spec);
  if (ensured.outcome !== 'NameTaken') return undefined;
  logger.warn(ensured.message, { reason: 'NameTaken' });
  return { requeueAfterMs: nameTakenRetryMs };
}

function logGroupObjects(transport: ApiServer): LogGroupObjects {
  return {
    listLogGroups: async () => (await listOnce(transport, { target, decode: decodeLogGroup })).objects,
    createLogGroup: async (manifest) => {
      try {
        await transport.send({
          method: 'POST',
          path: resourcePath(target),
          query: { fieldManager },
          body: JSON.stringify(manifest),
        });
        return 'Created';
      } catch (error) {
        if (isConflict(error)) return 'AlreadyExists';
        throw error;
      }
    },
  };
}
