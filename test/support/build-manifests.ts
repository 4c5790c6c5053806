/** Kubernetes workloads as integration tests create them; each builder takes only what the test is about. */
import type { WorkloadKind } from '../../src/kernel/api-kinds.ts';
import type { Manifest } from '../control-plane/kube-client.ts';
import { runForAnnotation } from '../control-plane/kwok-stages.ts';

export type Labels = Readonly<Record<string, string>>;

interface PodChanges {
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly object[];
  readonly metadata?: object;
}

const container = { name: 'api', image: 'registry.example/api:1' };

/** A pod runs until it is deleted; with `runsFor` (`1s`) it ends by itself. */
export function buildPod(name: string, changes: PodChanges = {}): Manifest {
  const { labels = { app: name }, metadata, ...rest } = changes;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, ...rest, ...metadata },
    spec: { containers: [container], terminationGracePeriodSeconds: 0 },
  };
}

export function runsFor(duration: string): Pick<PodChanges, 'annotations'> {
  return { annotations: { [runForAnnotation]: duration } };
}

interface SetChanges {
  readonly replicas?: number;
  /** Of the pods; default `app: <name>`. */
  readonly labels?: Labels;
  /** Default: `app: <name>`. */
  readonly selector?: object;
  readonly metadata?: object;
}

function podTemplate(name: string, labels: Labels = { app: name }, restartPolicy = 'Always'): object {
  return {
    metadata: { labels },
    spec: { containers: [container], terminationGracePeriodSeconds: 0, restartPolicy },
  };
}

function buildSet(kind: string, name: string, { labels, selector, metadata }: SetChanges): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...metadata },
    spec: { selector: selector ?? { matchLabels: { app: name } }, template: podTemplate(name, labels) },
  };
}

export function buildDeployment(name: string, changes: SetChanges = {}): Manifest {
  return withSpec(buildSet('Deployment', name, changes), { replicas: changes.replicas ?? 1 });
}

export function buildReplicaSet(name: string, changes: SetChanges = {}): Manifest {
  return withSpec(buildSet('ReplicaSet', name, changes), { replicas: changes.replicas ?? 1 });
}

export function buildStatefulSet(name: string, changes: SetChanges = {}): Manifest {
  const spec = { replicas: changes.replicas ?? 1, serviceName: name, podManagementPolicy: 'Parallel' };
  return withSpec(buildSet('StatefulSet', name, changes), spec);
}

export function buildDaemonSet(name: string, changes: SetChanges = {}): Manifest {
  return buildSet('DaemonSet', name, changes);
}

/** Its pods run for a second. */
export function buildJob(
  name: string,
  { metadata, spec }: { metadata?: object; spec?: object } = {},
): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...metadata },
    spec: { template: podTemplate(name, { work: name }, 'Never'), ...spec },
  };
}

/** It never starts a run by itself. */
export function buildCronJob(name: string): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: {
      schedule: '0 0 30 2 *',
      jobTemplate: { spec: { template: podTemplate(name, { work: name }, 'Never') } },
    },
  };
}

export function buildResource(kind: WorkloadKind, name: string, spec: object = {}): Manifest {
  return { apiVersion: 'cortex.dev/v1alpha1', kind, metadata: { name }, spec };
}

/** A spec that claims by labels. */
export function bySelector(labels: Labels): object {
  return { selector: { matchLabels: labels } };
}

/** A spec that claims what an object owns. */
export function byReference(apiVersion: string, kind: string, name: string): object {
  return { workloadRef: { apiVersion, kind, name } };
}

/** As a controller writes it onto what it makes. */
export function ownedBy(owner: {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}): { readonly ownerReferences: readonly object[] } {
  const { apiVersion, kind, metadata } = owner;
  const { name, uid } = metadata;
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] };
}

/** A CRD of a kind with any content. */
export function buildCrd(group: string, version: string, names: { plural: string; kind: string }): Manifest {
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { ...names, singular: names.kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

function withSpec(manifest: Manifest, spec: object): Manifest {
  return { ...manifest, spec: { ...(manifest['spec'] as object), ...spec } };
}
