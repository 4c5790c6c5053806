/** An HTTPS server on loopback that answers as a test says, and remembers what it was asked. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/kube/kube-config.ts';
import { createAuthority } from '../control-plane/certificates.ts';

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the client has closed the exchange before its end. */
  readonly isAborted: () => boolean;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

const authority = createAuthority();
const certificate = authority.issueServer(['127.0.0.1']);

export class ScriptedApiServer {
  readonly requests: SeenRequest[] = [];
  /** How it answers from now on. */
  answer: Answer = (_, response) => sendStatus(response, 500, 'InternalError', 'no script');
  /** The token that clients of `connection` carry. */
  token = 'first';
  readonly #server: Server;

  constructor() {
    this.#server = createServer(
      { cert: certificate.certificate, key: certificate.key },
      (request, response) => {
        void this.#serve(request, response);
      },
    );
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections open at the moment. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Carries `token` as it stands now; after a 401, as it stands then. */
  connection(): Connection {
    const tls = { ca: authority.certificate };
    let authorization = `Bearer ${this.token}`;
    return {
      server: new URL(`https://127.0.0.1:${this.port}`),
      namespace: undefined,
      tls: () => tls,
      authorization: () => Promise.resolve(authorization),
      renewAuthorization: () => {
        authorization = `Bearer ${this.token}`;
        return Promise.resolve(authorization);
      },
    };
  }

  /** Breaks every connection, as a crash would. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const url = new URL(request.url ?? '/', 'https://server');
    let aborted = false;
    response.on('close', () => (aborted = !response.writableFinished));
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      isAborted: () => aborted,
    };
    this.requests.push(seen);
    this.answer(seen, response);
  }
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A metav1.Status, as the API server refuses. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
) {
  sendJson(
    response,
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message },
    code,
    headers,
  );
}
