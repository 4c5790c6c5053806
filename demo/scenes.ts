/** What is put on the stage, in order, and who each pod should speak for: known here, and nowhere asked for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Identity } from '../src/kernel/identity.ts';
import { runForAnnotation } from '../test/control-plane/kwok-stages.ts';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import { Team } from '../test/support/team.ts';
import { namespace } from './stage.ts';

const examples = join(import.meta.dirname, '../examples');

/** A pod that is there before the operator is. */
export async function applyOlderPods({ admin }: ControlPlane): Promise<void> {
  await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await admin.applyYaml(readOwn('older-pods.yaml'), namespace);
}

export async function claimOlderPods({ admin }: ControlPlane): Promise<void> {
  await admin.applyYaml(readOwn('older-api.yaml'), namespace);
}

function readOwn(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}

export async function applyExamples({ admin }: ControlPlane): Promise<readonly string[]> {
  const files = readdirSync(examples).filter((file) => file.endsWith('.yaml'));
  for (const file of files)
    await admin.applyYaml(withRunTime(readFileSync(join(examples, file), 'utf8')), namespace);
  return files;
}

/** No container runs here: how long the examples' jobs take is said by an annotation. */
function withRunTime(manifests: string): string {
  const documents = parseAllDocuments(manifests);
  for (const document of documents) {
    const template = { Job: ['spec', 'template'], CronJob: ['spec', 'jobTemplate', 'spec', 'template'] }[
      String(document.get('kind'))
    ];
    if (template) document.setIn([...template, 'metadata', 'annotations', runForAnnotation], '8s');
  }
  return documents.map(String).join('---\n');
}

/** A run by hand of the claimed CronJob, a job that lives one second, and a pod with forged labels. */
export async function runJobs(controlPlane: ControlPlane): Promise<void> {
  const create = ['-n', namespace, 'create', 'job'];
  await controlPlane.runKubectl([...create, 'churn-trainer-by-hand', '--from=cronjob/churn-trainer']);
  const manifests = readOwn('hard-cases.yaml').split(/^---$/m);
  const isClaim = (manifest: string) => manifest.includes('apiVersion: cortex.dev/');
  for (const claim of manifests.filter(isClaim)) await controlPlane.admin.applyYaml(claim, namespace);
  // A pod that is born before its claim is seen would be repaired: that is what the older pod shows.
  const team = new Team(controlPlane, namespace);
  await Promise.all([team.untilSeen('TaskAPI', 'one-second'), team.untilSeen('RealtimeAPI', 'forger')]);
  for (const rest of manifests.filter((manifest) => !isClaim(manifest)))
    await controlPlane.admin.applyYaml(rest, namespace);
}

/** By how a pod's name begins. */
const identities: readonly (readonly [string, Identity])[] = [
  ['older-api-', { apiName: 'older-api', apiKind: 'RealtimeAPI' }],
  ['forger-', { apiName: 'forger', apiKind: 'RealtimeAPI' }],
  ['text-generator-', { apiName: 'text-generator', apiKind: 'RealtimeAPI' }],
  ['video-captioner-workers-', { apiName: 'video-captioner', apiKind: 'AsyncAPI' }],
  ['image-classifier-', ofJob('BatchAPI', 'image-classifier', 'image-classifier-2026-11-23')],
  ['sentiment-analyzer-', ofJob('BatchAPI', 'sentiment-analyzer', '69b9e5e4e8')],
  ['churn-trainer-', ofJob('TaskAPI', 'churn-trainer', 'churn-trainer-by-hand')],
  ['one-second-run-', ofJob('TaskAPI', 'one-second', 'one-second-run')],
];

function ofJob(apiKind: 'BatchAPI' | 'TaskAPI', apiName: string, jobID: string): Identity {
  return { apiName, apiKind, jobID };
}

/** One for each pod name that the scenes make. @throws Error for another name */
export function identityOfPod(name: string): Identity {
  const [, identity] = identities.find(([prefix]) => name.startsWith(prefix)) ?? [];
  if (identity === undefined) throw new Error(`The pod ${name} is not part of the demo's scenes.`);
  return identity;
}

/** Every API of the scenes, and the job where it runs one. */
export const everyIdentity: readonly Identity[] = identities.map(([, identity]) => identity);
