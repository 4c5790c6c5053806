/**
 * The way to the API server: few long-lived connections instead of one per request. Streams have a pool
 * of their own, since a capped one shared with watches would starve requests; so has the lease, which
 * must not wait behind patches. HTTP/1.1 on purpose: several connections are faster here than one.
 */
import type { buildConnector as Connect, Pool as ConnectionPool } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { exchange, type Exchange, type Reply } from './exchange.ts';
import type { Connection } from './kube-config.ts';
import { openLineStream } from './line-stream.ts';
import { isUnauthorized } from './kube-errors.ts';
import { pathWithQuery, type Query } from './resource-path.ts';
import { errorOfReply } from './translate-failure.ts';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  /** JSON text. */
  readonly body?: string;
  /** Default `application/json`; a patch must name its kind. */
  readonly contentType?: string;
  /** Default `application/json`. */
  readonly accept?: string;
  /** Default 30 s, from the call to the reply's last byte, waiting for a connection included. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** `urgent` has connections of its own, for what must not queue behind a storm of other requests. */
  readonly lane?: 'rest' | 'urgent';
}

export interface TransportOptions {
  /** Default 32. */
  readonly maxConnections?: number;
  /** Default 30 s. */
  readonly deadlineMs?: number;
  readonly userAgent?: string;
}

/** `application/json;as=…` of a metadata-only reply, for one object or a list. */
export const metadataOnly = {
  object: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
} as const;

export class Transport {
  readonly #connection: Connection;
  readonly #deadlineMs: number;
  readonly #userAgent: string;
  readonly #basePath: string;
  readonly #lanes: Record<'rest' | 'urgent' | 'streams', ConnectionPool>;

  constructor(connection: Connection, options: TransportOptions = {}) {
    this.#connection = connection;
    this.#deadlineMs = options.deadlineMs ?? 30_000;
    this.#userAgent = options.userAgent ?? 'cortex-logging';
    this.#basePath = connection.server.pathname.replace(/\/$/, '');
    const pool = (more: ConnectionPool.Options): ConnectionPool =>
      new Pool(connection.server.origin, { ...more, connect: connectorOf(connection), allowH2: false });
    this.#lanes = {
      rest: pool({ connections: options.maxConnections ?? 32, keepAliveTimeout: 60_000 }),
      urgent: pool({ connections: 2, keepAliveTimeout: 60_000 }),
      streams: pool({ bodyTimeout: 0, headersTimeout: 30_000 }),
    };
  }

  /** The reply's JSON. Throws `KubeError`, or the reason of an aborted signal. */
  async request<T>(request: KubeRequest): Promise<T> {
    const { body } = await this.#exchange(request, false);
    return JSON.parse(body) as T;
  }

  /** As `request`, for writes whose reply nobody reads. */
  async send(request: KubeRequest): Promise<void> {
    await this.#exchange(request, true);
  }

  /** The reply's text as it came, for lists that are too large to be looked at twice. */
  async requestText(request: KubeRequest): Promise<string> {
    const { body } = await this.#exchange(request, false);
    return body;
  }

  /** A watch or a followed log, line by line; see `openLineStream`. Ends by `signal` or by the server. */
  async stream(
    path: string,
    query: Query,
    options: { readonly signal: AbortSignal; readonly accept?: string },
  ): Promise<AsyncIterable<string>> {
    const open = (authorization: string | undefined): Promise<AsyncIterable<string>> =>
      openLineStream(this.#lanes.streams, {
        method: 'GET',
        path,
        target: this.#basePath + pathWithQuery(path, query),
        headers: this.#headers(authorization, options.accept),
        signal: options.signal,
      });
    const authorization = await this.#connection.authorization();
    try {
      return await open(authorization);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      const renewed = await this.#connection.renewAuthorization();
      if (renewed === authorization) throw error;
      return await open(renewed);
    }
  }

  /** Ends all connections; requests in flight fail. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map((pool) => pool.destroy()));
  }

  async #exchange(request: KubeRequest, discard: boolean): Promise<Reply> {
    const pool = this.#lanes[request.lane ?? 'rest'];
    const authorization = await this.#connection.authorization();
    let reply = await exchange(pool, this.#exchangeOf(request, authorization, discard));
    if (reply.status === 401) {
      const renewed = await this.#connection.renewAuthorization();
      if (renewed !== authorization)
        reply = await exchange(pool, this.#exchangeOf(request, renewed, discard));
    }
    if (reply.status >= 300) {
      throw errorOfReply({ method: request.method, path: request.path }, reply, Date.now());
    }
    return reply;
  }

  #exchangeOf(request: KubeRequest, authorization: string | undefined, discard: boolean): Exchange {
    const { method, path, query, body, signal, deadlineMs = this.#deadlineMs } = request;
    const headers = this.#headers(authorization, request.accept);
    if (body !== undefined) headers.push('content-type', request.contentType ?? 'application/json');
    const target = this.#basePath + pathWithQuery(path, query);
    return { method, path, target, headers, body, signal, deadlineMs, discard };
  }

  #headers(authorization: string | undefined, accept = 'application/json'): string[] {
    const headers = ['accept', accept, 'user-agent', this.#userAgent];
    if (authorization !== undefined) headers.push('authorization', authorization);
    return headers;
  }
}

/** New connections use the certificates of the moment, so that rotated ones need no restart. */
function connectorOf(connection: Connection): Connect.connector {
  let material = connection.tls();
  let connect = buildConnector({ ...material, allowH2: false, timeout: 10_000, keepAlive: true });
  return (options, callback) => {
    if (connection.tls() !== material) {
      material = connection.tls();
      connect = buildConnector({ ...material, allowH2: false, timeout: 10_000, keepAlive: true });
    }
    connect(options, callback);
  };
}
