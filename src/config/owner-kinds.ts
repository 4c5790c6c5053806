/** The kinds that an owner chain may pass through: an allow-list, from which the operator's rights are made too. */

export interface OwnerKind {
  /** Empty: the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in URLs and RBAC rules. */
  readonly resource: string;
  readonly kind: string;
  /** It starts runs on a schedule and is not itself a run. */
  readonly scheduler?: true;
}

/**
 * What people run machine learning on. Versions are the ones that the projects serve today; the MPIJob of the
 * training operator (v1) and of the MPI operator (v2beta1) share a name and never a cluster: the pod says which.
 */
export const defaultOwnerKinds: readonly OwnerKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
  { group: 'apps', version: 'v1', resource: 'statefulsets', kind: 'StatefulSet' },
  { group: 'apps', version: 'v1', resource: 'daemonsets', kind: 'DaemonSet' },
  { group: '', version: 'v1', resource: 'replicationcontrollers', kind: 'ReplicationController' },
  { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job' },
  { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', scheduler: true },
  { group: 'argoproj.io', version: 'v1alpha1', resource: 'rollouts', kind: 'Rollout' },
  { group: 'argoproj.io', version: 'v1alpha1', resource: 'workflows', kind: 'Workflow' },
  {
    group: 'argoproj.io',
    version: 'v1alpha1',
    resource: 'cronworkflows',
    kind: 'CronWorkflow',
    scheduler: true,
  },
  {
    group: 'kubeflow.org',
    version: 'v1beta1',
    resource: 'scheduledworkflows',
    kind: 'ScheduledWorkflow',
    scheduler: true,
  },
  { group: 'kubeflow.org', version: 'v1', resource: 'pytorchjobs', kind: 'PyTorchJob' },
  { group: 'kubeflow.org', version: 'v1', resource: 'tfjobs', kind: 'TFJob' },
  { group: 'kubeflow.org', version: 'v2beta1', resource: 'mpijobs', kind: 'MPIJob' },
  { group: 'kubeflow.org', version: 'v1', resource: 'mpijobs', kind: 'MPIJob' },
  { group: 'kubeflow.org', version: 'v1', resource: 'xgboostjobs', kind: 'XGBoostJob' },
  { group: 'kubeflow.org', version: 'v1', resource: 'paddlejobs', kind: 'PaddleJob' },
  { group: 'kubeflow.org', version: 'v1', resource: 'jaxjobs', kind: 'JAXJob' },
  { group: 'trainer.kubeflow.org', version: 'v1alpha1', resource: 'trainjobs', kind: 'TrainJob' },
  { group: 'jobset.x-k8s.io', version: 'v1alpha2', resource: 'jobsets', kind: 'JobSet' },
  { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', kind: 'InferenceService' },
  { group: 'serving.kserve.io', version: 'v1alpha1', resource: 'inferencegraphs', kind: 'InferenceGraph' },
  { group: 'serving.knative.dev', version: 'v1', resource: 'services', kind: 'Service' },
  { group: 'serving.knative.dev', version: 'v1', resource: 'configurations', kind: 'Configuration' },
  { group: 'serving.knative.dev', version: 'v1', resource: 'revisions', kind: 'Revision' },
  { group: 'ray.io', version: 'v1', resource: 'rayclusters', kind: 'RayCluster' },
  { group: 'ray.io', version: 'v1', resource: 'rayjobs', kind: 'RayJob' },
  { group: 'ray.io', version: 'v1', resource: 'rayservices', kind: 'RayService' },
];

const pattern = /^([a-z0-9-]+)\.(v[0-9][a-z0-9]*)\.([a-z0-9.-]*)\/([A-Z][A-Za-z0-9]*)$/;

/**
 * Reads `resource.version.group/Kind`, for example `deployments.v1.apps/Deployment`, or with the core group
 * `replicationcontrollers.v1./ReplicationController`; undefined if it is not one. A kind that is a scheduler in
 * the default list is one here too.
 */
export function parseOwnerKind(text: string): OwnerKind | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, resource = '', version = '', group = '', kind = ''] = match;
  const known = defaultOwnerKinds.find((one) => one.group === group && one.kind === kind);
  return { group, version, resource, kind, ...(known?.scheduler ? { scheduler: true } : {}) };
}

/** The inverse of `parseOwnerKind`. */
export function formatOwnerKind({ resource, version, group, kind }: OwnerKind): string {
  return `${resource}.${version}.${group}/${kind}`;
}
