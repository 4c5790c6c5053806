/** The pods of the workloads, and what makes some more. */
import type { Labels } from '../../src/kernel/labels.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { workloadNamespace as namespace } from './names.ts';
import type { Pod } from './pod-journal.ts';
import type { Scene } from './scene.ts';

export function podsOf({ admin }: Scene, labelSelector?: string): Promise<readonly Pod[]> {
  const selection = labelSelector === undefined ? {} : { labelSelector };
  return admin.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, ...selection });
}

/** By the pods' names. */
export async function labelsByPod(scene: Scene): Promise<Readonly<Record<string, Labels | undefined>>> {
  return Object.fromEntries((await podsOf(scene)).map(({ metadata }) => [metadata.name, metadata.labels]));
}

/** By the pods' names; they change with every write, whoever writes. */
export async function versionsByPod(scene: Scene): Promise<object> {
  return Object.fromEntries(
    (await podsOf(scene)).map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
  );
}

/** A run by hand of the claimed CronJob. */
export async function runCronJob({ runKubectl }: Scene, name: string): Promise<void> {
  await runKubectl(['--namespace', namespace, 'create', 'job', name, '--from=cronjob/churn-trainer']);
}

interface Job {
  readonly status: { readonly completionTime?: string };
}

/** After it nobody but the operator has reason to write to their pods. */
export async function waitForJobs({ admin }: Scene): Promise<void> {
  const haveEnded = async () => {
    const jobs = await admin.list<Job>({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    return jobs.every(({ status }) => status.completionTime !== undefined);
  };
  await waitFor(haveEnded, { describe: 'all jobs to end', timeoutMs: 90_000 });
}
