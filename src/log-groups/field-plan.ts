/** What the plan of each field of the spec is made of, and what it says. */
import type { DesiredCondition } from '../kernel/conditions.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec, ManagedOnGroup } from './log-group.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';

export interface PlanInput {
  readonly desired: LogGroupSpec;
  readonly observed: ObservedLogGroup;
  /** What was put on the group here before. */
  readonly managed: ManagedOnGroup;
  /** The UID of the namespace kube-system, which stands for the cluster. */
  readonly clusterUid: string;
}

export interface Plan {
  readonly actions: readonly LogGroupAction[];
  /** Only those that hold (`True`); `Ready` is made of them and of what came of the actions. */
  readonly conditions: readonly DesiredCondition[];
}
