/**
 * The match rule: a label write must not change which controller a pod belongs to, nor which Service,
 * budget or policy holds it. A ReplicaSet whose pods stop to match makes new ones without end; a bare pod
 * that begins to match is adopted and may be killed as surplus.
 */
import { keysMentioned, matchesSelector, type LabelSelector } from '../kernel/label-selector.ts';
import { labelKeys, type LabelKey, type Labels } from '../kernel/labels.ts';
import { applyChange, isAddition, type LabelChange } from './plan-labels.ts';
import type { Owner } from './resolve-identity.ts';

/** An object that selects pods by label. */
export interface SelectingObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly selector: LabelSelector;
}

export interface MatchChange {
  readonly by: SelectingObject;
  /** The key whose change would make the difference. */
  readonly key: LabelKey;
  /** Whether the pod matches now, and would not after; or the other way round. */
  readonly matchesNow: boolean;
}

/**
 * Whether every selector of the namespace must be asked. Keys added to a pod that has a controller can
 * only be at odds with that controller, because nobody adopts a pod that is taken; but it must be at hand. One of a
 * kind that may not be read may still be among those that the namespace is asked for.
 */
export function needsNamespaceSelectors(
  labels: Labels,
  owners: readonly Owner[],
  change: LabelChange,
): boolean {
  return owners.length === 0 || !isAddition(labels, change);
}

/** The pod's own controller, where it selects pods. `owners` from the pod outwards. */
export function selectingController([controller]: readonly Owner[]): readonly SelectingObject[] {
  return controller?.selector ? [{ ...controller, selector: controller.selector }] : [];
}

/** The first selecting object for which the change would make a difference. */
export function resolveMatchChange(
  labels: Labels,
  change: LabelChange,
  objects: readonly SelectingObject[],
): MatchChange | undefined {
  const changed = labelKeys.filter((key) => change[key] !== undefined);
  const after = applyChange(labels, change);
  for (const by of objects) {
    const [key] = keysMentioned(by.selector, changed) as readonly LabelKey[];
    if (key === undefined) continue;
    const matchesNow = matchesSelector(by.selector, labels);
    if (matchesNow !== matchesSelector(by.selector, after)) return { by, key, matchesNow };
  }
  return undefined;
}
