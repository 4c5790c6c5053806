/**
 * What the API server, or the way to it, answered instead of what was asked for. Translated here once;
 * messages are for people, capped, and never hold headers or bodies, which may carry secrets.
 */
import { RetryableError } from '../kernel/errors.ts';

/** What a 403 says is missing in RBAC. */
export interface MissingRight {
  readonly verb: string;
  /** With the group where it is not core: `deployments.apps`. */
  readonly resource: string;
  /** Absent when the right is missing in the whole cluster. */
  readonly namespace?: string;
}

export interface KubeFailure {
  /** HTTP status, or the code in an ERROR event; 0 when no answer came. */
  readonly status: number;
  /** Kubernetes' word (`NotFound`, `Conflict`, `Expired`, …), or ours where no answer came (`Timeout`, …). */
  readonly reason: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
  readonly kind?: string | undefined;
  readonly objectName?: string | undefined;
  readonly missingRight?: MissingRight | undefined;
  readonly cause?: unknown;
}

const maxMessageLength = 300;

/**
 * Retryable for the worker loop, which waits at least `retryAfterMs`. Adapters that know a failure to be
 * final for their object translate it themselves.
 */
export class KubeError extends RetryableError {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string;
  readonly method: string;
  readonly path: string;
  readonly kind: string | undefined;
  readonly objectName: string | undefined;
  readonly missingRight: MissingRight | undefined;

  constructor(failure: KubeFailure) {
    super(messageOfFailure(failure), {
      cause: failure.cause,
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    });
    this.status = failure.status;
    this.reason = failure.reason;
    this.method = failure.method;
    this.path = failure.path;
    this.kind = failure.kind;
    this.objectName = failure.objectName;
    this.missingRight = failure.missingRight;
  }
}

function messageOfFailure({ method, path, status, reason, text, missingRight }: KubeFailure): string {
  const what = status > 0 ? `${status} ${reason}` : reason;
  const said = missingRight ? textOfMissingRight(missingRight) : text;
  const message = `${method} ${path}: ${what}${said === '' ? '' : `: ${said}`}`;
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength - 1)}…` : message;
}

/** `needs verb patch on pods in namespace ml`: what to add to the role. */
export function textOfMissingRight({ verb, resource, namespace }: MissingRight): string {
  return `needs verb ${verb} on ${resource}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

function hasStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

export function isNotFound(error: unknown): error is KubeError {
  return hasStatus(error, 404);
}

/** Somebody else wrote first, or (reason `AlreadyExists`) created first. */
export function isConflict(error: unknown): error is KubeError {
  return hasStatus(error, 409);
}

/** The resource version or the continue token is too old: list again. As HTTP status or as ERROR event. */
export function isGone(error: unknown): error is KubeError {
  return hasStatus(error, 410) || (error instanceof KubeError && error.reason === 'Expired');
}

export function isUnauthorized(error: unknown): error is KubeError {
  return hasStatus(error, 401);
}

export function isForbidden(error: unknown): error is KubeError {
  return hasStatus(error, 403);
}

/** The server's validation, a policy or (for patches with a UID) another incarnation of the object. */
export function isUnprocessable(error: unknown): error is KubeError {
  return hasStatus(error, 422);
}

/**
 * A patch that named a UID met another object of that name. The API server calls it a change of an
 * immutable field, a failed precondition or (a JSON patch whose test failed) just an error in the request.
 */
export function isOtherUid(error: unknown): error is KubeError {
  const isRefused = isUnprocessable(error) || isConflict(error);
  return isRefused && /metadata\.uid: |\bUID in |due to an error in our request/.test(error.message);
}
