/** Account-level policies are the same for every log group: read once for all that ask at about the same time. */
import type { AccountPolicy, AccountPolicyType } from '../log-groups/observe-log-group.ts';
import { systemClock, type Clock } from '../runtime/clock.ts';
import type { LogGroupsOfAws } from './fence-writes.ts';

interface Read {
  readonly at: number;
  readonly policies: Promise<readonly AccountPolicy[]>;
}

/** What was read stays in force for `forMs`; a failure does not. */
export function shareAccountPolicies(
  aws: LogGroupsOfAws,
  { forMs, clock = systemClock }: { readonly forMs: number; readonly clock?: Clock },
): LogGroupsOfAws {
  const reads = new Map<AccountPolicyType, Read>();
  return {
    ...aws,
    describeAccountPolicies: (policyType) => {
      const known = reads.get(policyType);
      if (known && clock.now() - known.at < forMs) return known.policies;
      const policies = aws.describeAccountPolicies(policyType);
      reads.set(policyType, { at: clock.now(), policies });
      policies.catch(() => reads.delete(policyType));
      return policies;
    },
  };
}
