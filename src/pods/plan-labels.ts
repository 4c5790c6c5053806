/** Decides which of the three labels to write to a pod, and whether it may be done at once. Pure. */
import type { Identity } from '../kernel/identity.ts';
import { labelsOfIdentity } from '../kernel/identity.ts';
import { labelKeys, type IdentityLabels, type LabelKey, type Labels } from '../kernel/labels.ts';

/** A JSON merge patch of `metadata.labels`: null takes a key away. */
export type LabelChange = Readonly<Partial<Record<LabelKey, string | null>>>;

/** How far the operator's say over the three keys reaches; see the user guide. */
export const enforcementModes = ['ClaimedOnly', 'ManagedNamespaces', 'Cluster'] as const;
export type EnforcementMode = (typeof enforcementModes)[number];

export interface Enforcement {
  readonly mode: EnforcementMode;
  /** Namespaces in which `Cluster` takes nothing away. */
  readonly excludedNamespaces: ReadonlySet<string>;
}

/** What stands on an unclaimed pod is ours to remove or somebody's to keep. */
export type UnclaimedVerdict = 'remove' | 'report';

/** What is missing for the pod to say exactly this identity; undefined if it does already. */
export function planLabels(labels: Labels, identity: Identity | undefined): LabelChange | undefined {
  const desired: IdentityLabels = identity ? labelsOfIdentity(identity) : {};
  const change = labelKeys
    .filter((key) => labels[key] !== desired[key])
    .map((key) => [key, desired[key] ?? null] as const);
  return change.length > 0 ? Object.fromEntries(change) : undefined;
}

/** Whether the change only adds keys that the pod lacks: nothing that selected the pod can lose it. */
export function isAddition(labels: Labels, change: LabelChange): boolean {
  return labelKeys.every(
    (key) => change[key] === undefined || (change[key] !== null && labels[key] === undefined),
  );
}

/** The pod's labels once the change is made. */
export function applyChange(labels: Labels, change: LabelChange): Labels {
  const after: Record<string, string> = { ...labels };
  for (const key of labelKeys) {
    const value = change[key];
    if (value === null) Reflect.deleteProperty(after, key);
    else if (value !== undefined) after[key] = value;
  }
  return after;
}

interface UnclaimedPod {
  readonly namespace: string;
  readonly ownsLabels: boolean;
}

/**
 * What to do with the keys on a pod that nothing claims: labels that we wrote go with the claim that they came from, in every mode; others' only as far as
 * enforcement reaches.
 */
export function planUnclaimed(
  pod: UnclaimedPod,
  enforcement: Enforcement,
  isManagedNamespace: boolean,
): UnclaimedVerdict {
  if (pod.ownsLabels) return 'remove';
  switch (enforcement.mode) {
    case 'ClaimedOnly':
      return 'report';
    case 'ManagedNamespaces':
      return isManagedNamespace ? 'remove' : 'report';
    case 'Cluster':
      return enforcement.excludedNamespaces.has(pod.namespace) ? 'report' : 'remove';
  }
}
