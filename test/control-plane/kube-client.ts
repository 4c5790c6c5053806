/**
 * A small client of the API server for tests: JSON in, JSON out, every answer awaited. The operator's own transport
 * is under test and therefore not used here.
 */
import { Agent, request } from 'undici';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/kernel/object-meta.ts';

/** An object as tests write it: what the server fills in may be missing. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** An answer that is not 2xx. */
export class KubeRequestError extends Error {
  override readonly name = 'KubeRequestError';
  readonly status: number;
  /** `NotFound`, `Forbidden`, `Invalid`, …; empty if the answer was no Status object. */
  readonly reason: string;

  constructor(what: string, status: number, body: string) {
    const parsed = parseStatus(body);
    super(`${what} answered ${status}: ${parsed.message}`);
    this.status = status;
    this.reason = parsed.reason;
  }
}

export interface KubeClientOptions {
  readonly server: string;
  readonly ca: string;
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

export type AnyObject = KubeObject & Readonly<Record<string, unknown>>;

const mergePatch = 'application/merge-patch+json';
const applyPatch = 'application/apply-patch+yaml';

export class KubeClient {
  readonly #options: KubeClientOptions;
  readonly #agent: Agent;
  readonly #resources = new Map<string, Promise<Resource>>();

  constructor(options: KubeClientOptions) {
    this.#options = options;
    const { ca, clientCertificate: cert, clientKey: key } = options;
    const pair = cert === undefined || key === undefined ? {} : { cert, key };
    this.#agent = new Agent({ allowH2: false, connections: 32, connect: { ca, ...pair } });
  }

  /** One request. The body of an answer that is not JSON comes back as text. @throws KubeRequestError */
  async request<T = AnyObject>(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<T> {
    const { server, token } = this.#options;
    const answer = await request(`${server}${path}`, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: {
        'content-type': contentType,
        'user-agent': 'cortex-test',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new KubeRequestError(`${method} ${path}`, answer.statusCode, text);
    return (isJson(answer.headers['content-type']) ? JSON.parse(text) : text) as T;
  }

  async create<T = AnyObject>(manifest: Manifest): Promise<T> {
    const path = await this.#collection(manifest, manifest.metadata.namespace);
    return this.request<T>('POST', path, manifest);
  }

  /** Server-side apply, taking over what others own. */
  async apply<T = AnyObject>(manifest: Manifest): Promise<T> {
    const { name = '' } = manifest.metadata;
    const path = `${await this.#collection(manifest, manifest.metadata.namespace)}/${name}`;
    return this.request<T>('PATCH', `${path}?fieldManager=test&force=true`, manifest, applyPatch);
  }

  /** Applies each document of a YAML text, in its order. */
  async applyYaml(text: string, namespace?: string): Promise<readonly AnyObject[]> {
    const applied: AnyObject[] = [];
    for (const document of parseAllDocuments(text)) {
      const manifest = document.toJS() as Manifest | null;
      if (manifest === null) continue;
      const metadata = { ...(namespace === undefined ? {} : { namespace }), ...manifest.metadata };
      applied.push(await this.apply({ ...manifest, metadata }));
    }
    return applied;
  }

  /** Undefined when there is none. */
  async get<T = AnyObject>(reference: ObjectReference): Promise<T | undefined> {
    return this.request<T>('GET', await this.pathOf(reference)).catch(unlessNotFound);
  }

  async list<T = AnyObject>(query: ListQuery): Promise<readonly T[]> {
    const { labelSelector, fieldSelector } = query;
    const selectors = Object.entries({ labelSelector, fieldSelector }).filter(
      ([, value]) => value !== undefined,
    );
    const search = new URLSearchParams(selectors as [string, string][]).toString();
    const path = `${await this.#collection(query, query.namespace)}?${search}`;
    const { items } = await this.request<{ items: T[] }>('GET', path);
    // Items of a list come without the type that the list itself names.
    return items.map((item) => ({ apiVersion: query.apiVersion, kind: query.kind, ...item }));
  }

  /** A JSON merge patch, of a subresource if one is named. */
  async patch<T = AnyObject>(reference: ObjectReference, body: unknown, subresource = ''): Promise<T> {
    const path = await this.pathOf(reference);
    return this.request<T>('PATCH', subresource ? `${path}/${subresource}` : path, body, mergePatch);
  }

  /** Dependants are removed in the background. No error when it is not there. */
  async delete(
    reference: ObjectReference,
    options: { readonly gracePeriodSeconds?: number } = {},
  ): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...options };
    await this.request('DELETE', await this.pathOf(reference), body).catch(unlessNotFound);
  }

  /** Where the object is, on the server. */
  async pathOf(reference: ObjectReference): Promise<string> {
    return `${await this.#collection(reference, reference.namespace)}/${reference.name}`;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #collection({ apiVersion, kind }: Kind, namespace: string | undefined): Promise<string> {
    const { base, plural, namespaced } = await this.#discover({ apiVersion, kind });
    const folder = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
    return `${base}${folder}/${plural}`;
  }

  #discover(type: Kind): Promise<Resource> {
    const key = `${type.apiVersion} ${type.kind}`;
    const known = this.#resources.get(key) ?? this.#askForResource(type);
    this.#resources.set(key, known);
    // A kind that is not there yet may come.
    known.catch(() => this.#resources.delete(key));
    return known;
  }

  async #askForResource({ apiVersion, kind }: Kind): Promise<Resource> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = await this.request<{ resources: ApiResource[] }>('GET', base);
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) throw new Error(`The API server has no kind ${kind} in ${apiVersion}.`);
    return { base, plural: found.name, namespaced: found.namespaced };
  }
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Resource {
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function unlessNotFound(error: unknown): undefined {
  if (error instanceof KubeRequestError && error.status === 404) return undefined;
  throw error;
}

function isJson(contentType: string | string[] | undefined): boolean {
  return String(contentType).startsWith('application/json');
}

function parseStatus(body: string): { message: string; reason: string } {
  try {
    const { message = '', reason = '' } = JSON.parse(body) as { message?: string; reason?: string };
    return { message, reason };
  } catch {
    return { message: body.slice(0, 200), reason: '' };
  }
}
