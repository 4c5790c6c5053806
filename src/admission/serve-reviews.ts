/**
 * The HTTPS server that the API server sends its reviews to. Whoever reaches the port may speak to it, so
 * nothing that is sent may hurt: sizes, times and connections have limits, and every answer is small.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from '../runtime/logger.ts';
import { BodyReader, type Body, type BodyRefusal } from './read-body.ts';
import type { Reviewed } from './review-pod.ts';

export interface ServingCertificate {
  /** PEM, the leaf first. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** Port: counts of what was no review. */
export interface RefusalCounts {
  refused(reason: string): void;
}

export interface AdmissionServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly review: (text: string) => Promise<Reviewed>;
  readonly counts: RefusalCounts;
  readonly logger: Logger;
}

/** Where reviews are sent. */
export const reviewPath = '/pods';

/** A review holds a pod twice at most, and the API server takes no more than 3 MiB of each; controller-runtime takes as much. */
const maxBodyBytes = 7 * 1024 * 1024;
const maxBytesInFlight = 64 * 1024 * 1024;
/** The API server gives up after 3 s; who is slower than this is somebody else. */
const longestRequestMs = 5_000;
/** Longer than the 90 s after which Go's client gives an idle connection up: it never sends into one that we close. */
const idleConnectionMs = 120_000;
const maxConnections = 2_000;

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

export class AdmissionServer {
  readonly #options: AdmissionServerOptions;
  readonly #server: Server;
  readonly #bodies = new BodyReader({ maxBytes: maxBodyBytes, maxBytesInFlight });
  /** Open connections on which nothing has been asked yet: Go's client keeps some in stock. */
  readonly #unasked = new Set<Socket>();
  #draining = false;

  constructor(options: AdmissionServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        minVersion: 'TLSv1.2',
        handshakeTimeout: longestRequestMs,
        headersTimeout: longestRequestMs,
        requestTimeout: longestRequestMs,
        keepAliveTimeout: idleConnectionMs,
        connectionsCheckingInterval: 1_000,
        maxHeaderSize: 16 * 1024,
      },
      (request, response) => void this.#respond(request, response),
    );
    this.#server.maxConnections = maxConnections;
    this.#server.on('secureConnection', (socket) => {
      this.#unasked.add(socket);
      socket.once('close', () => this.#unasked.delete(socket));
    });
    this.#server.on('tlsClientError', () => options.counts.refused('TlsHandshake'));
    this.#server.on('clientError', (_error, socket) => {
      options.counts.refused('NotHttp');
      socket.destroy();
    });
  }

  /** New connections get this certificate; those that are open go on with theirs. Throws if it is none. */
  useCertificate({ certificate, key }: ServingCertificate): void {
    this.#server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
  }

  /** Resolves with the port once it is bound; rejects if it cannot be. */
  start(): Promise<number> {
    const { host, port, logger } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const bound = (this.#server.address() as AddressInfo).port;
        logger.info('admission server listens', { host, port: bound });
        resolve(bound);
      });
    });
  }

  /** Goes on answering, and asks every caller to use another connection next time. */
  drain(): void {
    this.#draining = true;
  }

  /** Takes no new connection, answers what is being asked, and ends. */
  async stop(): Promise<void> {
    this.#draining = true;
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      // To Node those are idle only on which something was asked before.
      for (const socket of this.#unasked) if (socket.bytesRead === 0) socket.destroy();
      // Nothing that is asked takes so long; what is left has not even sent its headers.
      setTimeout(() => this.#server.closeAllConnections(), longestRequestMs).unref();
    });
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#unasked.delete(request.socket);
    const { status, contentType = 'text/plain; charset=utf-8', body } = await this.#answer(request);
    // A body that nobody reads on would stand in the way of the next request.
    const isLast = this.#draining || !request.complete;
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      ...(isLast ? { connection: 'close' } : {}),
    });
    response.end(body, () => {
      if (!request.complete) request.destroy();
    });
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const unfit = problemOfHead(request);
    if (unfit) return this.#refuse(unfit.reason, unfit);
    return this.#bodies.withBody(request, (body) => this.#answerBody(body));
  }

  async #answerBody(body: Body): Promise<Answer> {
    if ('refusal' in body) return this.#refuse(body.refusal, answerTo[body.refusal]);
    try {
      const reviewed = await this.#options.review(body.text);
      if ('problem' in reviewed)
        return this.#refuse('Malformed', { status: 400, body: `${reviewed.problem}\n` });
      return { status: 200, contentType: 'application/json', body: reviewed.answer };
    } catch (error) {
      this.#options.logger.error('a review failed', { error });
      return this.#refuse('Failed', { status: 500, body: 'the review failed; the log says why\n' });
    }
  }

  #refuse(reason: string, { status, body }: Answer): Answer {
    this.#options.counts.refused(reason);
    return { status, body };
  }
}

const answerTo: Readonly<Record<BodyRefusal, Answer>> = {
  TooLarge: { status: 413, body: `a review has ${maxBodyBytes} bytes at most\n` },
  Busy: { status: 503, body: 'too much is being read at this moment\n' },
  Cut: { status: 400, body: 'the body ended early\n' },
};

function problemOfHead({
  method,
  url = '',
  headers,
}: IncomingMessage): (Answer & { readonly reason: string }) | undefined {
  const [path] = url.split('?', 1);
  if (path !== reviewPath)
    return { reason: 'NotFound', status: 404, body: `not found; reviews go to ${reviewPath}\n` };
  if (method !== 'POST') return { reason: 'NotPost', status: 405, body: 'only POST\n' };
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== 'application/json')
    return { reason: 'NotJson', status: 415, body: 'only application/json\n' };
  return undefined;
}
