/** What the scripted cluster answers: pods, the resources that claim them, their owners, and a lease. */
import type { ServerResponse } from 'node:http';
import { declaredApis, ownerOf } from './declared-apis.ts';
import { renderPod, type MergePatch, type PodRegistry } from './pod-registry.ts';

export interface ClusterRequest {
  readonly method: string;
  readonly url: URL;
  readonly accept: string;
  readonly body: string;
}

/** What was created, such as leases, Events and LogGroups; by path. */
type Created = Map<string, object>;

export class RequestRouter {
  readonly #pods: PodRegistry;
  readonly #created: Created = new Map();
  readonly #idleWatches = new Set<ServerResponse>();

  constructor(pods: PodRegistry) {
    this.#pods = pods;
  }

  answer(request: ClusterRequest, response: ServerResponse): void {
    const { method, url } = request;
    const parts = url.pathname.split('/').filter((part) => part !== '');
    const isPods = url.pathname.startsWith('/api/v1/') && parts.includes('pods');
    if (url.searchParams.has('watch')) this.#watch(url, response, isPods);
    else if (method === 'PATCH' && isPods) this.#patchPod(request, response);
    else if (method === 'GET' && isPods && parts.at(-1) === 'pods') this.#listPods(request, response);
    else if (method === 'GET') this.#read(url, response);
    else this.#write(request, response);
  }

  /** Watchers take more than a minute of silence for a dead connection. */
  bookmark(): void {
    const metadata = { resourceVersion: String(this.#pods.version) };
    const line = JSON.stringify({ type: 'BOOKMARK', object: { metadata } });
    for (const response of this.#idleWatches) response.write(`${line}\n`);
  }

  #watch({ searchParams }: URL, response: ServerResponse, isPods: boolean): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.#idleWatches.add(response);
    response.on('close', () => this.#idleWatches.delete(response));
    // Watches of a part of the pods are those of finished ones, and here none ends.
    if (!isPods || searchParams.has('fieldSelector')) return;
    response.on(
      'close',
      this.#pods.watch(Number(searchParams.get('resourceVersion')), (line) => response.write(line)),
    );
  }

  #listPods({ url, accept }: ClusterRequest, response: ServerResponse): void {
    const { searchParams } = url;
    const limit = searchParams.has('fieldSelector')
      ? 0
      : Number(searchParams.get('limit') ?? this.#pods.size);
    const { items, next } = this.#pods.page(Number(searchParams.get('continue') ?? 0), limit);
    const isMetadata = accept.includes('PartialObjectMetadata');
    const after = limit > 0 && next > 0 ? { continue: String(next) } : {};
    sendJson(response, {
      kind: isMetadata ? 'PartialObjectMetadataList' : 'PodList',
      apiVersion: isMetadata ? 'meta.k8s.io/v1' : 'v1',
      metadata: { resourceVersion: String(this.#pods.version), ...after },
      items: items.map((metadata) => renderPod(metadata, isMetadata)),
    });
  }

  #patchPod({ url, accept, body }: ClusterRequest, response: ServerResponse): void {
    const [, , , namespace = '', , name = ''] = url.pathname.slice(1).split('/');
    const pod = this.#pods.patch({ namespace, name }, JSON.parse(body) as MergePatch);
    if (pod === undefined) sendNotFound(response);
    else sendJson(response, renderPod(pod, accept.includes('PartialObjectMetadata')));
  }

  #read({ pathname }: URL, response: ServerResponse): void {
    const parts = pathname.split('/');
    const [resource = '', name = ''] = parts.slice(-2);
    const known = this.#created.get(pathname);
    if (known !== undefined) sendJson(response, known);
    else if (['replicasets', 'deployments', 'jobs'].includes(resource))
      sendJson(response, ownerOf(resource, name));
    else if (isCollection(parts)) sendJson(response, listOf(declaredApis[name] ?? []));
    else sendNotFound(response);
  }

  /** Creates, replaces and patches whatever else the operator writes. */
  #write({ method, url, body }: ClusterRequest, response: ServerResponse): void {
    const object = JSON.parse(body) as { readonly metadata?: { readonly name?: string } };
    const path = method === 'POST' ? `${url.pathname}/${object.metadata?.name ?? ''}` : url.pathname;
    const metadata = { ...object.metadata, uid: path, resourceVersion: String(this.#pods.version) };
    const stored = { ...object, metadata };
    if (method !== 'PATCH') this.#created.set(path, stored);
    sendJson(response, stored, method === 'POST' ? 201 : 200);
  }
}

/** `/apis/group/version/plural`. */
function isCollection(parts: readonly string[]): boolean {
  return parts.length === 5;
}

function listOf(items: readonly object[]): object {
  return { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items };
}

function sendNotFound(response: ServerResponse): void {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: 404,
    reason: 'NotFound',
    message: '',
  };
  sendJson(response, status, 404);
}

function sendJson(response: ServerResponse, body: object, status = 200): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length }).end(text);
}
