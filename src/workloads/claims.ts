/**
 * From the resources of one namespace to the claims that decide which pods are whose. A claim is a
 * resource's hold on pods; the namespace is the trust boundary, so claims never look across it.
 */
import { apiKindOfJob, isJobKind, type ApiKind, type WorkloadKind } from '../kernel/api-kinds.ts';
import type { LabelSelector } from '../kernel/label-selector.ts';
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
}

/**
 * The claims of one namespace's resources, strongest first: the older resource wins, then kind, then
 * name. A job claims nothing while no API of its name exists.
 */
export function claimsOf(workloads: readonly Workload[]): readonly Claim[] {
  return workloads
    .filter((workload) => !isJobKind(workload.kind) || hasItsApi(workload, workloads))
    .toSorted(byPrecedence)
    .map(toClaim);
}

/** Whether the BatchAPI or TaskAPI that a job runs is among its namespace's resources. */
export function hasItsApi(job: Workload, workloads: readonly Workload[]): boolean {
  return workloads.some((other) => other.kind === apiKindOf(job.kind) && other.name === apiNameOf(job));
}

/** Two resources whose claims speak for the same API do not contradict each other. */
export function isSameApi(a: Claim, b: Claim): boolean {
  return a.apiKind === b.apiKind && a.apiName === b.apiName;
}

function apiKindOf(kind: WorkloadKind): ApiKind {
  return isJobKind(kind) ? apiKindOfJob[kind] : kind;
}

/** Timestamps are RFC 3339 in UTC with whole seconds, so their text sorts as their time does. */
function byPrecedence(a: Workload, b: Workload): number {
  return (
    compare(a.creationTimestamp, b.creationTimestamp) || compare(a.kind, b.kind) || compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toClaim(workload: Workload): Claim {
  const { kind, name, uid, spec } = workload;
  return {
    key: workloadKey(workload),
    kind,
    name,
    uid,
    apiKind: apiKindOf(kind),
    apiName: apiNameOf(workload),
    ...(isJobKind(kind) ? { jobID: spec.jobID ?? name } : {}),
    ...(spec.selector ? { selector: spec.selector } : {}),
    ...(spec.workloadRef ? { workloadRef: spec.workloadRef } : {}),
  };
}
