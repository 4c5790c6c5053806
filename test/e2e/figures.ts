/** What a run has measured: told by the tests as they go, printed at the end. */
import { appendFileSync } from 'node:fs';

/** Names the file that holds them until then. */
export const figuresVariable = 'CORTEX_E2E_FIGURES';

export function tell(what: string, figure: string): void {
  const file = process.env[figuresVariable];
  if (file !== undefined) appendFileSync(file, `  ${what}: ${figure}\n`);
}

/** Runs `action` and tells how long it took. */
export async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await action();
  tell(what, milliseconds(performance.now() - startedAt));
  return result;
}

export function milliseconds(time: number): string {
  return `${Math.round(time)} ms`;
}

/** Of times in ms. */
export function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b).map(Math.round);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return `min ${sorted[0] ?? 0}, median ${middle}, max ${sorted.at(-1) ?? 0} ms (${sorted.length})`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
