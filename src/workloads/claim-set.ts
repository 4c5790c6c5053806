/** The claims of one namespace, by their resource and by what they ask for. */
import type { Labels } from '../kernel/labels.ts';
import { ClaimTerms } from './claim-terms.ts';
import type { Claim, ClaimableOwner, Claims } from './claims.ts';

export class ClaimSet implements Claims {
  readonly #byKey = new Map<string, Claim>();
  readonly #terms = new ClaimTerms();

  constructor(claims: Iterable<Claim> = []) {
    for (const claim of claims) this.put(claim.key, claim);
  }

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  concerning(labels: Labels, owners: readonly ClaimableOwner[]): readonly Claim[] {
    return this.#terms.concerning(labels, owners);
  }

  /** Makes `claim` the one of this resource; undefined: it claims nothing any more. Returns the one before. */
  put(key: string, claim: Claim | undefined): Claim | undefined {
    const before = this.#byKey.get(key);
    if (before) this.#terms.delete(before);
    if (claim) {
      this.#byKey.set(key, claim);
      this.#terms.add(claim);
    } else this.#byKey.delete(key);
    return before;
  }
}
