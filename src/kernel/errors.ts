/**
 * The two classes of failure that a worker loop knows. Everything that is not terminal is retried with
 * backoff; waiting is a result (`requeueAfterMs`), not an error.
 */

/** Retrying cannot help until the object changes: told once, counted, not retried. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** Worth another try, after at least `retryAfterMs` where the other side said so. */
export class RetryableError extends Error {
  override readonly name: string = 'RetryableError';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
