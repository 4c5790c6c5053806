/** Merge patches of pod labels, guarded by the pod's UID. */
import { InFlightLimit } from './in-flight-limit.ts';
import { isNotFound, isOtherUid } from './kube-errors.ts';
import { resourcePath } from './resource-path.ts';
import { metadataOnly, type KubeRequest } from './transport.ts';

/** `gone`: no such pod any more. `replaced`: another pod has the name now. */
export type PatchResult = 'patched' | 'gone' | 'replaced';

interface PatchTransport {
  send(request: KubeRequest): Promise<void>;
}

export interface PodPatcherOptions {
  /** Stands in `metadata.managedFields` beside what we wrote. */
  readonly fieldManager: string;
  /** Default 16: more is slower, and starves others of the same priority level, our lease among them. */
  readonly maxInFlight?: number;
}

const pods = { group: '', version: 'v1', resource: 'pods' };

export class PodPatcher {
  readonly #transport: PatchTransport;
  readonly #fieldManager: string;
  readonly #limit: InFlightLimit;

  constructor(transport: PatchTransport, { fieldManager, maxInFlight = 16 }: PodPatcherOptions) {
    this.#transport = transport;
    this.#fieldManager = fieldManager;
    this.#limit = new InFlightLimit(maxInFlight);
  }

  /** Sets the labels, removes those that are null; nothing else. Throws `KubeError` for all other answers. */
  async patchLabels(
    { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
    labels: Readonly<Record<string, string | null>>,
  ): Promise<PatchResult> {
    try {
      await this.#limit.run(() =>
        this.#transport.send({
          method: 'PATCH',
          path: resourcePath({ ...pods, namespace, name }),
          query: { fieldManager: this.#fieldManager },
          body: JSON.stringify({ metadata: { uid, labels } }),
          contentType: 'application/merge-patch+json',
          accept: metadataOnly.object,
        }),
      );
      return 'patched';
    } catch (error) {
      if (isNotFound(error)) return 'gone';
      if (isOtherUid(error)) return 'replaced';
      throw error;
    }
  }
}
