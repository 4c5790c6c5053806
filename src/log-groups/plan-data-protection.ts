/** An account's data protection policy: it adds to whatever the group has, so that it is only told of. */
import type { Plan, PlanInput } from './field-plan.ts';

export function planDataProtection({ observed }: Pick<PlanInput, 'observed'>): Plan {
  const { inheritsDataProtection, accountPolicies = [], logGroupName } = observed;
  if (!inheritsDataProtection) return { actions: [], conditions: [] };
  const named = accountPolicies.find(({ policyType }) => policyType === 'DATA_PROTECTION_POLICY');
  const policy = named ? `policy ${named.policyName}` : 'policy';
  const message =
    `The account-level data protection ${policy} masks sensitive data in the records of ${logGroupName}. ` +
    'Whoever reads them without the right logs:Unmask sees asterisks in its place; nothing else changes.';
  return {
    actions: [],
    conditions: [{ type: 'DataProtectionInherited', status: 'True', reason: 'AccountPolicy', message }],
  };
}
