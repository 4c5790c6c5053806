/** Pods as a real cluster has them: ten labels, a controller, and the managedFields that every reply carries. */
import { createHash } from 'node:crypto';

export interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Pods that belong together: one deployment's new pods, or a run of jobs. */
export interface PodBatch {
  readonly id: string;
  readonly count: number;
  /** One pod in four belongs to a Job of its own, as in batch work; otherwise all belong to ReplicaSets. */
  readonly withJobs?: boolean;
}

export interface PodMetadata extends PodPlace {
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly object[];
  readonly managedFields: readonly object[];
  readonly [field: string]: unknown;
}

export const namespace = 'ml';
export const apis = 20;
const podsPerReplicaSet = 20;

/** Where a pod of a batch is, known to all processes of a benchmark. */
export function placeOf({ id }: Pick<PodBatch, 'id'>, index: number): PodPlace {
  const name = `${id}-7d9c6b5f4-${index.toString(36).padStart(5, '0')}`;
  return { namespace, name, uid: uidOf(name) };
}

export function placesOf(batch: PodBatch): readonly PodPlace[] {
  return Array.from({ length: batch.count }, (_, index) => placeOf(batch, index));
}

/** The name of the API that claims it; declared-apis.ts declares them. */
export function apiNameOf(batch: PodBatch, index: number): string {
  const api = Math.floor(index / podsPerReplicaSet) % apis;
  return isJobPod(batch, index) ? `training-${api}` : `predictor-${api}`;
}

export function metadataOf(batch: PodBatch, index: number, resourceVersion: number): PodMetadata {
  const job = isJobPod(batch, index);
  const labels = labelsOf(batch, index);
  return {
    ...placeOf(batch, index),
    generateName: `${apiNameOf(batch, index)}-`,
    resourceVersion: String(resourceVersion),
    creationTimestamp: '2026-11-23T08:50:00Z',
    labels,
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
    ownerReferences: [job ? jobReference(batch, index) : replicaSetReference(batch, index)],
    managedFields: [
      writtenBy('kube-controller-manager', {
        'f:metadata': createdMetadata(labels),
        'f:spec': createdSpec,
      }),
    ],
  };
}

function isJobPod({ withJobs = false }: PodBatch, index: number): boolean {
  return withJobs && index % 4 === 3;
}

function labelsOf(batch: PodBatch, index: number): Readonly<Record<string, string>> {
  const app = apiNameOf(batch, index);
  const common = {
    app,
    'app.kubernetes.io/component': 'predictor',
    'app.kubernetes.io/instance': `${app}-production`,
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/part-of': 'recommendations',
    environment: 'production',
    team: 'machine-learning',
  };
  if (isJobPod(batch, index)) {
    const { name, uid } = jobReference(batch, index);
    return { ...common, 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name };
  }
  return { ...common, 'app.kubernetes.io/version': '1.27.3', 'pod-template-hash': '7d9c6b5f4' };
}

function jobReference(batch: PodBatch, index: number) {
  const name = `${apiNameOf(batch, index)}-${batch.id}j${index}`;
  return { apiVersion: 'batch/v1', kind: 'Job', name, uid: uidOf(name), ...asController };
}

function replicaSetReference(batch: PodBatch, index: number) {
  const set = Math.floor(index / podsPerReplicaSet);
  const name = `${apiNameOf(batch, index)}-${batch.id}s${set}`;
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: uidOf(name), ...asController };
}

const asController = { controller: true, blockOwnerDeletion: true };

/** Follows from the name, so that owners need not be kept. */
export function uidOf(name: string): string {
  const hash = createHash('sha1').update(name).digest('hex');
  return [0, 8, 12, 16, 20].map((from, part) => hash.slice(from, [8, 12, 16, 20, 32][part])).join('-');
}

export function writtenBy(manager: string, fieldsV1: object, subresource?: string): object {
  const time = '2026-11-23T08:50:00Z';
  const entry = { manager, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1 };
  return subresource === undefined ? entry : { ...entry, subresource };
}

function createdMetadata(labels: object): object {
  return {
    'f:annotations': { '.': {}, 'f:prometheus.io/port': {}, 'f:prometheus.io/scrape': {} },
    'f:generateName': {},
    'f:labels': { '.': {}, ...Object.fromEntries(Object.keys(labels).map((key) => [`f:${key}`, {}])) },
    'f:ownerReferences': { '.': {}, 'k:{"uid":"0ff1ce00-5a1f-4c3e-9b77-000000000001"}': {} },
  };
}

const containerFields = {
  '.': {},
  'f:env': { '.': {}, 'k:{"name":"MODEL_PATH"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
  'f:image': {},
  'f:imagePullPolicy': {},
  'f:name': {},
  'f:ports': { '.': {}, 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
  'f:readinessProbe': {
    '.': {},
    'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {} },
    'f:periodSeconds': {},
  },
  'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {}, 'f:memory': {} }, 'f:requests': {} },
  'f:terminationMessagePath': {},
  'f:terminationMessagePolicy': {},
};

const createdSpec = {
  'f:containers': { 'k:{"name":"api"}': containerFields, 'k:{"name":"proxy"}': containerFields },
  'f:dnsPolicy': {},
  'f:enableServiceLinks': {},
  'f:restartPolicy': {},
  'f:schedulerName': {},
  'f:securityContext': {},
  'f:terminationGracePeriodSeconds': {},
};
