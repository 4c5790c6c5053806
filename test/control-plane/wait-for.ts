/** Waiting for a condition of the world, never for a time. */
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Default 50. */
  readonly intervalMs?: number;
  /** What is waited for; names the failure. */
  readonly describe: string;
}

/**
 * Asks until the answer is neither undefined, null nor false, and returns it. A condition that throws does not hold
 * yet; its last error is part of the failure's text.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, intervalMs = 50, describe }: WaitOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<T, undefined | null | false>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) throw new Error(failure(describe, timeoutMs, last), { cause: last });
    await pause(intervalMs);
  }
}

function failure(describe: string, timeoutMs: number, last: unknown): string {
  const why = last instanceof Error ? ` Last error: ${last.message}` : '';
  return `After ${timeoutMs} ms still waiting: ${describe}.${why}`;
}
