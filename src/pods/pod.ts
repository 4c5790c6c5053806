/**
 * A pod as the operator keeps it: what identity and labels need and nothing else, because a cluster may
 * hold 150,000 of them.
 */
import type { Interner } from '../kernel/intern.ts';
import { labelKeys, type LabelKey, type Labels } from '../kernel/labels.ts';
import {
  controllerOf,
  type KubeObject,
  type ObjectMeta,
  type OwnerReference,
} from '../kernel/object-meta.ts';

/** The name that our writes carry in `metadata.managedFields`. */
export const fieldManager = 'cortex-logging';

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Labels;
  readonly controller: OwnerReference | undefined;
  readonly terminating: boolean;
  /** The API server's picture of a static pod; the kubelet owns it. */
  readonly mirror: boolean;
  /** Those of the three keys that stand as we wrote them, and not as the pod's author or anybody since. */
  readonly ownKeys: readonly LabelKey[];
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export function decodePod({ metadata }: KubeObject, interner: Interner): Pod {
  const controller = controllerOf(metadata);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    labels: interner.labels(metadata.labels),
    controller: controller && interner.ownerReference(controller),
    terminating: metadata.deletionTimestamp !== undefined,
    mirror: metadata.annotations?.[mirrorAnnotation] !== undefined,
    ownKeys: ownKeysOf(metadata),
  };
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
function ownKeysOf({ managedFields = [] }: ObjectMeta): readonly LabelKey[] {
  const ours = managedFields
    .filter(({ manager }) => manager === fieldManager)
    .map(({ fieldsV1 }) => (fieldsV1 as LabelFields | undefined)?.['f:metadata']?.['f:labels'] ?? {});
  return sharedKeys(labelKeys.filter((key) => ours.some((labels) => `f:${key}` in labels)));
}

interface LabelFields {
  readonly 'f:metadata'?: { readonly 'f:labels'?: Readonly<Record<string, unknown>> };
}

/** One array for each of the eight combinations: equal by identity, and a pointer in each pod. */
const combinations = new Map<string, readonly LabelKey[]>();

function sharedKeys(keys: readonly LabelKey[]): readonly LabelKey[] {
  const id = keys.join();
  const shared = combinations.get(id) ?? keys;
  combinations.set(id, shared);
  return shared;
}
