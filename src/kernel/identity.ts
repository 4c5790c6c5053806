/** Which API a pod belongs to; the one thing that admission, the watch loop and the shipper agree on. */
import type { ApiKind } from './api-kinds.ts';
import type { IdentityLabels } from './labels.ts';

/** Together with the pod's namespace, which is the trust boundary, this names an API and its run. */
export interface Identity {
  readonly apiName: string;
  readonly apiKind: ApiKind;
  /** Only on pods of batch and task APIs. */
  readonly jobID?: string;
}

/** The three labels that say this identity; `jobID` is absent where the identity has none. */
export function labelsOfIdentity(identity: Identity): IdentityLabels {
  const { apiName, apiKind, jobID } = identity;
  return jobID === undefined ? { apiName, apiKind } : { apiName, apiKind, jobID };
}
