/**
 * Answers /healthz, /readyz, /readyz/<check> and /metrics over plain HTTP, in the words of Kubernetes' own components
 * (https://kubernetes.io/docs/reference/using-api/health-checks/#individual-health-checks).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../kernel/errors.ts';
import type { Logger } from './logger.ts';
import { createServer } from './node-http.ts';

/** Undefined if all is well, else the reason, for a person. A check that throws has failed. */
export type HealthCheck = () => string | undefined;
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/** Port: what /metrics answers. */
export interface MetricsSource {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Failing: the process is beyond help and should be restarted. */
  readonly healthz: HealthChecks;
  /** Failing: a person should see why. Each can be asked by itself, for whom only that one matters. */
  readonly readyz: HealthChecks;
  /** What stands in /readyz for a person to look into, and fails nothing. */
  readonly notes?: HealthChecks;
  readonly metrics: MetricsSource;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

/** Probes and scrapes are small; who sends slower than this is not one of them. */
const longestRequestMs = 5_000;

export class HealthServer {
  readonly #options: HealthServerOptions;
  readonly #server: Server;
  readonly #failing = new Map<string, string>();

  constructor(options: HealthServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { headersTimeout: longestRequestMs, requestTimeout: longestRequestMs },
      (request, response) => {
        void this.#respond(request, response);
      },
    );
  }

  /** Resolves with the port once it is bound; rejects if it cannot be. */
  start(): Promise<number> {
    const { host, port, logger } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const bound = (this.#server.address() as AddressInfo).port;
        logger.info('health server listens', { host, port: bound });
        resolve(bound);
      });
    });
  }

  /** Closes the port and all connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType = 'text/plain; charset=utf-8', body } = await this.#answer(request);
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer({ method, url = '/' }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET and HEAD\n' };
    const [path = ''] = url.split('?', 1);
    if (path === '/metrics') return this.#renderMetrics();
    const checks = this.#checksAt(path);
    if (checks) return this.#runChecks(path.slice(1), checks);
    return { status: 404, body: 'not found; there are /healthz, /readyz, /readyz/<check> and /metrics\n' };
  }

  #checksAt(path: string): HealthChecks | undefined {
    const { healthz, readyz } = this.#options;
    if (path === '/healthz') return healthz;
    if (path === '/readyz') return readyz;
    const one = Object.entries(readyz).find(([name]) => path === `/readyz/${name}`);
    return one && Object.fromEntries([one]);
  }

  #runChecks(probe: string, checks: HealthChecks): Answer {
    const results = Object.entries(checks).map(([name, check]) => ({ name, problem: problemOf(check) }));
    const failed = results.filter(({ problem }) => problem !== undefined);
    this.#logChange(probe, failed.map(({ name, problem }) => `${name}: ${problem ?? ''}`).join('; '));
    const lines = results.map(({ name, problem }) =>
      problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`,
    );
    const verdict = failed.length > 0 ? `${probe} check failed` : `${probe} check passed`;
    const notes = probe === 'readyz' ? this.#notes() : [];
    return { status: failed.length > 0 ? 503 : 200, body: `${[...lines, ...notes, verdict].join('\n')}\n` };
  }

  #notes(): readonly string[] {
    return Object.entries(this.#options.notes ?? {}).flatMap(([name, note]) => {
      const text = problemOf(note);
      return text === undefined ? [] : [`[!]${name}: ${text}`];
    });
  }

  /** Probes come every few seconds; only what changed is told. */
  #logChange(probe: string, problems: string): void {
    if ((this.#failing.get(probe) ?? '') === problems) return;
    this.#failing.set(probe, problems);
    if (problems === '') this.#options.logger.info('health check passes again', { probe });
    else this.#options.logger.warn('health check fails', { probe, problems });
  }

  async #renderMetrics(): Promise<Answer> {
    const { contentType } = this.#options.metrics;
    try {
      return { status: 200, contentType, body: await this.#options.metrics.render() };
    } catch (error) {
      this.#options.logger.error('metrics could not be rendered', { error });
      return { status: 500, body: 'metrics could not be rendered; the log says why\n' };
    }
  }
}

function problemOf(check: HealthCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return messageOf(error);
  }
}
