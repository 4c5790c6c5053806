/** Who claims what, for the pod path: from the watches, and confirmed by fresh lists before labels are taken away. */
import { group, isWorkloadKind, pluralOf, version, workloadKinds } from '../kernel/api-kinds.ts';
import { listOnce } from '../kube/list-pages.ts';
import type { ReflectorState } from '../kube/reflector.ts';
import type { ObservedOwner, OwnerKind, OwnerReader } from '../pods/observe-owners.ts';
import type { ClaimReader } from '../pods/reconcile-pod.ts';
import type { ClaimConfirmation } from '../pods/reconcile-removals.ts';
import { ClaimIndex } from '../workloads/claim-index.ts';
import type { ApiServer } from './fence-writes.ts';
import { decoderOf, type ClusterWatch } from './watch-cluster.ts';

/** The kinds of ours that may own pods, for the owner chain. */
export const ownKinds: readonly OwnerKind[] = workloadKinds.map((kind) => ({
  group,
  version,
  resource: pluralOf[kind],
  kind,
}));

export function readClaims(cluster: ClusterWatch): ClaimReader {
  return {
    claimsIn: (namespace) => cluster.claims.claimsIn(namespace),
    hasWorkloads: (namespace) => cluster.claims.hasWorkloads(namespace),
    knowledge: () => knowledgeOf([...cluster.workloads.values()].map(({ state }) => state)),
  };
}

function knowledgeOf(states: readonly ReflectorState[]): ReturnType<ClaimReader['knowledge']> {
  if (!states.every(({ synced, failing }) => synced || isRefused(failing?.reason))) return 'unknown';
  return states.every(({ synced, failing }) => synced && failing === undefined) ? 'complete' : 'partial';
}

/** The API server has answered: this kind is not to be had. Everything else may still bring its objects. */
function isRefused(reason: string | undefined): boolean {
  return reason === 'NotFound' || reason === 'Forbidden';
}

/** What a complete list shows, beside what the watches show. */
export function confirmClaims(cluster: ClusterWatch, transport: ApiServer): ClaimConfirmation {
  return {
    watched: () => cluster.claims.fingerprint(),
    list: async () => {
      const listed = new ClaimIndex();
      const lists = await Promise.all(
        workloadKinds.map((kind) =>
          listOnce(transport, {
            target: { group, version, resource: pluralOf[kind] },
            decode: decoderOf(kind),
          }),
        ),
      );
      for (const { objects } of lists) for (const workload of objects) listed.update(undefined, workload);
      return listed.fingerprint();
    },
  };
}

/** Owners of our own kinds are watched already; all others are read live. */
export function readOwners(cluster: ClusterWatch, live: OwnerReader): OwnerReader {
  return {
    readOwner(kind, namespace, name) {
      return kind.group === group
        ? Promise.resolve(ownOwner(cluster, kind.kind, { namespace, name }))
        : live.readOwner(kind, namespace, name);
    },
  };
}

function ownOwner(
  cluster: ClusterWatch,
  kind: string,
  place: { readonly namespace: string; readonly name: string },
): ObservedOwner | undefined {
  const workload = isWorkloadKind(kind) ? cluster.claims.get({ kind, ...place }) : undefined;
  return workload && { uid: workload.uid };
}
