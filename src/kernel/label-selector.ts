/**
 * Label selectors, with the meaning of apimachinery's metav1.LabelSelector:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
import type { Labels } from './labels.ts';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelRequirement[];
}

/** An empty selector matches everything, as in Kubernetes; our resources' schemas refuse empty ones. */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  for (const key in selector.matchLabels) {
    if (valueOf(labels, key) !== selector.matchLabels[key]) return false;
  }
  return (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels));
}

/** `constructor` is a legal key, and every object has something under that name. */
function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function meets({ key, operator, values = [] }: LabelRequirement, labels: Labels): boolean {
  const value = valueOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Those of `keys` that the selector looks at: only a write to one of these can change a match. */
export function keysMentioned(selector: LabelSelector, keys: readonly string[]): readonly string[] {
  return keys.filter(
    (key) =>
      Object.hasOwn(selector.matchLabels ?? {}, key) ||
      (selector.matchExpressions ?? []).some((requirement) => requirement.key === key),
  );
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}
