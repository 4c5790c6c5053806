/** Tags: those of the spec and the owner's are set, those set here before are removed, all others stay. */
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec } from './log-group.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';
import type { Plan, PlanInput } from './field-plan.ts';

/** Says which cluster manages the group; its value is the UID of the namespace kube-system. */
export const clusterTag = 'cortex.dev/cluster';

export function desiredTags({ tags }: LogGroupSpec, clusterUid: string): Readonly<Record<string, string>> {
  return { ...tags, [clusterTag]: clusterUid };
}

/** The cluster that the group says it belongs to. */
export function ownerOf(observed: ObservedLogGroup): string | undefined {
  return observed.tags[clusterTag];
}

export function planTags(input: PlanInput): Plan {
  return { actions: [...additions(input), ...removals(input)], conditions: [] };
}

function additions({ desired, observed, clusterUid }: PlanInput): readonly LogGroupAction[] {
  const differing = Object.entries(desiredTags(desired, clusterUid)).filter(
    ([key, value]) => observed.tags[key] !== value,
  );
  return differing.length > 0 ? [{ kind: 'tag', tags: Object.fromEntries(differing) }] : [];
}

function removals({ desired, observed, managed }: PlanInput): readonly LogGroupAction[] {
  // Not by reading the value: a tag may be called `constructor`, and every object has something under that name.
  const tagKeys = (managed.tagKeys ?? []).filter(
    (key) =>
      key !== clusterTag && !Object.hasOwn(desired.tags ?? {}, key) && Object.hasOwn(observed.tags, key),
  );
  return tagKeys.length > 0 ? [{ kind: 'untag', tagKeys }] : [];
}
