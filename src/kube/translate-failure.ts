/** From what came over the wire, or did not, to a `KubeError`. */
import { KubeError, type MissingRight } from './kube-errors.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
}

/** metav1.Status, as far as we read it. */
interface Status {
  readonly kind?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly kind?: string; readonly name?: string; readonly retryAfterSeconds?: number };
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An answer outside 2xx. The body may be a Status, a proxy's page or nothing. */
export function errorOfReply(
  sent: Sent,
  reply: { readonly status: number; readonly headers: Headers; readonly body: string },
  now: number,
): KubeError {
  const status = parseStatus(reply.body) ?? strangerStatus(reply.status);
  const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], now);
  return errorOfStatus(sent, { ...status, code: reply.status }, retryAfterMs);
}

/** An ERROR event in a watch: HTTP said 200 long ago, the Status tells. */
export function errorOfStatus(sent: Sent, status: Status, retryAfterMs?: number): KubeError {
  const { code = 0, message = '', details = {} } = status;
  const hinted = details.retryAfterSeconds === undefined ? undefined : details.retryAfterSeconds * 1000;
  return new KubeError({
    ...sent,
    status: code,
    reason: status.reason ?? reasons[code] ?? 'Unknown',
    text: message,
    kind: details.kind,
    objectName: details.name,
    retryAfterMs: retryAfterMs ?? hinted,
    missingRight: code === 403 ? parseMissingRight(message) : undefined,
  });
}

function parseStatus(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body) as Status | null;
    return parsed?.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The API server says 404 without a Status for a path of a kind that it does not serve. */
function strangerStatus(status: number): Status {
  return status === 404 ? { message: 'the API server does not serve this kind; is its CRD installed?' } : {};
}

/** For answers that are not a Status, from proxies and load balancers. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** k8s.io/apiserver's text of a refusal: `… cannot list resource "pods" in API group "" in the namespace "ml"`. */
const refusal =
  /cannot (\S+) (?:resource "([^"]+)" in API group "([^"]*)"|path "([^"]+)")(?: in the namespace "([^"]+)")?/;

function parseMissingRight(message: string): MissingRight | undefined {
  const [, verb, resource, group, path, namespace] = refusal.exec(message) ?? [];
  const target = resource ?? path;
  if (verb === undefined || target === undefined) return undefined;
  const right = { verb, resource: group ? `${target}.${group}` : target };
  return namespace === undefined ? right : { ...right, namespace };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); what is neither is ignored. A past date means at once. */
export function parseRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** No answer: refused, reset, timed out, not trusted, … */
export function errorOfConnection(sent: Sent, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const code = codeOf(error);
  const [reason, text] = connectionReasons[code] ?? ['ConnectionFailed', messageWithoutUrl(error)];
  return new KubeError({ ...sent, status: 0, reason, text, cause: error });
}

const reset = ['ConnectionReset', 'the connection to the API server broke'] as const;
const slow = ['Timeout', 'the API server did not answer in time'] as const;
const untrusted = ['Untrusted', "the API server's certificate is not signed by the configured CA"] as const;

const connectionReasons: Readonly<Record<string, readonly [reason: string, text: string]>> = {
  ECONNREFUSED: ['ConnectionRefused', 'nothing listens at the address of the API server'],
  ECONNRESET: reset,
  EPIPE: reset,
  UND_ERR_SOCKET: reset,
  HPE_INVALID_CONSTANT: reset,
  ENOTFOUND: ['NameNotFound', 'the name of the API server does not resolve'],
  EAI_AGAIN: ['NameNotFound', 'the name of the API server does not resolve at the moment'],
  EHOSTUNREACH: ['Unreachable', 'no route to the API server'],
  ENETUNREACH: ['Unreachable', 'no route to the API server'],
  ETIMEDOUT: slow,
  UND_ERR_CONNECT_TIMEOUT: slow,
  UND_ERR_HEADERS_TIMEOUT: slow,
  UND_ERR_BODY_TIMEOUT: slow,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: ['Untrusted', "the API server's certificate is for another name"],
  CERT_HAS_EXPIRED: ['Untrusted', "the API server's certificate has expired"],
};

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && code in connectionReasons) return code;
  return cause === undefined ? '' : codeOf(cause);
}

function messageWithoutUrl(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/https?:\/\/\S+/g, '…');
}

/** The deadline of one request passed. */
export function deadlineError(sent: Sent, deadlineMs: number): KubeError {
  return new KubeError({ ...sent, status: 0, reason: 'Timeout', text: `no answer within ${deadlineMs} ms` });
}
