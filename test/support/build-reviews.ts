/** AdmissionReviews as the API server sends them; each builder takes only what the test is about. */
import type { Labels } from '../../src/kernel/labels.ts';
import type { PodReview } from '../../src/admission/parse-review.ts';

interface ReviewChanges {
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Of the stored pod; an update has some. */
  readonly oldMetadata?: Readonly<Record<string, unknown>>;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly review?: Readonly<Record<string, unknown>>;
}

/** The text of a review of a pod that is created or, with `oldMetadata`, changed. */
export function reviewText(changes: ReviewChanges = {}): string {
  const pod = (metadata: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
  const { oldMetadata } = changes;
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'review-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'ml',
      operation: oldMetadata ? 'UPDATE' : 'CREATE',
      dryRun: false,
      object: pod({ name: 'pod-1', ...changes.metadata }),
      oldObject: oldMetadata ? pod({ name: 'pod-1', ...oldMetadata }) : null,
      ...changes.request,
    },
    ...changes.review,
  });
}

export function aReview(changes: Partial<PodReview> = {}): PodReview {
  return {
    uid: 'review-1',
    namespace: 'ml',
    name: 'pod-1',
    labels: { app: 'text-generator' },
    hasLabels: true,
    controller: undefined,
    oldLabels: undefined,
    untouchable: false,
    ...changes,
  };
}

export interface AdmissionAnswer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patchType?: string;
    readonly patch?: string;
    readonly warnings?: readonly string[];
    readonly status?: { readonly code: number; readonly message: string };
  };
}

interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The labels after the answer's patch, by the letter of RFC 6902: what does not fit throws. */
export function labelsAfter(labels: Labels | undefined, answer: AdmissionAnswer): Labels | undefined {
  const { patch } = answer.response;
  let after: Record<string, string> | undefined = labels && { ...labels };
  const operations = patch ? (JSON.parse(Buffer.from(patch, 'base64').toString()) as Operation[]) : [];
  for (const { op, path, value } of operations) {
    const [, metadata, map, escaped] = path.split('/');
    if (metadata !== 'metadata' || map !== 'labels') throw new Error(`${path} is none of ours`);
    if (escaped === undefined) {
      if (op !== 'add') throw new Error(`${op} of the whole map`);
      after = value as Record<string, string>;
      continue;
    }
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!after) throw new Error('there is no map');
    if (op !== 'add' && after[key] === undefined) throw new Error(`${op} of ${key}, which is not there`);
    if (op === 'remove') Reflect.deleteProperty(after, key);
    else after[key] = value as string;
  }
  return after;
}
