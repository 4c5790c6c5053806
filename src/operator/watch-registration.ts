/** The registration of the webhook, followed: an upgrade may bring a webhook that has no caBundle yet, or take one away. */
import type { KubeObject } from '../kernel/object-meta.ts';
import type { ReflectorObserver } from '../kube/reflector.ts';
import type { Stored } from '../kube/store.ts';
import type { Transport } from '../kube/transport.ts';
import { storedOf } from '../kube/watch-once.ts';
import type { Logger } from '../runtime/logger.ts';
import { KindWatch } from './watch-kind.ts';

/** Any change of it is one, whatever changed. */
export interface WatchedRegistration extends Stored {
  readonly resourceVersion: string | undefined;
}

interface WatchParts {
  readonly transport: Transport;
  readonly observer: ReflectorObserver;
  readonly logger: Logger;
}

export function watchRegistration(parts: WatchParts, name: string): KindWatch<WatchedRegistration> {
  return new KindWatch({
    ...parts,
    target: {
      group: 'admissionregistration.k8s.io',
      version: 'v1',
      resource: 'mutatingwebhookconfigurations',
    },
    // A right on one name allows lists and watches that ask for that name alone.
    query: { fieldSelector: `metadata.name=${name}` },
    metadataOnly: true,
    decode: (object: KubeObject) => ({
      ...storedOf(object),
      resourceVersion: object.metadata.resourceVersion,
    }),
  });
}
