/** Randomised tests that can be repeated: a failure names the seed, TEST_SEED takes it. */

export interface Random {
  /** 0 <= fraction() < 1. */
  readonly fraction: () => number;
  /** A whole number, 0 <= below(n) < n. */
  readonly below: (n: number) => number;
}

/** Runs `property` with `runs` different seeds. */
export async function forSeeds(runs: number, property: (random: Random) => unknown): Promise<void> {
  const given = process.env['TEST_SEED'];
  const first = given === undefined ? Date.now() % 1_000_000 : Number(given);
  for (let seed = first; seed < first + runs; seed += 1) {
    try {
      await property(seededRandom(seed));
    } catch (error) {
      throw new Error(`failed with TEST_SEED=${seed}`, { cause: error });
    }
  }
}

/** mulberry32. */
function seededRandom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, below: (n) => Math.floor(fraction() * n) };
}
