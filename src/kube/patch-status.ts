/** Writes to the status of our resources. */
import type { ResourceTarget } from './resource-path.ts';
import { resourcePath } from './resource-path.ts';
import { isNotFound, isOtherUid } from './kube-errors.ts';
import type { PatchResult } from './patch-pod-labels.ts';
import { metadataOnly, type KubeRequest } from './transport.ts';

interface StatusTransport {
  send(request: KubeRequest): Promise<void>;
}

export interface StatusTarget extends ResourceTarget {
  readonly name: string;
}

export class StatusWriter {
  readonly #transport: StatusTransport;
  readonly #fieldManager: string;

  constructor(transport: StatusTransport, { fieldManager }: { readonly fieldManager: string }) {
    this.#transport = transport;
    this.#fieldManager = fieldManager;
  }

  /** Merges `patch` (RFC 7386: null removes) into the status. */
  mergeStatus(target: StatusTarget, uid: string, patch: object): Promise<PatchResult> {
    const body = { metadata: { uid }, status: patch };
    return this.#patch(target, 'application/merge-patch+json', body);
  }

  /** Makes `status` the whole status: what is absent in it is removed. */
  replaceStatus(target: StatusTarget, uid: string, status: object): Promise<PatchResult> {
    const body = [
      { op: 'test', path: '/metadata/uid', value: uid },
      // "add" on a member that exists replaces it as a whole (RFC 6902, 4.1).
      { op: 'add', path: '/status', value: status },
    ];
    return this.#patch(target, 'application/json-patch+json', body);
  }

  async #patch(target: StatusTarget, contentType: string, body: object): Promise<PatchResult> {
    try {
      await this.#transport.send({
        method: 'PATCH',
        path: resourcePath({ ...target, subresource: 'status' }),
        query: { fieldManager: this.#fieldManager },
        body: JSON.stringify(body),
        contentType,
        accept: metadataOnly.object,
      });
      return 'patched';
    } catch (error) {
      if (isNotFound(error)) return 'gone';
      if (isOtherUid(error)) return 'replaced';
      throw error;
    }
  }
}
