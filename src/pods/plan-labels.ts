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
  readonly labels: Labels;
  readonly ownKeys: readonly LabelKey[];
}

export interface UnclaimedPlan {
  /** What is to be taken away; undefined where nothing is. */
  readonly removal?: LabelChange;
  /** Whether keys stay that somebody else wrote. */
  readonly foreign: boolean;
}

/**
 * What becomes of the keys on a pod that nothing claims: those that we wrote go with the claim that they
 * came from, in every mode; others' only as far as enforcement reaches.
 */
export function planUnclaimed(
  { namespace, labels, ownKeys }: UnclaimedPod,
  enforcement: Enforcement,
  isManagedNamespace: boolean,
): UnclaimedPlan {
  const present = labelKeys.filter((key) => labels[key] !== undefined);
  const isEnforced = reaches(enforcement, namespace, isManagedNamespace);
  const removed = present.filter((key) => isEnforced || ownKeys.includes(key));
  const foreign = removed.length < present.length;
  if (removed.length === 0) return { foreign };
  return { removal: Object.fromEntries(removed.map((key) => [key, null])), foreign };
}

function reaches(
  { mode, excludedNamespaces }: Enforcement,
  namespace: string,
  isManagedNamespace: boolean,
): boolean {
  switch (mode) {
    case 'ClaimedOnly':
      return false;
    case 'ManagedNamespaces':
      return isManagedNamespace;
    case 'Cluster':
      return !excludedNamespaces.has(namespace);
  }
}
