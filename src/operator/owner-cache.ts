/** Owners as the pod path and the admission path read them: each has a cache of its own, of one make. */
import type { OperatorConfig } from '../config/read-operator-config.ts';
import { apiVersion, group } from '../kernel/api-kinds.ts';
import { OwnerReader } from '../kube/read-owner.ts';
import { OwnerCache, type OwnerReader as OwnerPort } from '../pods/observe-owners.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ApiServer } from './fence-writes.ts';
import { ownKinds, readOwners } from './read-claims.ts';
import type { ClusterWatch } from './watch-cluster.ts';

interface CacheParts {
  readonly config: Pick<OperatorConfig, 'ownerKinds'>;
  readonly cluster: ClusterWatch;
  readonly transport: ApiServer;
}

/** An owner may lose its own owner meanwhile; nothing else about it ever changes an identity. */
const ownerMaxAgeMs = 600_000;
const ownerCapacity = 20_000;

/** `limit` may stand between the cache and the live reads. */
export function makeOwnerCache(
  { cluster, transport, config }: CacheParts,
  limit: (reader: OwnerReader) => OwnerPort = (reader) => reader,
): OwnerCache {
  const others = config.ownerKinds.filter((kind) => kind.group !== group);
  return new OwnerCache({
    reader: readOwners(cluster, limit(new OwnerReader(transport))),
    kinds: [...others, ...ownKinds],
    maxAgeMs: ownerMaxAgeMs,
    capacity: ownerCapacity,
    now: () => performance.now(),
  });
}

/** What the cache holds of resources of ours follows the watch; the returned function ends it. */
export function followOwners(cluster: ClusterWatch, owners: OwnerCache): () => void {
  return cluster.onWorkloadChange(({ before, after }) => {
    const workload = after ?? before;
    if (workload && before?.uid !== after?.uid) forgetOwner(owners, workload);
  });
}

export function forgetOwner(owners: OwnerCache, { kind, name, namespace, uid }: Workload): void {
  owners.forget({ apiVersion, kind, name, uid }, namespace);
}
