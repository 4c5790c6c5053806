/**
 * From a resource to the claim that decides which pods are whose. A claim is a resource's hold on pods; the
 * namespace is the trust boundary, so claims never look across it.
 */
import { apiKindOfJob, isJobKind, type ApiKind, type WorkloadKind } from '../kernel/api-kinds.ts';
import type { LabelSelector } from '../kernel/label-selector.ts';
import type { Labels } from '../kernel/labels.ts';
import { apiNameOf, workloadKey, type Workload, type WorkloadRef } from './workload.ts';

export interface Claim {
  /** `kind/namespace/name` of the resource. */
  readonly key: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly uid: string;
  readonly apiKind: ApiKind;
  readonly apiName: string;
  /** Set on claims of jobs, which name their run themselves. */
  readonly jobID?: string;
  readonly selector?: LabelSelector;
  readonly workloadRef?: WorkloadRef;
  /** Of the resource, RFC 3339. */
  readonly creationTimestamp: string;
}

/** An owner as claims know it. */
export interface ClaimableOwner {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The claims of one namespace, as a decision about a pod asks for them. */
export interface Claims {
  readonly size: number;
  /** By `kind/namespace/name` of the resource. */
  has(key: string): boolean;
  /** Every claim on a pod of these labels and owners, and maybe some that ask for more than it has; strongest first. */
  concerning(labels: Labels, owners: readonly ClaimableOwner[]): readonly Claim[];
}

/** Two resources whose claims speak for the same API do not contradict each other. */
export function isSameApi(a: Claim, b: Claim): boolean {
  return a.apiKind === b.apiKind && a.apiName === b.apiName;
}

/** The kind of API that the resource is, or that it runs. */
export function apiKindOf(kind: WorkloadKind): ApiKind {
  return isJobKind(kind) ? apiKindOfJob[kind] : kind;
}

/**
 * Strongest first: the older resource wins, then kind, then name. Timestamps are RFC 3339 in UTC with whole
 * seconds, so their text sorts as their time does.
 */
export function byPrecedence(a: Claim, b: Claim): number {
  return (
    compare(a.creationTimestamp, b.creationTimestamp) || compare(a.kind, b.kind) || compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the resource claims, where it may: a job does only while the API that it runs exists. */
export function toClaim(workload: Workload): Claim {
  const { kind, name, uid, spec, creationTimestamp } = workload;
  return {
    key: workloadKey(workload),
    kind,
    name,
    uid,
    apiKind: apiKindOf(kind),
    apiName: apiNameOf(workload),
    creationTimestamp,
    ...(isJobKind(kind) ? { jobID: spec.jobID ?? name } : {}),
    ...(spec.selector ? { selector: spec.selector } : {}),
    ...(spec.workloadRef ? { workloadRef: spec.workloadRef } : {}),
  };
}
