/**
 * The one identity decision: pod + owners + claims -> identity. Pure; the watch loop and admission both
 * call it, so that they cannot disagree.
 */
import { isWorkloadKind, group as ourGroup, runsJobs } from '../kernel/api-kinds.ts';
import type { Identity } from '../kernel/identity.ts';
import { matchesSelector, type LabelSelector } from '../kernel/label-selector.ts';
import { toLabelValue, type Labels } from '../kernel/labels.ts';
import { groupOf } from '../kernel/object-meta.ts';
import { isSameApi, type Claim, type Claims } from '../workloads/claims.ts';

/** An object of the pod's owner chain, read from the API server and the same by name, kind and UID. */
export interface Owner {
  readonly apiVersion: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** Where the owner selects its pods. */
  readonly selector?: LabelSelector;
  /** Starts jobs on a schedule; its own name never is a job's ID. */
  readonly scheduler: boolean;
}

export interface Resolution {
  readonly identity: Identity;
  /** The claim that decided. */
  readonly claim: Claim;
  /** Claims of the same rank that lost the pod to another API or another job. */
  readonly losers: readonly Claim[];
}

interface PodOfIdentity {
  readonly name: string;
  readonly labels: Labels;
}

/** `owners` from the pod outwards; `claims` of the pod's namespace. */
export function resolveIdentity(
  pod: PodOfIdentity,
  owners: readonly Owner[],
  claims: Pick<Claims, 'concerning'>,
): Resolution | undefined {
  const chain = selectingOwners(pod, owners);
  const concerning = claims.concerning(pod.labels, chain);
  const onOwners = chain.map((owner) => claimsOnOwner(owner, concerning));
  const selecting = claimsBySelector(pod, concerning);
  const candidates = onOutermost(onOwners) ?? selecting;
  const [strongest] = candidates;
  if (!strongest) return undefined;
  const claim = refine(strongest, [...onOwners.flat(), ...selecting]);
  return {
    identity: toIdentity(claim, pod, chain),
    claim,
    losers: candidates.filter((other) => other !== claim && contradicts(other, claim)),
  };
}

/** An owner that selects pods, but not this one, was not the one that made it: there the chain ends. */
function selectingOwners(pod: PodOfIdentity, owners: readonly Owner[]): readonly Owner[] {
  const end = owners.findIndex(
    ({ selector }) => selector !== undefined && !matchesSelector(selector, pod.labels),
  );
  return end < 0 ? owners : owners.slice(0, end);
}

/** Claims on the outermost claimed owner; undefined where no owner is claimed. */
function onOutermost(onOwners: readonly (readonly Claim[])[]): readonly Claim[] | undefined {
  return onOwners.findLast((claimed) => claimed.length > 0);
}

function claimsOnOwner(owner: Owner, claims: readonly Claim[]): readonly Claim[] {
  return claims.filter((claim) => claim.uid === owner.uid || names(claim.workloadRef, owner));
}

function names(reference: Claim['workloadRef'], owner: Owner): boolean {
  if (!reference) return false;
  const { apiVersion, kind, name } = reference;
  return name === owner.name && kind === owner.kind && groupOf(apiVersion) === owner.group;
}

function claimsBySelector(pod: PodOfIdentity, claims: readonly Claim[]): readonly Claim[] {
  return claims.filter(({ selector }) => selector !== undefined && matchesSelector(selector, pod.labels));
}

/** Where an API wins, a job of that API that claims the pod too says more precisely which run it is. */
function refine(strongest: Claim, candidates: readonly Claim[]): Claim {
  if (strongest.jobID !== undefined) return strongest;
  return candidates.find((other) => other.jobID !== undefined && isSameApi(other, strongest)) ?? strongest;
}

/** An API does not contradict its own job, but two jobs cannot both have run one pod. */
function contradicts(other: Claim, winner: Claim): boolean {
  return !isSameApi(other, winner) || (other.jobID !== undefined && other.jobID !== winner.jobID);
}

function toIdentity(claim: Claim, pod: PodOfIdentity, chain: readonly Owner[]): Identity {
  const { apiName, apiKind } = claim;
  if (!runsJobs(apiKind)) return { apiName, apiKind };
  return { apiName, apiKind, jobID: claim.jobID ?? jobIdFromOwners(pod, chain) };
}

/** The outermost owner that is one run: not a resource of ours, which is every run, nor a scheduler. */
function jobIdFromOwners(pod: PodOfIdentity, chain: readonly Owner[]): string {
  const run = chain.findLast((owner) => !owner.scheduler && !isOurs(owner));
  return toLabelValue((run ?? pod).name);
}

function isOurs({ group, kind }: Owner): boolean {
  return group === ourGroup && isWorkloadKind(kind);
}
