/** Deletion protection: put when it differs. Groups are without it unless somebody has set it. */
import type { Plan, PlanInput } from './field-plan.ts';

export function planDeletionProtection({ desired, observed }: PlanInput): Plan {
  const { deletionProtectionEnabled } = desired;
  const isAsWanted =
    deletionProtectionEnabled === undefined ||
    deletionProtectionEnabled === (observed.deletionProtectionEnabled ?? false);
  return {
    actions: isAsWanted ? [] : [{ kind: 'putDeletionProtection', deletionProtectionEnabled }],
    conditions: [],
  };
}
