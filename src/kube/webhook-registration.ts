/** The caBundles of one MutatingWebhookConfiguration. */
import { isNotFound } from './kube-errors.ts';
import { resourcePath } from './resource-path.ts';
import type { KubeRequest } from './transport.ts';

interface RegistrationTransport {
  request<T>(request: KubeRequest): Promise<T>;
  send(request: KubeRequest): Promise<void>;
}

interface Configuration {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string };
  }[];
}

export class WebhookRegistration {
  readonly #transport: RegistrationTransport;
  readonly #path: string;
  readonly #fieldManager: string;

  constructor(transport: RegistrationTransport, name: string, fieldManager: string) {
    this.#transport = transport;
    this.#fieldManager = fieldManager;
    const [group, version, resource] = [
      'admissionregistration.k8s.io',
      'v1',
      'mutatingwebhookconfigurations',
    ];
    this.#path = resourcePath({ group, version, resource, name });
  }

  /** PEM, one for each webhook; empty text where it has none. Undefined where there is no configuration. */
  async readBundles(): Promise<readonly string[] | undefined> {
    const webhooks = await this.#read();
    return webhooks?.map(({ clientConfig: { caBundle = '' } }) =>
      Buffer.from(caBundle, 'base64').toString('utf8'),
    );
  }

  /** Gives every webhook this bundle, and changes nothing else. */
  async writeBundles(bundle: string): Promise<void> {
    const value = Buffer.from(bundle).toString('base64');
    const webhooks = (await this.#read()) ?? [];
    const operations = webhooks.flatMap(({ name }, index) => [
      // Webhooks have no keys but their places: another one there now must not get it.
      { op: 'test', path: `/webhooks/${index}/name`, value: name },
      { op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value },
    ]);
    await this.#transport.send({
      method: 'PATCH',
      path: this.#path,
      query: { fieldManager: this.#fieldManager },
      body: JSON.stringify(operations),
      contentType: 'application/json-patch+json',
    });
  }

  async #read(): Promise<Configuration['webhooks']> {
    try {
      const found = await this.#transport.request<Configuration>({ method: 'GET', path: this.#path });
      return found.webhooks ?? [];
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
