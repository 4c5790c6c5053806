/** The brake: decides whether labels may be taken away in bulk. Pure. */

export interface RemovalInput {
  /** Pods whose grace period is over. */
  readonly due: number;
  /** Pods from which labels were taken in the last while. */
  readonly removed: number;
  /** Pods that carry their labels now, the due ones among them. */
  readonly labeled: number;
  /** Share of the labeled pods, in percent, that may lose labels without a person's word; 100 lets all. */
  readonly brakePercent: number;
}

/** Undefined: go on. Else why not, for a person. */
export function planRemovals({ due, removed, labeled, brakePercent }: RemovalInput): string | undefined {
  const touched = due + removed;
  const all = labeled + removed;
  if (touched * 100 <= all * brakePercent) return undefined;
  return (
    `labels of ${touched} of ${all} labeled pods would be removed, more than ${brakePercent} %, because no resource claims ` +
    'them any more; nothing is removed. If that is right, confirm it with --removal-brake-percent=100; if not, restore the resources'
  );
}
