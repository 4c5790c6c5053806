/** One Secret, read and written as a whole. */
import { isNotFound } from './kube-errors.ts';
import { resourcePath } from './resource-path.ts';
import type { KubeRequest } from './transport.ts';

interface SecretTransport {
  request<T>(request: KubeRequest): Promise<T>;
  send(request: KubeRequest): Promise<void>;
}

export interface StoredSecret {
  /** Decoded. */
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

interface Secret {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

const secrets = { group: '', version: 'v1', resource: 'secrets' };

export class SecretStore {
  readonly #transport: SecretTransport;
  readonly #place: { readonly namespace: string; readonly name: string };
  readonly #labels: Readonly<Record<string, string>>;

  /** `labels` are put on it when it is made. */
  constructor(
    transport: SecretTransport,
    place: { readonly namespace: string; readonly name: string },
    labels: Readonly<Record<string, string>>,
  ) {
    this.#transport = transport;
    this.#place = place;
    this.#labels = labels;
  }

  /** Undefined where there is none. */
  async read(): Promise<StoredSecret | undefined> {
    try {
      const path = resourcePath({ ...secrets, ...this.#place });
      const { metadata, data = {} } = await this.#transport.request<Secret>({ method: 'GET', path });
      return { data: mapValues(data, decode), resourceVersion: metadata.resourceVersion };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Throws an error for which `isConflict` holds when somebody else wrote since `before` was read. */
  async write(before: StoredSecret | undefined, data: Readonly<Record<string, string>>): Promise<void> {
    const { namespace, name } = this.#place;
    const version = before ? { resourceVersion: before.resourceVersion } : {};
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { namespace, name, labels: this.#labels, ...version },
      data: mapValues(data, encode),
    };
    await this.#transport.send({
      method: before ? 'PUT' : 'POST',
      path: resourcePath({ ...secrets, namespace, ...(before ? { name } : {}) }),
      body: JSON.stringify(secret),
    });
  }
}

function mapValues(
  data: Readonly<Record<string, string>>,
  map: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, map(value)] as const));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
