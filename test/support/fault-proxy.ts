/**
 * A proxy on loopback between a client and the API server that fails as a test says: it ends TLS on both sides,
 * sees single requests, and can break one while the others pass. What no rule is for passes unchanged.
 */
import { request as callServer, Agent, createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAuthority } from '../control-plane/certificates.ts';

export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isWatch: boolean;
  readonly authorization: string;
  /** When it came, by Date.now(). */
  readonly at: number;
}

export type Matcher = (request: ProxiedRequest) => boolean;

/** What happens to a request instead of passing. */
export type Fault =
  /** The connection breaks without an answer. */
  | { readonly kind: 'cut' }
  /** No answer ever comes, and the connection stays. */
  | { readonly kind: 'swallow' }
  /** The API server never sees it. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** It passes once `until` is resolved. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

export interface Rule {
  /** How many requests it met. */
  readonly hits: number;
  /** What matched passes again. */
  lift(): void;
}

/** One exchange between its first and its last byte. */
interface Exchange {
  readonly request: ProxiedRequest;
  readonly response: ServerResponse;
  readonly upstream: ReturnType<typeof callServer>;
  isSilent: boolean;
}

interface WrittenRule {
  readonly matches: Matcher;
  readonly fault: Fault | ((request: ProxiedRequest) => Fault);
  hits: number;
}

/** A client's certificate authority would be the control plane's; the proxy has its own. */
const authority = createAuthority('fault proxy');
const certificate = authority.issueServer(['127.0.0.1']);

export class FaultProxy {
  /** PEM: what clients must trust. */
  readonly ca = authority.certificate;
  /** Every request that came, in order, faults included. */
  readonly requests: ProxiedRequest[] = [];
  /** Those whose answer of the API server has gone out to its end. */
  readonly answered: ProxiedRequest[] = [];
  readonly #target: URL;
  readonly #agent: Agent;
  readonly #server: Server;
  readonly #rules = new Set<WrittenRule>();
  readonly #open = new Set<Exchange>();
  /** Those that still shake hands too, of which the HTTP server does not know. */
  readonly #sockets = new Set<Socket>();

  constructor(target: { readonly server: string; readonly ca: string }) {
    this.#target = new URL(target.server);
    this.#agent = new Agent({ ca: target.ca, keepAlive: true });
    this.#server = createServer(
      { cert: certificate.certificate, key: certificate.key, keepAliveTimeout: 60_000 },
      (incoming, response) => void this.#serve(incoming, response),
    );
    this.#server.on('clientError', () => undefined);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get server(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on, until lifted; of several rules that match the last one counts. */
  inject(matches: Matcher, fault: WrittenRule['fault']): Rule {
    const rule: WrittenRule = { matches, fault, hits: 0 };
    this.#rules.add(rule);
    return {
      get hits() {
        return rule.hits;
      },
      lift: () => void this.#rules.delete(rule),
    };
  }

  /** Exchanges under way, such as watches. */
  open(matches: Matcher): number {
    return this.#matching(matches).length;
  }

  /** Breaks exchanges under way; returns how many. */
  cutOpen(matches: Matcher): number {
    const cut = this.#matching(matches);
    for (const { response } of cut) response.socket?.destroy();
    return cut.length;
  }

  /** Nothing more of the answers comes through, and the connections stay; returns how many. */
  silenceOpen(matches: Matcher): number {
    const silent = this.#matching(matches);
    for (const exchange of silent) exchange.isSilent = true;
    return silent.length;
  }

  /** Breaks those that were silenced. */
  cutSilent(): void {
    for (const { isSilent, response } of this.#open) if (isSilent) response.socket?.destroy();
  }

  /** Ends watches under way by an event of the proxy's own; returns how many. */
  endWatches(matches: Matcher, event: unknown): number {
    const watches = this.#matching((request) => request.isWatch && matches(request));
    for (const exchange of watches) {
      exchange.isSilent = true;
      exchange.response.end(`${JSON.stringify(event)}\n`);
    }
    return watches.length;
  }

  count(matches: Matcher): number {
    return this.requests.filter(matches).length;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  #matching(matches: Matcher): readonly Exchange[] {
    return [...this.#open].filter(({ request, isSilent }) => !isSilent && matches(request));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = describe(incoming);
    this.requests.push(request);
    const rule = [...this.#rules].reverse().find(({ matches }) => matches(request));
    if (rule) rule.hits += 1;
    const fault = typeof rule?.fault === 'function' ? rule.fault(request) : rule?.fault;
    if (fault?.kind === 'hold') await fault.until;
    if (!fault || fault.kind === 'hold') this.#pass(request, incoming, response);
    else fail(fault, incoming, response);
  }

  #pass(request: ProxiedRequest, incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url } = incoming;
    const { hostname, port } = this.#target;
    const upstream = callServer({ hostname, port, path: url, method, headers, agent: this.#agent });
    const exchange: Exchange = { request, response, upstream, isSilent: false };
    this.#open.add(exchange);
    upstream.on('response', (answer) => relay(answer, exchange));
    // An API server that is away looks like one behind this address that is.
    upstream.on('error', () => response.socket?.destroy());
    response.on('close', () => {
      if (response.writableFinished && !exchange.isSilent) this.answered.push(request);
      this.#open.delete(exchange);
      upstream.destroy();
    });
    incoming.pipe(upstream);
  }
}

function relay(answer: IncomingMessage, exchange: Exchange): void {
  const { response } = exchange;
  if (exchange.isSilent) return;
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.flushHeaders();
  answer.on('data', (chunk: Buffer) => {
    if (!exchange.isSilent) response.write(chunk);
  });
  answer.on('end', () => {
    if (!exchange.isSilent) response.end();
  });
  answer.on('error', () => {
    if (!exchange.isSilent) response.socket?.destroy();
  });
}

function fail(
  fault: Exclude<Fault, { readonly kind: 'hold' }>,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  if (fault.kind === 'cut') response.socket?.destroy();
  if (fault.kind !== 'answer') return;
  incoming.resume();
  const { status, headers = {}, body = '' } = fault;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function describe({ method = '', url = '/', headers }: IncomingMessage): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'https://server');
  return {
    method,
    path: pathname,
    query: searchParams,
    isWatch: searchParams.get('watch') === 'true',
    authorization: headers.authorization ?? '',
    at: Date.now(),
  };
}

/** A metav1.Status, as the API server refuses. */
export function statusBody(code: number, reason: string, message = 'by a test'): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
