/** One live read of an object that may own pods. */
import type { LabelSelector } from '../kernel/label-selector.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '../kernel/object-meta.ts';
import { isNotFound } from './kube-errors.ts';
import { resourcePath, type Resource } from './resource-path.ts';
import type { KubeRequest } from './transport.ts';

interface ReadTransport {
  request<T>(request: KubeRequest): Promise<T>;
}

export interface ObservedOwner {
  readonly uid: string;
  readonly name: string;
  readonly controller?: OwnerReference;
  /** Of pods, where the kind has one. */
  readonly selector?: LabelSelector;
}

type ObjectWithSelector = KubeObject & { readonly spec?: { readonly selector?: unknown } };

export class OwnerReader {
  readonly #transport: ReadTransport;

  constructor(transport: ReadTransport) {
    this.#transport = transport;
  }

  /**
   * Undefined where there is no such object, `no-such-kind` where the API server does not serve this version of the
   * kind. Throws `KubeError` for all other answers.
   */
  async readOwner(
    kind: Resource,
    namespace: string,
    name: string,
  ): Promise<ObservedOwner | 'no-such-kind' | undefined> {
    const { group, version, resource } = kind;
    try {
      const path = resourcePath({ group, version, resource, namespace, name });
      return observe(await this.#transport.request<ObjectWithSelector>({ method: 'GET', path }), kind);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // Of an object that is missing the API server tells the name; a path that it does not serve it does not know.
      return error.objectName === undefined ? 'no-such-kind' : undefined;
    }
  }
}

function observe({ metadata, spec }: ObjectWithSelector, kind: Resource): ObservedOwner {
  const controller = controllerOf(metadata);
  const selector = isReplicationController(kind)
    ? mapSelector(spec?.selector)
    : labelSelector(spec?.selector);
  return {
    uid: metadata.uid,
    name: metadata.name,
    ...(controller ? { controller } : {}),
    ...(selector ? { selector } : {}),
  };
}

function isReplicationController({ group, resource }: Resource): boolean {
  return group === '' && resource === 'replicationcontrollers';
}

/** A metav1.LabelSelector with at least one requirement; other shapes select by other means than labels. */
export function labelSelector(value: unknown): LabelSelector | undefined {
  const { matchLabels, matchExpressions } = (value ?? {}) as LabelSelector;
  const hasLabels = typeof matchLabels === 'object' && Object.keys(matchLabels).length > 0;
  const hasExpressions = Array.isArray(matchExpressions) && matchExpressions.length > 0;
  if (!hasLabels && !hasExpressions) return undefined;
  return { ...(hasLabels ? { matchLabels } : {}), ...(hasExpressions ? { matchExpressions } : {}) };
}

/** The plain map of Services and ReplicationControllers; undefined where it is absent or empty: it selects nothing. */
export function mapSelector(value: unknown): LabelSelector | undefined {
  const matchLabels = (value ?? {}) as Readonly<Record<string, string>>;
  return Object.keys(matchLabels).length > 0 ? { matchLabels } : undefined;
}
