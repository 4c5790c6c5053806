/** Retention: put when it differs, and never against an account-level policy, which would win each time. */
import type { Plan, PlanInput } from './field-plan.ts';

const nothing: Plan = { actions: [], conditions: [] };

export function planRetention({ desired, observed }: PlanInput): Plan {
  const { retentionInDays } = desired;
  if (retentionInDays === undefined) return nothing;
  // Under a policy CloudWatch shows the policy's period in place of the group's own: comparing it
  // with the spec would put again and again.
  if (observed.retentionPolicyName !== undefined)
    return overridden({ desired, observed }, observed.retentionPolicyName);
  if (observed.retentionInDays === retentionInDays) return nothing;
  return { actions: [{ kind: 'putRetention', retentionInDays }], conditions: [] };
}

function overridden(
  { desired, observed }: Pick<PlanInput, 'desired' | 'observed'>,
  policyName: string,
): Plan {
  const inForce =
    observed.retentionInDays === undefined ? 'records never expire' : `${observed.retentionInDays} days`;
  return {
    actions: [],
    conditions: [
      {
        type: 'RetentionOverridden',
        status: 'True',
        reason: 'AccountPolicy',
        message:
          `The account-level retention policy ${policyName} decides for ${observed.logGroupName} (${inForce}); ` +
          `spec.retentionInDays: ${String(desired.retentionInDays)} has no effect. Change the policy, or unset spec.retentionInDays.`,
      },
    ],
  };
}
