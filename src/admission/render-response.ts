/** From a verdict to the AdmissionReview that answers. Pure. */
import { labelKeys } from '../kernel/labels.ts';
import type { LabelChange } from '../pods/plan-labels.ts';
import { reviewVersion, type PodReview } from './parse-review.ts';

export interface Verdict {
  readonly change?: LabelChange;
  readonly warnings?: readonly string[];
  /** Why the pod is refused; it is let through without. */
  readonly refusal?: string;
}

/** One operation of https://www.rfc-editor.org/rfc/rfc6902 */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

type Labeled = Pick<PodReview, 'labels' | 'hasLabels'>;

/** The whole answer for a request that is let through unchanged. */
export function renderAllowed(uid: string): string {
  return render({ uid, allowed: true });
}

export function renderVerdict(review: Labeled & { readonly uid: string }, verdict: Verdict): string {
  const { uid } = review;
  const { change, warnings = [], refusal } = verdict;
  const told = warnings.length > 0 ? { warnings } : {};
  if (refusal !== undefined) {
    const status = { code: 403, reason: 'Forbidden', message: refusal };
    return render({ uid, allowed: false, status, ...told });
  }
  const patch = change ? patchOf(review, change) : [];
  if (patch.length === 0) return render({ uid, allowed: true, ...told });
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return render({ uid, allowed: true, patchType: 'JSONPatch', patch: encoded, ...told });
}

/** A missing map is added as a whole: an `add` below it would fail (RFC 6902, 4.1). */
export function patchOf({ labels, hasLabels }: Labeled, change: LabelChange): readonly PatchOperation[] {
  if (!hasLabels) {
    const value = Object.fromEntries(
      Object.entries(change).filter(([, written]) => typeof written === 'string'),
    );
    return Object.keys(value).length > 0 ? [{ op: 'add', path: '/metadata/labels', value }] : [];
  }
  return labelKeys.flatMap((key): readonly PatchOperation[] => {
    const value = change[key];
    const path = `/metadata/labels/${escapePointer(key)}`;
    if (value === undefined) return [];
    if (value !== null) return [{ op: labels[key] === undefined ? 'add' : 'replace', path, value }];
    return labels[key] === undefined ? [] : [{ op: 'remove', path }];
  });
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function render(response: object): string {
  return JSON.stringify({ apiVersion: reviewVersion, kind: 'AdmissionReview', response });
}
