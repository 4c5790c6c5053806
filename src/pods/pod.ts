/**
 * A pod as the operator keeps it: what identity and labels need and nothing else, because a cluster may
 * hold 150,000 of them.
 */
import type { Interner } from '../kernel/intern.ts';
import { labelKeys, type Labels } from '../kernel/labels.ts';
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
  /** Whether one of the three labels was written by us, and not by the pod's author. */
  readonly ownsLabels: boolean;
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
    ownsLabels: ownsIdentityLabels(metadata),
  };
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
function ownsIdentityLabels({ managedFields = [] }: ObjectMeta): boolean {
  return managedFields.some(({ manager, fieldsV1 }) => {
    if (manager !== fieldManager) return false;
    const fields = fieldsV1 as { 'f:metadata'?: { 'f:labels'?: Record<string, unknown> } } | undefined;
    const labels = fields?.['f:metadata']?.['f:labels'];
    return labels !== undefined && labelKeys.some((key) => `f:${key}` in labels);
  });
}
