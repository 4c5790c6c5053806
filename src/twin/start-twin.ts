/** Starts a twin of CloudWatch Logs in this process. */
import { cutLiveTails, liveTailsOf } from './answer-control.ts';
import { TwinClock } from './clock.ts';
import { type Fault, Faults } from './faults.ts';
import { BodyReader } from './read-request.ts';
import type { Service } from './route-operation.ts';
import { createListener, listen, stopListening, type TlsMaterial } from './serve-http.ts';

export interface TwinOptions {
  /** Default 127.0.0.1. The twin verifies no signatures: keep it on loopback. */
  readonly host?: string;
  /** Of HTTP; default 0: a free one. */
  readonly port?: number;
  /** Default 0: a free one. HTTPS is served only with `tls`. */
  readonly tlsPort?: number;
  readonly tls?: TlsMaterial;
  /** Of callers whose access key ID is not an account ID itself; default 000000000000. */
  readonly accountId?: string;
  /** Milliseconds since 1970; default the host's clock. */
  readonly now?: () => number;
  /** From PutAccountPolicy of a retention policy until it rules, in ms; default 24 hours, as AWS documents. */
  readonly retentionPolicyDelayMs?: number;
  /** How long a query is `Scheduled`, in ms; default 0. */
  readonly queryDelayMs?: number;
  /** Between two updates of a Live Tail session, in ms; default 1,000, as AWS documents. */
  readonly liveTailPeriodMs?: number;
  /** How long a client may take to send a request, in ms; default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Bytes of events, as groups count them, beyond which PutLogEvents is refused; default 4 GiB. */
  readonly maxStoredBytes?: number;
  /** Faults that are there from the start. */
  readonly faults?: readonly Fault[];
}

export interface Twin {
  /** Such as `http://127.0.0.1:4510`, without a slash at the end. */
  readonly httpEndpoint: string;
  /** Present if `tls` was given. */
  readonly httpsEndpoint: string | undefined;
  /** The twin's time, to set and to move. */
  readonly clock: TwinClock;
  readonly faults: Faults;
  /** Calls by operation since the start or `forgetCalls`, those refused included. */
  calls(): Readonly<Record<string, number>>;
  forgetCalls(): void;
  /** Open Live Tail sessions. */
  liveTailCount(): number;
  /** Ends all Live Tail sessions as broken connections do. */
  cutLiveTails(): void;
  /** Closes the ports, lets requests that are being served end, for a second; all state is gone with it. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** Rejects if a port cannot be bound. */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const { host = '127.0.0.1', port = 0, tlsPort = 0, tls, requestTimeoutMs = 30_000 } = options;
  const stop = new AbortController();
  const service = createService(options, stop.signal);
  const listener = createListener(service);
  const plain = await listen(listener, { host, port, requestTimeoutMs });
  const secure =
    tls &&
    (await listen(listener, { host, port: tlsPort, tls, requestTimeoutMs }).catch(async (error: unknown) => {
      await stopListening(plain.server);
      throw error;
    }));
  return {
    httpEndpoint: plain.endpoint,
    httpsEndpoint: secure?.endpoint,
    clock: service.clock,
    faults: service.faults,
    calls: () => Object.fromEntries(service.calls),
    forgetCalls: () => service.calls.clear(),
    liveTailCount: () => liveTailsOf(service).length,
    cutLiveTails: () => cutLiveTails(service),
    close: async () => {
      stop.abort();
      cutLiveTails(service);
      const servers = [plain.server, ...(secure ? [secure.server] : [])];
      await Promise.all(servers.map(stopListening));
    },
  };
}

/** All that a twin is behind its ports. */
export function createService(
  options: TwinOptions,
  stopping: AbortSignal = new AbortController().signal,
): Service {
  const {
    accountId = '000000000000',
    now = Date.now,
    retentionPolicyDelayMs = dayMs,
    queryDelayMs = 0,
    liveTailPeriodMs = 1_000,
    maxStoredBytes = 4 * 1_024 ** 3,
    faults = [],
    tls,
  } = options;
  return {
    clock: new TwinClock(now),
    faults: new Faults(faults),
    bodies: new BodyReader(),
    stopping,
    certificate: tls?.cert,
    calls: new Map(),
    accounts: new Map(),
    settings: { accountId, retentionPolicyDelayMs, queryDelayMs, maxStoredBytes },
    liveTailPeriodMs,
  };
}
