/** How long certificates live, and all that follows from it. */

export interface Lifetimes {
  readonly authorityMs: number;
  readonly leafMs: number;
  /** Clocks of this pod and of the API server may differ by so much. */
  readonly backdateMs: number;
  /** How often each replica looks at the Secret and the registration, at least. */
  readonly pollMs: number;
  /** How long a new authority must stand in the registration before a leaf of it is served: every API server has it then. */
  readonly settleMs: number;
  /** How long a former authority stays trusted after the first leaf of the new one: every replica serves that then. */
  readonly overlapMs: number;
}

/** Short lives, as in tests, shorten everything. */
export function lifetimesOf(authorityMs: number, leafMs: number): Lifetimes {
  const pollMs = Math.min(10_000, Math.max(200, leafMs / 50));
  return {
    authorityMs,
    leafMs,
    backdateMs: Math.min(300_000, leafMs / 10),
    pollMs,
    settleMs: 3 * pollMs,
    overlapMs: Math.min(60 * pollMs, leafMs / 3),
  };
}
