/**
 * Status conditions as metav1.Condition has them:
 * https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#condition-v1-meta
 */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, for programs. */
  readonly reason: string;
  /** For people: names the thing, the problem and the next step. */
  readonly message: string;
  readonly observedGeneration?: number;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}

export type DesiredCondition = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/**
 * The conditions to write, given those observed: `lastTransitionTime` moves only when `status` does,
 * so that comparing with the observed ones shows no change where nothing changed.
 */
export function mergeConditions(
  observed: readonly Condition[],
  desired: readonly DesiredCondition[],
  at: { readonly now: Date; readonly observedGeneration: number },
): readonly Condition[] {
  return desired.map((condition) => {
    const before = observed.find(({ type }) => type === condition.type);
    return {
      type: condition.type,
      status: condition.status,
      reason: condition.reason,
      message: condition.message,
      observedGeneration: at.observedGeneration,
      lastTransitionTime:
        before?.status === condition.status
          ? before.lastTransitionTime
          : at.now.toISOString().replace(/\.\d+Z$/, 'Z'),
    };
  });
}
