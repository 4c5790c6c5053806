/** Everything in a namespace that selects pods by their labels, read live. */
import type { LabelSelector } from '../kernel/label-selector.ts';
import type { KubeObject } from '../kernel/object-meta.ts';
import { listOnce, type ListTransport } from './list-pages.ts';
import { labelSelector, mapSelector } from './read-owner.ts';

export interface SelectingObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly selector: LabelSelector;
}

interface SelectingKind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** All selectors in an object's spec; one that selects everything looks at no key and is left out. */
  readonly selectorsOf: (spec: Spec) => readonly (LabelSelector | undefined)[];
}

interface Peer {
  readonly podSelector?: unknown;
}

interface Spec {
  readonly selector?: unknown;
  readonly podSelector?: unknown;
  readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[] }[];
}

const bySelector = ({ selector }: Spec): readonly (LabelSelector | undefined)[] => [labelSelector(selector)];
const byMap = ({ selector }: Spec): readonly (LabelSelector | undefined)[] => [mapSelector(selector)];

/** A peer's selector may be meant for other namespaces as well; taking it here can only refuse a write too many. */
function ofNetworkPolicy({
  podSelector,
  ingress = [],
  egress = [],
}: Spec): readonly (LabelSelector | undefined)[] {
  const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  return [podSelector, ...peers.map((peer) => peer.podSelector)].map(labelSelector);
}

export const selectingKinds: readonly SelectingKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet', selectorsOf: bySelector },
  { group: 'apps', version: 'v1', resource: 'statefulsets', kind: 'StatefulSet', selectorsOf: bySelector },
  { group: 'apps', version: 'v1', resource: 'daemonsets', kind: 'DaemonSet', selectorsOf: bySelector },
  { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', selectorsOf: bySelector },
  {
    group: '',
    version: 'v1',
    resource: 'replicationcontrollers',
    kind: 'ReplicationController',
    selectorsOf: byMap,
  },
  { group: '', version: 'v1', resource: 'services', kind: 'Service', selectorsOf: byMap },
  {
    group: 'policy',
    version: 'v1',
    resource: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    selectorsOf: bySelector,
  },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    resource: 'networkpolicies',
    kind: 'NetworkPolicy',
    selectorsOf: ofNetworkPolicy,
  },
];

export class SelectorReader {
  readonly #transport: ListTransport;

  constructor(transport: ListTransport) {
    this.#transport = transport;
  }

  /** One entry per selector. Throws rather than leaving a kind out. */
  async listSelectingObjects(namespace: string): Promise<readonly SelectingObject[]> {
    const lists = await Promise.all(selectingKinds.map((kind) => this.#list(kind, namespace)));
    return lists.flat();
  }

  async #list(kind: SelectingKind, namespace: string): Promise<readonly SelectingObject[]> {
    const { group, version, resource } = kind;
    const target = { group, version, resource, namespace };
    const list = await listOnce(this.#transport, {
      target,
      decode: (object) => selectingObjects(kind, object),
    });
    return list.objects.flat();
  }
}

function selectingObjects(kind: SelectingKind, object: KubeObject): readonly SelectingObject[] {
  const { name, uid } = object.metadata;
  const { spec = {} } = object as { readonly spec?: Spec };
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return kind
    .selectorsOf(spec)
    .filter((selector) => selector !== undefined)
    .map((selector) => ({ apiVersion, kind: kind.kind, name, uid, selector }));
}
