/**
 * The kinds of the group cortex.dev. The `apiKind` words are a public contract: they stand as label
 * values on pods, in every record and in users' saved queries.
 */

export const group = 'cortex.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;

/** What a pod can run: the four values of the label `apiKind`. */
export const apiKinds = ['RealtimeAPI', 'AsyncAPI', 'BatchAPI', 'TaskAPI'] as const;
export type ApiKind = (typeof apiKinds)[number];

/** One run of an API, by the kind of the API that it runs. */
export const apiKindOfJob = { BatchJob: 'BatchAPI', TaskJob: 'TaskAPI' } as const;
export type JobKind = keyof typeof apiKindOfJob;

/** The six kinds that claim pods. */
export type WorkloadKind = ApiKind | JobKind;

/** Resource names as they stand in URLs and in RBAC rules. */
export const pluralOf: Readonly<Record<WorkloadKind | 'LogGroup', string>> = {
  RealtimeAPI: 'realtimeapis',
  AsyncAPI: 'asyncapis',
  BatchAPI: 'batchapis',
  TaskAPI: 'taskapis',
  BatchJob: 'batchjobs',
  TaskJob: 'taskjobs',
  LogGroup: 'loggroups',
};

export const workloadKinds: readonly WorkloadKind[] = [...apiKinds, 'BatchJob', 'TaskJob'];

export function isApiKind(kind: string): kind is ApiKind {
  return (apiKinds as readonly string[]).includes(kind);
}

export function isJobKind(kind: string): kind is JobKind {
  return kind in apiKindOfJob;
}

export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return isApiKind(kind) || isJobKind(kind);
}

/** Whether pods of this API run as jobs, and so carry `jobID`. Realtime and async pods never do. */
export function runsJobs(kind: ApiKind): boolean {
  return kind === 'BatchAPI' || kind === 'TaskAPI';
}
