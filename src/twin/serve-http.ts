/** The wire: JSON 1.1 over HTTP and HTTPS. */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerControl } from './answer-control.ts';
import { readCaller, readTarget } from './read-request.ts';
import { Refusal } from './refusal.ts';
import type { Output } from './operation.ts';
import { refuseBrokenRequest } from './refuse-broken-request.ts';
import { Cut, routeOperation, type Service } from './route-operation.ts';
import { LiveTailSession } from './state/live-tail-session.ts';
import { streamLiveTail } from './stream-live-tail.ts';

export interface TlsMaterial {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
  /** A client that needs longer to send its request is not served. */
  readonly requestTimeoutMs: number;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** An idle connection is kept for long. */
const keepAliveTimeout = 60_000;

export function createListener(service: Service): RequestListener {
  return (request, response) => void respond(service, request, response);
}

/** Resolves once the port is bound. */
export async function listen(
  listener: RequestListener,
  { host, port, tls, requestTimeoutMs }: ListenOptions,
): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const timeouts = {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: requestTimeoutMs / 2,
    keepAliveTimeout,
  };
  const server = tls
    ? createSecureServer({ ...timeouts, ...tls }, listener)
    : createServer(timeouts, listener);
  server.on('clientError', refuseBrokenRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    server,
    endpoint: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
  };
}

/** How long requests that are being served may take at the end, in ms. */
const farewellMs = 1_000;

/** Closes the port; connections close once what they carry is answered, or when they have had their time. */
export async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), farewellMs);
  await closed;
  clearTimeout(timer);
}

async function respond(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const reply = await answer(service, request);
    if (reply instanceof LiveTailSession) streamLiveTail(reply, response, service);
    else send(reply, response, service);
  } catch {
    // A cut, or a client that has gone: nobody is there to be told. (The request itself counts as destroyed
    // once its body was read, so that the socket must be named.)
    request.socket.destroy();
  }
}

function send({ status, contentType, body }: Reply, response: ServerResponse, service: Service): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    // A connection that stays open would keep the server from closing.
    ...(service.stopping.aborted ? { connection: 'close' } : {}),
    // Fluent Bit takes a reply without it for a failure.
    'x-amzn-RequestId': randomUUID(),
  });
  response.end(body);
}

async function answer(service: Service, request: IncomingMessage): Promise<Reply | LiveTailSession> {
  try {
    if (request.url?.startsWith('/twin/')) return await answerControl(service, request);
    const output = await answerApi(service, request);
    if (output instanceof LiveTailSession) return output;
    return { status: 200, contentType: amazonJson, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    if (error instanceof Cut) throw error;
    return refuse(error);
  }
}

const amazonJson = 'application/x-amz-json-1.1';

async function answerApi(service: Service, request: IncomingMessage): Promise<Output> {
  if (request.method !== 'POST' || request.url !== '/')
    throw new Refusal(
      'UnknownOperationException',
      'The API is POST / only; the control API is under /twin/.',
    );
  const operation = readTarget(request.headers['x-amz-target']);
  const caller = readCaller(request.headers.authorization);
  return routeOperation(service, { operation, caller, body: await service.bodies.read(request) });
}

function refuse(error: unknown): Reply {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(
          'InternalFailure',
          `The twin has a fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
  const { type, message, members, status } = refusal;
  return { status, contentType: amazonJson, body: JSON.stringify({ __type: type, message, ...members }) };
}
