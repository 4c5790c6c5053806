/**
 * Claims by what they ask for, so that a decision about one pod looks at the few that could concern it and not at
 * all of a namespace: finished jobs stay, by the thousand.
 */
import { groupOf } from '../kernel/object-meta.ts';
import type { LabelSelector } from '../kernel/label-selector.ts';
import type { Labels } from '../kernel/labels.ts';
import { byPrecedence, type Claim, type ClaimableOwner } from './claims.ts';

/** What a pod or one of its owners must have for the claim to concern it, as one text. */
type Term = string;

const ofUid = (uid: string): Term => `uid ${uid}`;
const ofReference = (group: string, kind: string, name: string): Term => `ref ${group}/${kind}/${name}`;
const ofLabel = (key: string, value: string): Term => `${key}=${value}`;
/** Of selectors that ask for no value of a label, such as `NotIn`: every pod must be compared with them. */
const anyPod: Term = 'any';

export class ClaimTerms {
  readonly #termsOf = new Map<Claim, readonly Term[]>();
  readonly #byTerm = new Map<Term, Set<Claim>>();

  get size(): number {
    return this.#termsOf.size;
  }

  add(claim: Claim): void {
    if (this.#termsOf.has(claim)) return;
    const terms = this.#chooseTerms(claim);
    this.#termsOf.set(claim, terms);
    for (const term of terms) {
      const found = this.#byTerm.get(term);
      if (found) found.add(claim);
      else this.#byTerm.set(term, new Set([claim]));
    }
  }

  delete(claim: Claim): void {
    for (const term of this.#termsOf.get(claim) ?? []) {
      const found = this.#byTerm.get(term);
      found?.delete(claim);
      if (found?.size === 0) this.#byTerm.delete(term);
    }
    this.#termsOf.delete(claim);
  }

  /** Every claim on a pod of these labels and owners, and maybe some that ask for more than it has; strongest first. */
  concerning(labels: Labels, owners: readonly ClaimableOwner[]): readonly Claim[] {
    const found = new Set(this.#byTerm.get(anyPod));
    const take = (term: Term): void => {
      for (const claim of this.#byTerm.get(term) ?? []) found.add(claim);
    };
    for (const { group, kind, name, uid } of owners) {
      take(ofUid(uid));
      take(ofReference(group, kind, name));
    }
    for (const key in labels) take(ofLabel(key, labels[key] ?? ''));
    return [...found].sort(byPrecedence);
  }

  #chooseTerms({ uid, workloadRef, selector }: Claim): readonly Term[] {
    const terms = [ofUid(uid)];
    if (workloadRef)
      terms.push(ofReference(groupOf(workloadRef.apiVersion), workloadRef.kind, workloadRef.name));
    if (selector) terms.push(...this.#rarest(waysToMatch(selector)));
    return terms;
  }

  /** A selector is found by one of its requirements: by the one that fewest claims share, for all may say `team=ml`. */
  #rarest(ways: readonly (readonly Term[])[]): readonly Term[] {
    let best = ways[0] ?? [anyPod];
    for (const way of ways) if (this.#shared(way) < this.#shared(best)) best = way;
    return best;
  }

  #shared(way: readonly Term[]): number {
    return way.reduce((sum, term) => sum + (this.#byTerm.get(term)?.size ?? 0), 0);
  }
}

/** Of each requirement that asks for values the terms of which a pod must have one. */
function waysToMatch({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): readonly (readonly Term[])[] {
  const pairs = Object.entries(matchLabels).map(([key, value]) => [ofLabel(key, value)]);
  const lists = matchExpressions
    .filter(({ operator }) => operator === 'In')
    .map(({ key, values = [] }) => values.map((value) => ofLabel(key, value)));
  return [...pairs, ...lists];
}
