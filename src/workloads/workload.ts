/** One object of the six workload kinds, decoded to what the operator uses. */
import { isJobKind, type WorkloadKind } from '../kernel/api-kinds.ts';
import type { Condition } from '../kernel/conditions.ts';
import type { LabelSelector } from '../kernel/label-selector.ts';
import type { KubeObject } from '../kernel/object-meta.ts';

/** The object that a `workloadRef` names, in the resource's own namespace. */
export interface WorkloadRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface WorkloadSpec {
  /** Jobs only: the API that the job runs. */
  readonly apiName?: string;
  /** Jobs only; default: the job's name. */
  readonly jobID?: string;
  readonly selector?: LabelSelector;
  readonly workloadRef?: WorkloadRef;
}

export interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  /** `summary` is labeled/claimed, for the printer column. */
  readonly pods?: { readonly claimed: number; readonly labeled: number; readonly summary: string };
  readonly logs?: { readonly logGroupName: string; readonly query: string; readonly url: string };
  /** Jobs only: the value of the label. */
  readonly jobID?: string;
  /** Jobs only, RFC 3339: when the first pod was claimed, and when the last of them had finished or gone. */
  readonly startTime?: string;
  readonly endTime?: string;
}

export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly spec: WorkloadSpec;
  readonly status: WorkloadStatus;
}

/** What the schema has validated already is taken as it is. */
export function decodeWorkload(kind: WorkloadKind, object: KubeObject): Workload {
  const { metadata, spec, status } = object as KubeObject & { spec?: WorkloadSpec; status?: WorkloadStatus };
  return {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    creationTimestamp: metadata.creationTimestamp ?? '',
    spec: spec ?? {},
    status: status ?? {},
  };
}

/** `kind/namespace/name`: names repeat across kinds. */
export function workloadKey(workload: Pick<Workload, 'kind' | 'namespace' | 'name'>): string {
  return `${workload.kind}/${workload.namespace}/${workload.name}`;
}

/** The name of the API that the resource is, or that it runs. */
export function apiNameOf(workload: Workload): string {
  return isJobKind(workload.kind) ? (workload.spec.apiName ?? '') : workload.name;
}
