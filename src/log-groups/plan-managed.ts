/** What the status remembers of what was put on a group, so that it can be taken off again. */
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec, ManagedOnGroup } from './log-group.ts';
import { indexes } from './index-policy.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';
import { defaultFieldIndexes, ownIndexPolicy } from './plan-field-indexes.ts';

/** The memory after these actions, before the group is observed again. */
export function rememberActions(managed: ManagedOnGroup, done: readonly LogGroupAction[]): ManagedOnGroup {
  return done.reduce((memory, action) => {
    if (action.kind === 'associateKmsKey') return { ...memory, kmsKeyID: action.kmsKeyId };
    if (action.kind === 'create' && action.kmsKeyId !== undefined)
      return { ...memory, kmsKeyID: action.kmsKeyId };
    return memory;
  }, managed);
}

/** The memory that fits the group as it is: what the spec wants and is there, and what is still to go. */
export function planManaged(
  spec: LogGroupSpec,
  observed: ObservedLogGroup,
  managed: ManagedOnGroup,
): ManagedOnGroup {
  const tagKeys = Object.keys(observed.tags).filter(
    (key) => spec.tags?.[key] === observed.tags[key] || (managed.tagKeys ?? []).includes(key),
  );
  const kmsKeyID = observed.kmsKeyId === undefined ? undefined : keyInForce(spec, observed.kmsKeyId, managed);
  const indexPolicy = isOurIndexPolicy(spec, observed, managed);
  return {
    tagKeys: tagKeys.toSorted(),
    ...(kmsKeyID === undefined ? {} : { kmsKeyID }),
    ...(indexPolicy ? { indexPolicy } : {}),
  };
}

function isOurIndexPolicy(spec: LogGroupSpec, observed: ObservedLogGroup, managed: ManagedOnGroup): boolean {
  // Not known for now, which does not make it somebody else's.
  if (observed.indexPolicies === undefined) return managed.indexPolicy ?? false;
  const own = ownIndexPolicy(observed);
  if (!own) return false;
  return (
    managed.indexPolicy === true || indexes(own.policyDocument, spec.fieldIndexes ?? defaultFieldIndexes)
  );
}

function keyInForce(spec: LogGroupSpec, observed: string, managed: ManagedOnGroup): string | undefined {
  return spec.kmsKeyID === observed ? observed : managed.kmsKeyID;
}
