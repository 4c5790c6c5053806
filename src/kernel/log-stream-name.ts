/**
 * Names of log streams. They begin with the identity, so that one API or job is read by prefix without
 * a scan. Prefixes end in `/`: without it `text` would also read `text-generator`.
 */
import type { ApiKind } from './api-kinds.ts';
import type { Identity } from './identity.ts';
import { shortHash } from './short-hash.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const maxLogStreamNameLength = 512;

export interface ContainerOfPod {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** The stream that a container's records go to; a pod without identity has a place of its own. */
export function logStreamName(source: ContainerOfPod, identity: Identity | undefined): string {
  const prefix = identity ? identityPrefix(source.namespace, identity) : `pod/${source.namespace}/`;
  const suffix = `/${source.container}`;
  return `${prefix}${cutPodName(source.pod, maxLogStreamNameLength - prefix.length - suffix.length)}${suffix}`;
}

/** What every stream of the API's pods, or of the job's pods, begins with. */
export function identityPrefix(namespace: string, { apiKind, apiName, jobID }: Identity): string {
  return jobID === undefined
    ? `api/${namespace}/${apiKind}/${apiName}/`
    : `job/${namespace}/${apiKind}/${apiName}/${jobID}/`;
}

/** What every stream of any job of the API begins with. */
export function jobsPrefix(namespace: string, apiKind: ApiKind, apiName: string): string {
  return `job/${namespace}/${apiKind}/${apiName}/`;
}

function cutPodName(pod: string, room: number): string {
  if (pod.length <= room) return pod;
  const hash = shortHash(pod);
  return `${pod.slice(0, room - hash.length - 1)}-${hash}`;
}
