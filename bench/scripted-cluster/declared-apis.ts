/** The resources that claim the generated pods, half by selector and half by reference, and those pods' owners. */
import { apis, namespace, uidOf } from './generate-pods.ts';

const apiVersion = 'cortex.dev/v1alpha1';

function declared(kind: string, name: string, spec: object): object {
  const metadata = {
    name,
    namespace,
    uid: uidOf(`${kind}-${name}`),
    generation: 1,
    resourceVersion: '1',
    creationTimestamp: '2026-11-01T00:00:00Z',
  };
  return { apiVersion, kind, metadata, spec };
}

function predictor(index: number): object {
  const name = `predictor-${index}`;
  const spec =
    index % 2 === 0
      ? { selector: { matchLabels: { app: name } } }
      : { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } };
  return declared('RealtimeAPI', name, spec);
}

function training(index: number): object {
  const name = `training-${index}`;
  return declared('BatchAPI', name, { selector: { matchLabels: { app: name } } });
}

/** By plural, as in URLs. */
export const declaredApis: Readonly<Record<string, readonly object[]>> = {
  realtimeapis: Array.from({ length: apis }, (_, index) => predictor(index)),
  batchapis: Array.from({ length: apis }, (_, index) => training(index)),
};

/** Any ReplicaSet, Deployment or Job that a generated pod's owner chain names. */
export function ownerOf(resource: string, name: string): object {
  const metadata = { name, namespace, uid: uidOf(name), resourceVersion: '1' };
  if (resource !== 'replicasets') return { metadata, spec: {} };
  const deployment = name.slice(0, name.lastIndexOf('-'));
  const reference = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: deployment,
    uid: uidOf(deployment),
    controller: true,
  };
  return {
    metadata: { ...metadata, ownerReferences: [reference] },
    spec: { selector: { matchLabels: { app: deployment, 'pod-template-hash': '7d9c6b5f4' } } },
  };
}
