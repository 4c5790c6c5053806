/** Controllers and others that select pods by the three keys, in ways that a label write would upset. */
import type { WorkloadKind } from '../../../src/kernel/api-kinds.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { runForAnnotation } from '../../control-plane/kwok-stages.ts';
import {
  buildDaemonSet,
  buildDeployment,
  buildJob,
  buildPod,
  buildReplicaSet,
  buildStatefulSet,
  ownedBy,
  type Labels,
} from '../../support/build-manifests.ts';

export interface Scene {
  readonly title: string;
  /** All its pods have the label `app: <app>`, and a resource of this name claims them. */
  readonly app: string;
  readonly claimedAs: WorkloadKind;
  readonly objects: readonly Manifest[];
  readonly pods: number;
  /** What refuses, the key that it selects by, and its name where it does not come from a Deployment. */
  readonly by: string;
  readonly key: string;
  readonly byName?: string;
}

/** Neither on the allow-list nor served, so that the garbage collector does not ask for it either. */
const foreign = { apiVersion: 'foreign.example/v1', kind: 'Foreigner' };

const absent = (key: string) => ({ matchExpressions: [{ key, operator: 'DoesNotExist' }] });
const old = (app: string, key: string): Labels => ({ app, [key]: 'old' });
const selecting = (labels: Labels) => ({ selector: { matchLabels: labels } });

function jobThatSelects(app: string, labels: Labels): Manifest {
  const job = buildJob(app);
  const { template } = job['spec'] as { template: { spec: object } };
  const metadata = { labels, annotations: { [runForAnnotation]: '1h' } };
  const spec = { manualSelector: true, ...selecting(labels), template: { ...template, metadata } };
  return buildJob(app, { spec });
}

/** Pods whose template sets the old value, and something beside their controller that selects by it. */
function selectedFromOutside(
  app: string,
  object: { readonly apiVersion: string; readonly kind: string; readonly spec: object },
): readonly Manifest[] {
  return [
    { ...object, metadata: { name: app } },
    buildDeployment(app, { replicas: 2, labels: old(app, 'apiName') }),
  ];
}

/** Each stands alone: its pods, what selects them, and a claim that would have them labeled otherwise. */
export const scenes: readonly Scene[] = [
  {
    title: 'a ReplicaSet that selects pods without the key',
    ...{ app: 'set-absent', claimedAs: 'RealtimeAPI', pods: 3, by: 'ReplicaSet', key: 'apiName' },
    objects: [
      buildDeployment('set-absent', {
        replicas: 3,
        selector: { matchLabels: { app: 'set-absent' }, ...absent('apiName') },
      }),
    ],
  },
  {
    title: 'a ReplicaSet that selects another value',
    ...{ app: 'set-value', claimedAs: 'AsyncAPI', pods: 2, by: 'ReplicaSet', key: 'apiKind' },
    objects: [
      buildDeployment('set-value', {
        replicas: 2,
        labels: old('set-value', 'apiKind'),
        selector: { matchLabels: old('set-value', 'apiKind') },
      }),
    ],
  },
  {
    title: 'a StatefulSet that selects another value',
    ...{ app: 'stateful', claimedAs: 'RealtimeAPI', pods: 2, by: 'StatefulSet', key: 'apiName' },
    byName: 'stateful',
    objects: [
      buildStatefulSet('stateful', {
        replicas: 2,
        labels: old('stateful', 'apiName'),
        selector: { matchLabels: old('stateful', 'apiName') },
      }),
    ],
  },
  {
    title: 'a DaemonSet that selects pods without the key',
    ...{ app: 'daemon', claimedAs: 'AsyncAPI', pods: 2, by: 'DaemonSet', key: 'apiKind', byName: 'daemon' },
    objects: [
      buildDaemonSet('daemon', { selector: { matchLabels: { app: 'daemon' }, ...absent('apiKind') } }),
    ],
  },
  {
    title: 'a Job that selects another value',
    ...{ app: 'job', claimedAs: 'BatchAPI', pods: 1, by: 'Job', key: 'jobID', byName: 'job' },
    objects: [jobThatSelects('job', old('job', 'jobID'))],
  },
  {
    title: 'a ReplicaSet that would adopt a bare pod',
    ...{ app: 'bare', claimedAs: 'RealtimeAPI', pods: 1, by: 'ReplicaSet', key: 'apiName', byName: 'greedy' },
    objects: [
      buildReplicaSet('greedy', {
        labels: { apiName: 'bare', of: 'greedy' },
        selector: { matchLabels: { apiName: 'bare' } },
      }),
      buildPod('bare'),
    ],
  },
  {
    title:
      'a PodDisruptionBudget over a pod whose controller may not be read, and which wants pods without the key',
    ...{ app: 'foreign', claimedAs: 'RealtimeAPI', pods: 1, by: 'PodDisruptionBudget', key: 'apiKind' },
    byName: 'foreign',
    objects: [
      {
        ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'foreign' } },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'foreign' }, ...absent('apiKind') } },
      },
      buildPod('foreign', ownedBy({ ...foreign, metadata: { name: 'foreign', uid: 'foreign' } })),
    ],
  },
  {
    title: 'a Service that selects the old value',
    ...{
      app: 'service',
      claimedAs: 'RealtimeAPI',
      pods: 2,
      by: 'Service',
      key: 'apiName',
      byName: 'service',
    },
    objects: selectedFromOutside('service', {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: { apiName: 'old', app: 'service' }, ports: [{ port: 80 }] },
    }),
  },
  {
    title: 'a PodDisruptionBudget that selects the old value',
    ...{ app: 'budget', claimedAs: 'RealtimeAPI', pods: 2, by: 'PodDisruptionBudget', key: 'apiName' },
    byName: 'budget',
    objects: selectedFromOutside('budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { minAvailable: 1, ...selecting(old('budget', 'apiName')) },
    }),
  },
  {
    title: 'a NetworkPolicy that selects the old value',
    ...{ app: 'policy', claimedAs: 'RealtimeAPI', pods: 2, by: 'NetworkPolicy', key: 'apiName' },
    byName: 'policy',
    objects: selectedFromOutside('policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      spec: {
        podSelector: {
          matchExpressions: [
            { key: 'apiName', operator: 'In', values: ['old'] },
            { key: 'app', operator: 'In', values: ['policy'] },
          ],
        },
      },
    }),
  },
];
