/** What is run in the cluster: the examples, and what they do not have. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { apiVersion } from '../../src/kernel/api-kinds.ts';
import type { Manifest } from '../control-plane/kube-client.ts';
import { birthPrefix } from './expected-pods.ts';
import { clusterName, requiredNamespace, workloadNamespace as namespace } from './names.ts';
import type { Settings } from './settings.ts';

const examplesFolder = join(import.meta.dirname, '../../examples');
/** As the examples have it. */
const publicImage = 'public.ecr.aws/docker/library/busybox:1.37';

const forever = "trap 'exit 0' TERM; while true; do sleep 600 & wait $!; done";

type Images = Pick<Settings, 'workloadImage' | 'pullPolicy'>;

/** In their order: each resource before the pods that it claims. */
export function examples(images: Images): readonly Manifest[] {
  const files = readdirSync(examplesFolder).filter((file) => file.endsWith('.yaml'));
  return files
    .flatMap((file) => parseAllDocuments(readFileSync(join(examplesFolder, file), 'utf8')))
    .map((document) => adapt(document.toJS() as Manifest, images));
}

/** A StatefulSet, a TaskJob, pods without an owner, pods that hardly live at all, one that nobody claims. */
export function furtherWorkloads(images: Images): readonly Manifest[] {
  return [
    resource('RealtimeAPI', 'feature-store', {
      workloadRef: reference('apps/v1', 'StatefulSet', 'feature-store'),
    }),
    statefulSet('feature-store'),
    resource('TaskAPI', 'recommender-trainer', {}),
    resource('TaskJob', 'training-of-november', {
      apiName: 'recommender-trainer',
      workloadRef: reference('batch/v1', 'Job', 'recommender-trainer-november'),
    }),
    job('recommender-trainer-november', 'echo trained; sleep 1'),
    resource('BatchAPI', 'report-builder', { selector: { matchLabels: { app: 'report-builder' } } }),
    pod('report-by-hand', 'report-builder', podSpec(forever)),
    pod('report-in-a-blink', 'report-builder', { ...podSpec('echo reported'), restartPolicy: 'Never' }),
    pod('bystander', 'bystander', podSpec(forever)),
  ].map((manifest) => adapt(manifest, images));
}

/** Claims the pods that are made while the operator is upgraded. */
export const requiredApi: Manifest = {
  ...resource('RealtimeAPI', 'fraud-detector', { selector: { matchLabels: { app: 'fraud-detector' } } }),
  metadata: { name: 'fraud-detector', namespace: requiredNamespace },
};

/** It never gets to a node, so that hundreds of them cost no more than their labels do. */
export function gatedPod(images: Images): Manifest {
  const spec = { ...podSpec(forever), schedulingGates: [{ name: 'cortex.dev/e2e' }] };
  const { metadata, ...rest } = adapt(pod('', 'fraud-detector', spec), images);
  const { labels } = metadata;
  return { ...rest, metadata: { generateName: birthPrefix, namespace: requiredNamespace, labels } };
}

/** Images as this cluster has them, this run's namespace, this run's log group. */
function adapt(manifest: Manifest, { workloadImage = publicImage, pullPolicy }: Images): Manifest {
  if (manifest.kind === 'LogGroup')
    return { ...manifest, spec: { ...(manifest['spec'] as object), logGroupName: clusterName } };
  const text = JSON.stringify(manifest, (key, value: unknown) =>
    key === 'containers'
      ? (value as object[]).map((each) => ({ ...each, image: workloadImage, imagePullPolicy: pullPolicy }))
      : value,
  );
  const adapted = JSON.parse(text) as Manifest;
  return { ...adapted, metadata: { ...adapted.metadata, namespace } };
}

function resource(kind: string, name: string, spec: object): Manifest {
  return { apiVersion, kind, metadata: { name }, spec };
}

function reference(version: string, kind: string, name: string): object {
  return { apiVersion: version, kind, name };
}

function statefulSet(name: string): Manifest {
  const labels = { app: name };
  const spec = {
    replicas: 2,
    serviceName: name,
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: podSpec(forever) },
  };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec };
}

function job(name: string, script: string): Manifest {
  const spec = { template: { spec: { ...podSpec(script), restartPolicy: 'Never' } } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
}

function pod(name: string, app: string, spec: object): Manifest {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } }, spec };
}

function podSpec(script: string): object {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 5,
    securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: publicImage,
        command: ['sh', '-c', script],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}
