/** Pods on a real API server, in ReplicaSets that own them; no controller needs to run. */
import type { ControlPlaneConnection } from '../../test/control-plane/connect-to-control-plane.ts';
import { runAtOnce } from '../contestants/run-at-once.ts';
import { metadataOf, type PodBatch, type PodPlace } from '../scripted-cluster/generate-pods.ts';
import { podBody } from '../scripted-cluster/pod-body.ts';

type Admin = ControlPlaneConnection['admin'];

const podsPerReplicaSet = 500;
export const selected = { app: 'predictor' };

interface Created {
  readonly metadata: PodPlace;
}

/** A new namespace with so many pods of the label `app: predictor`. */
export async function createPods(
  admin: Admin,
  namespace: string,
  count: number,
): Promise<readonly PodPlace[]> {
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const sets = Array.from({ length: Math.ceil(count / podsPerReplicaSet) }, (_, set) => `set-${set}`);
  const owners = await Promise.all(sets.map((name) => createReplicaSet(admin, namespace, name)));
  const batch = { id: namespace, count };
  const indexes = Array.from({ length: count }, (_, index) => index);
  const places: PodPlace[] = [];
  await runAtOnce(indexes, async (index) => {
    const owner = owners[Math.floor(index / podsPerReplicaSet)] ?? {};
    const { metadata } = await admin.request<Created>(
      'POST',
      `/api/v1/namespaces/${namespace}/pods`,
      podOf(batch, index, owner),
    );
    places.push({ namespace, name: metadata.name, uid: metadata.uid });
  });
  return places;
}

function podOf(batch: PodBatch, index: number, owner: object): object {
  const { name, labels, annotations } = metadataOf(batch, index, 0);
  const metadata = { name, annotations, labels: { ...labels, ...selected }, ownerReferences: [owner] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: podBody.spec };
}

/** The reference that its pods carry. */
export async function createReplicaSet(admin: Admin, namespace: string, name: string): Promise<object> {
  const template = { metadata: { labels: selected }, spec: podBody.spec };
  const created = await admin.create<Created>({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace },
    spec: { replicas: podsPerReplicaSet, selector: { matchLabels: selected }, template },
  });
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: created.metadata.uid, controller: true };
}

/** Claims all of the namespace's pods. */
export async function claimPods(admin: Admin, namespace: string): Promise<void> {
  await admin.create({
    apiVersion: 'cortex.dev/v1alpha1',
    kind: 'RealtimeAPI',
    metadata: { name: 'predictor', namespace },
    spec: { selector: { matchLabels: selected } },
  });
}
