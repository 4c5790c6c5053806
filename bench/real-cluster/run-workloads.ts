/** Workloads whose pods real controllers make: a Deployment that runs, and a Job that ends. */
import type { ControlPlaneConnection } from '../../test/control-plane/connect-to-control-plane.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';

type Admin = ControlPlaneConnection['admin'];

const podsOfEach = 25;
const container = { name: 'api', image: 'registry.example.com/ml/api:1.27.3' };

function template(app: string, spec: object): object {
  return { metadata: { labels: { app } }, spec: { containers: [container], ...spec } };
}

const claimOf = (app: string) => ({ selector: { matchLabels: { app } } });

/** The namespace, an API of each of two kinds, and what they claim. Returns the number of pods. */
export async function applyWorkloads(admin: Admin, namespace: string): Promise<number> {
  const place = (name: string) => ({ name, namespace });
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const [kind, app] of [
    ['RealtimeAPI', 'predictor'],
    ['BatchAPI', 'training'],
  ] as const)
    await admin.apply({ apiVersion: 'cortex.dev/v1alpha1', kind, metadata: place(app), spec: claimOf(app) });
  await admin.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: place('predictor'),
    spec: { replicas: podsOfEach, ...claimOf('predictor'), template: template('predictor', {}) },
  });
  await admin.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: place('training'),
    spec: {
      completions: podsOfEach,
      parallelism: podsOfEach,
      template: template('training', { restartPolicy: 'Never' }),
    },
  });
  return podsOfEach * 2;
}

interface PodObject {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly phase?: string };
}

/** Resolves when the Deployment's pods run, the Job's have ended, and all are labeled. */
export async function untilFinished(admin: Admin, namespace: string): Promise<void> {
  await waitFor(
    async () => {
      const pods = await admin.list<PodObject>({ apiVersion: 'v1', kind: 'Pod', namespace });
      return pods.length === podsOfEach * 2 && pods.every(isFinished);
    },
    { describe: `the pods in ${namespace} to run and to end`, timeoutMs: 120_000, intervalMs: 250 },
  );
}

function isFinished({ metadata: { labels = {} }, status }: PodObject): boolean {
  const wanted = labels['app'] === 'training' ? 'Succeeded' : 'Running';
  return status?.phase === wanted && labels['apiName'] === labels['app'];
}
