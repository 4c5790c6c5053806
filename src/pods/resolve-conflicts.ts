/** Conflicts in the words of a status condition: names the thing, the problem and the next step. Pure. */
import type { Claim } from '../workloads/claims.ts';
import type { PodConflict } from './pod-outcomes.ts';
import type { Resolution } from './resolve-identity.ts';
import type { MatchChange } from './resolve-match-change.ts';

/** One for each resource that lost the pod to an older one. */
export function conflictsOfLosers({ claim, losers }: Resolution): readonly PodConflict[] {
  return losers.map((loser) => ({
    claimKey: loser.key,
    reason: 'ClaimedByOther',
    message: `claimed by ${claim.kind} ${claim.name} as well, which is older and keeps them; narrow the selector or workloadRef of one of the two`,
  }));
}

/** The match rule kept a claimed pod from its labels. */
export function conflictOfMatch(claim: Claim, match: MatchChange): PodConflict {
  return { claimKey: claim.key, reason: `SelectedBy${match.by.kind}`, message: describeMatchChange(match) };
}

export function describeMatchChange({ by, key, matchesNow }: MatchChange): string {
  const effect = matchesNow ? 'would no longer match it' : 'would begin to match it';
  return `not labeled, because ${by.kind} ${by.name} selects pods by the label ${key} and they ${effect}; take ${key} out of the selector of ${by.kind} ${by.name}, or out of its pod template if it sets another value there`;
}
