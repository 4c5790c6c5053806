/** Which pods there must be, and whom each speaks for: known here, and nowhere asked for. Pure. */
import type { ApiKind } from '../../src/kernel/api-kinds.ts';
import { labelsOfIdentity } from '../../src/kernel/identity.ts';
import { identityLabelsOf, type IdentityLabels, type Labels } from '../../src/kernel/labels.ts';

interface ExpectedPods {
  /** How the pods' names begin. */
  readonly prefix: string;
  readonly count: number;
  readonly labels: IdentityLabels;
}

export const expectedPods: readonly ExpectedPods[] = [
  pods('text-generator-', 2, 'RealtimeAPI', 'text-generator'),
  pods('video-captioner-workers-', 2, 'AsyncAPI', 'video-captioner'),
  pods('image-classifier-', 4, 'BatchAPI', 'image-classifier', 'image-classifier-2026-11-23'),
  pods('sentiment-analyzer-', 2, 'BatchAPI', 'sentiment-analyzer', '69b9e5e4e8'),
  pods('churn-trainer-by-hand-', 1, 'TaskAPI', 'churn-trainer', 'churn-trainer-by-hand'),
  pods('feature-store-', 2, 'RealtimeAPI', 'feature-store'),
  pods('recommender-trainer-', 1, 'TaskAPI', 'recommender-trainer', 'training-of-november'),
  pods('report-by-hand', 1, 'BatchAPI', 'report-builder', 'report-by-hand'),
  pods('report-in-a-blink', 1, 'BatchAPI', 'report-builder', 'report-in-a-blink'),
  { prefix: 'bystander', count: 1, labels: {} },
];

export const claimedPods = expectedPods.filter(({ labels }) => labels.apiName !== undefined);
export const claimedCount = claimedPods.reduce((sum, { count }) => sum + count, 0);

/** Jobs from the claimed CronJob, which are run when there is something to prove. */
export const laterRuns = { handover: 'retraining-in-a-handover', restart: 'retraining-after-a-restart' };

/** How the names of the pods begin that are made during the upgrade. */
export const birthPrefix = 'fraud-detector-';

const laterPods = [
  ...Object.values(laterRuns).map((job) => pods(`${job}-`, 1, 'TaskAPI', 'churn-trainer', job)),
  pods(birthPrefix, Infinity, 'RealtimeAPI', 'fraud-detector'),
];

function pods(prefix: string, count: number, apiKind: ApiKind, ...[apiName, jobID]: string[]): ExpectedPods {
  const identity = { apiKind, apiName: apiName ?? '', ...(jobID === undefined ? {} : { jobID }) };
  return { prefix, count, labels: labelsOfIdentity(identity) };
}

/** Of the pod of that name. Undefined if there should be none. */
export function expectedLabels(name: string): IdentityLabels | undefined {
  return [...expectedPods, ...laterPods].find(({ prefix }) => name.startsWith(prefix))?.labels;
}

/** Whether the three labels are exactly these. */
export function carries(labels: Labels, wanted: IdentityLabels): boolean {
  return JSON.stringify(identityLabelsOf(labels)) === JSON.stringify(identityLabelsOf(wanted));
}
