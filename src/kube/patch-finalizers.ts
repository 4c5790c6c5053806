/** Writes the finalizers of one of our objects: what keeps it until something outside is cleaned up. */
import { isNotFound, isOtherUid } from './kube-errors.ts';
import type { PatchResult } from './patch-pod-labels.ts';
import type { StatusTarget } from './patch-status.ts';
import { resourcePath } from './resource-path.ts';
import { metadataOnly, type KubeRequest } from './transport.ts';

/** The object as it was read: a list of finalizers is written as a whole, and must not undo a change. */
export interface FinalizedObject {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Throws `KubeError` (409) if the object has changed since. */
export async function putFinalizers(
  transport: { send(request: KubeRequest): Promise<void> },
  { fieldManager, ...target }: StatusTarget & { readonly fieldManager: string },
  { uid, resourceVersion }: FinalizedObject,
  finalizers: readonly string[],
): Promise<PatchResult> {
  try {
    await transport.send({
      method: 'PATCH',
      path: resourcePath(target),
      query: { fieldManager },
      body: JSON.stringify({ metadata: { uid, resourceVersion, finalizers } }),
      contentType: 'application/merge-patch+json',
      accept: metadataOnly.object,
    });
    return 'patched';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    if (isOtherUid(error)) return 'replaced';
    throw error;
  }
}
