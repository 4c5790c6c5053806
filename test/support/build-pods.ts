/** Builders of what the pod path decides on; each takes only what the test is about. */
import type { Claim } from '../../src/workloads/claims.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { apiNameOf, decodeWorkload } from '../../src/workloads/workload.ts';
import { isJobKind, type WorkloadKind } from '../../src/kernel/api-kinds.ts';
import type { Pod } from '../../src/pods/pod.ts';
import type { Owner } from '../../src/pods/resolve-identity.ts';
import { ClaimSet } from '../../src/workloads/claim-set.ts';
import { apiKindOf, byPrecedence, toClaim } from '../../src/workloads/claims.ts';

export function aPod(changes: Partial<Pod> = {}): Pod {
  return {
    namespace: 'ml',
    name: 'pod-1',
    uid: 'uid-pod-1',
    labels: { app: 'text-generator' },
    controller: undefined,
    terminating: false,
    mirror: false,
    ownKeys: [],
    ...changes,
  };
}

/** `of` is the owner's uid by default `uid-<name>`. */
export function controlledBy(kind: string, name: string, uid = `uid-${name}`): Pick<Pod, 'controller'> {
  const apiVersion = kind === 'ReplicationController' ? 'v1' : kind.endsWith('Job') ? 'batch/v1' : 'apps/v1';
  return { controller: { apiVersion, kind, name, uid, controller: true } };
}

export function anOwner(kind: string, name: string, changes: Partial<Owner> = {}): Owner {
  const group = kind.endsWith('Job') ? 'batch' : 'apps';
  return {
    apiVersion: `${group}/v1`,
    group,
    kind,
    name,
    uid: `uid-${name}`,
    scheduler: kind === 'CronJob',
    ...changes,
  };
}

/** An object of one of our kinds, standing in a pod's owner chain. */
export function ourOwner(kind: WorkloadKind, name: string): Owner {
  return anOwner(kind, name, {
    apiVersion: 'cortex.dev/v1alpha1',
    group: 'cortex.dev',
    uid: `uid-${kind}-${name}`,
  });
}

interface WorkloadChanges {
  readonly namespace?: string;
  /** Seconds after the first of January: the smaller, the older. */
  readonly age?: number;
  readonly uid?: string;
  readonly spec?: Workload['spec'];
  readonly status?: Workload['status'];
  readonly generation?: number;
}

export function aWorkload(kind: WorkloadKind, name: string, changes: WorkloadChanges = {}): Workload {
  const { namespace = 'ml', age = 0, uid = `uid-${kind}-${name}`, generation = 1 } = changes;
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1, 0, 0, age)).toISOString().replace('.000Z', 'Z');
  return decodeWorkload(kind, {
    metadata: { name, namespace, uid, generation, creationTimestamp },
    spec: changes.spec ?? {},
    status: changes.status ?? {},
  } as Parameters<typeof decodeWorkload>[1]);
}

/** The claims of these resources, strongest first; a job has none while its API is not among them. */
export function claimsFrom(...workloads: readonly Workload[]): readonly Claim[] {
  const hasItsApi = (job: Workload): boolean =>
    workloads.some(({ kind, name }) => kind === apiKindOf(job.kind) && name === apiNameOf(job));
  return workloads
    .filter((workload) => !isJobKind(workload.kind) || hasItsApi(workload))
    .map(toClaim)
    .toSorted(byPrecedence);
}

export function claimSetFrom(...workloads: readonly Workload[]): ClaimSet {
  return new ClaimSet(claimsFrom(...workloads));
}

export const bySelector = (labels: Record<string, string>): Workload['spec'] => ({
  selector: { matchLabels: labels },
});

export const byReference = (kind: string, name: string): Workload['spec'] => ({
  workloadRef: { apiVersion: kind.endsWith('Job') ? 'batch/v1' : 'apps/v1', kind, name },
});
