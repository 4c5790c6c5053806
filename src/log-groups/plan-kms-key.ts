/** The KMS key: associated when it differs, taken off when the spec no longer names the one set here. */
import type { LogGroupAction } from './log-group-action.ts';
import type { ManagedOnGroup } from './log-group.ts';
import type { Plan, PlanInput } from './field-plan.ts';

export function planKmsKey({ desired: { kmsKeyID }, observed: { kmsKeyId }, managed }: PlanInput): Plan {
  return {
    actions: kmsKeyID === undefined ? removal(kmsKeyId, managed) : association(kmsKeyID, kmsKeyId, managed),
    conditions: [],
  };
}

function association(
  desired: string,
  observed: string | undefined,
  managed: ManagedOnGroup,
): readonly LogGroupAction[] {
  if (observed === desired) return [];
  // CloudWatch tells the key's own ARN, never the alias by which it was set: compare with what was set.
  if (isAlias(desired) && observed !== undefined && managed.kmsKeyID === desired) return [];
  return [{ kind: 'associateKmsKey', kmsKeyId: desired }];
}

/** Only the key set here: one that somebody else has chosen since stays. */
function removal(observed: string | undefined, { kmsKeyID }: ManagedOnGroup): readonly LogGroupAction[] {
  if (observed === undefined || kmsKeyID === undefined) return [];
  return observed === kmsKeyID || isAlias(kmsKeyID) ? [{ kind: 'disassociateKmsKey' }] : [];
}

function isAlias(arn: string): boolean {
  return arn.includes(':alias/');
}
