/** How long to wait after failures in a row: 0.8 s doubling to 30 s, and up to half as much again by chance. */
const firstMs = 800;
const maxMs = 30_000;

/** A server that asks for more patience gets it (a `KubeError` knows how much); nobody gets less than the backoff. */
export function backoffMs(failures: number, random: number, retryAfterMs = 0): number {
  const base = Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
  const wait = Math.min(maxMs, base * (1 + random / 2));
  return Math.max(wait, retryAfterMs);
}
