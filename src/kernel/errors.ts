/**
 * The two classes of failure that a worker loop knows. Everything that is not terminal is retried with
 * backoff; waiting is a result (`requeueAfterMs`), not an error.
 */

/** Retrying cannot help until the object changes: told once, counted, not retried. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/**
 * The longest wait that the other side can ask for, in ms. Not everything that retries is looked at again before
 * that, and a wrong clock or a broken proxy asks for years.
 */
const maxRetryAfterMs = 300_000;

/** Worth another try, after at least `retryAfterMs` (`maxRetryAfterMs` at most) where the other side said so. */
export class RetryableError extends Error {
  override readonly name: string = 'RetryableError';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    const { retryAfterMs } = options;
    this.retryAfterMs = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, maxRetryAfterMs);
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
