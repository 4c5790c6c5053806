/** The four queries, to the letter as users have them saved, with the names of the examples filled in. */
import type { ApiKind } from '../src/kernel/api-kinds.ts';
import type { Identity } from '../src/kernel/identity.ts';

const ofApi = `fields @timestamp, message
| filter labels.apiName="<INSERT API NAME>"
| filter labels.apiKind="<KIND>"
| sort @timestamp asc
| limit 1000`;

const ofJob = `fields @timestamp, message
| filter labels.apiName="<INSERT API NAME>"
| filter labels.jobID="<INSERT JOB ID>"
| filter labels.apiKind="<KIND>"
| sort @timestamp asc
| limit 1000`;

function query(
  template: string,
  apiKind: ApiKind,
  apiName: string,
  jobID?: string,
): { identity: Identity; text: string } {
  const text = template
    .replace('<INSERT API NAME>', apiName)
    .replace('<INSERT JOB ID>', jobID ?? '')
    .replace('<KIND>', apiKind);
  return { identity: { apiName, apiKind, ...(jobID === undefined ? {} : { jobID }) }, text };
}

export const fourQueries = [
  query(ofApi, 'RealtimeAPI', 'text-generator'),
  query(ofApi, 'AsyncAPI', 'video-captioner'),
  query(ofJob, 'BatchAPI', 'image-classifier', 'image-classifier-2026-11-23'),
  query(ofJob, 'TaskAPI', 'churn-trainer', 'churn-trainer-by-hand'),
] as const;
