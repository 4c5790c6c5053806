/**
 * From the text of an AdmissionReview to what the decision needs of it. Pure. The shape is that of
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
import type { Labels } from '../kernel/labels.ts';
import { controllerOf, type OwnerReference } from '../kernel/object-meta.ts';

/** A pod that is about to be stored. */
export interface PodReview {
  /** Echoed in the response. */
  readonly uid: string;
  /** From the request: the object need not name it yet. */
  readonly namespace: string;
  /** Empty where the API server has yet to make one from `generateName`. */
  readonly name: string;
  readonly labels: Labels;
  /** Whether `metadata.labels` is there at all: a JSON patch cannot add to what is missing. */
  readonly hasLabels: boolean;
  readonly controller: OwnerReference | undefined;
  /** The labels as they are stored; undefined at CREATE. */
  readonly oldLabels: Labels | undefined;
  /** Never changed: terminating, or the API server's picture of a static pod. */
  readonly untouchable: boolean;
}

/** `other`: a sound request about something that is not ours to judge. */
export type ParsedReview =
  | { readonly kind: 'pod'; readonly review: PodReview }
  | { readonly kind: 'other'; readonly uid: string }
  | { readonly kind: 'malformed'; readonly problem: string };

export const reviewVersion = 'admission.k8s.io/v1';

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export function parseReview(text: string): ParsedReview {
  const review = parseJson(text);
  if (!isRecord(review)) return malformed('the body is not a JSON object');
  const { apiVersion, kind, request } = review;
  if (kind !== 'AdmissionReview' || apiVersion !== reviewVersion)
    return malformed(`the body is not an AdmissionReview of ${reviewVersion}`);
  if (!isRecord(request)) return malformed('the review has no request');
  const { uid } = request;
  if (typeof uid !== 'string' || uid === '') return malformed('the request has no uid');
  return isAboutPod(request) ? parsePodRequest(uid, request) : { kind: 'other', uid };
}

type Json = Readonly<Record<string, unknown>>;

function isAboutPod({ operation, resource, subResource }: Json): boolean {
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
  if (subResource !== undefined && subResource !== '') return false;
  return isRecord(resource) && (resource['group'] ?? '') === '' && resource['resource'] === 'pods';
}

function parsePodRequest(uid: string, request: Json): ParsedReview {
  const { namespace } = request;
  if (typeof namespace !== 'string' || namespace === '') return malformed('the request has no namespace');
  const metadata = metadataOf(request['object']);
  if (!metadata) return malformed('the object has no metadata');
  const labels = labelsOf(metadata);
  if (!labels) return malformed('labels are not a map of texts');
  const oldLabels = oldLabelsOf(request);
  if (request['operation'] === 'UPDATE' && !oldLabels)
    return malformed('an update has no old object with labels');
  return { kind: 'pod', review: { uid, namespace, oldLabels, ...podOf(metadata, labels) } };
}

function podOf(metadata: Json, labels: Labels): Omit<PodReview, 'uid' | 'namespace' | 'oldLabels'> {
  return {
    name: typeof metadata['name'] === 'string' ? metadata['name'] : '',
    labels,
    hasLabels: isRecord(metadata['labels']),
    controller: controllerIn(metadata),
    untouchable: isUntouchable(metadata),
  };
}

/** Undefined at CREATE. */
function oldLabelsOf({ operation, oldObject }: Json): Labels | undefined {
  const metadata = operation === 'UPDATE' ? metadataOf(oldObject) : undefined;
  return metadata && labelsOf(metadata);
}

function metadataOf(object: unknown): Json | undefined {
  if (!isRecord(object)) return undefined;
  const { metadata } = object;
  return isRecord(metadata) ? metadata : undefined;
}

/** Undefined where there is something that cannot be labels. */
function labelsOf({ labels }: Json): Labels | undefined {
  if (labels === undefined || labels === null) return {};
  if (!isRecord(labels)) return undefined;
  return Object.values(labels).every((value) => typeof value === 'string') ? (labels as Labels) : undefined;
}

function controllerIn({ ownerReferences }: Json): OwnerReference | undefined {
  if (!Array.isArray(ownerReferences)) return undefined;
  return controllerOf({ ownerReferences: ownerReferences.filter(isOwnerReference) });
}

function isOwnerReference(value: unknown): value is OwnerReference {
  return (
    isRecord(value) &&
    ['apiVersion', 'kind', 'name', 'uid'].every((field) => typeof value[field] === 'string')
  );
}

function isUntouchable({ annotations, deletionTimestamp }: Json): boolean {
  const isMirror = isRecord(annotations) && annotations[mirrorAnnotation] !== undefined;
  return isMirror || (deletionTimestamp !== undefined && deletionTimestamp !== null);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(problem: string): ParsedReview {
  return { kind: 'malformed', problem };
}
