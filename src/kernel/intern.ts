/**
 * One copy of what many records share. Pods of one workload carry the same labels and the same owner:
 * kept once instead of once per pod, they cost a pointer. What nobody holds any more is let go, so that
 * a cluster that makes a million distinct label sets in its life does not keep them.
 */
import type { Labels } from './labels.ts';
import type { OwnerReference } from './object-meta.ts';

export class Interner {
  readonly #strings = new RecentStrings(8192);
  readonly #labels = new WeakTable<Labels>(sameLabels);
  readonly #owners = new WeakTable<OwnerReference>(sameOwner);

  /** The same text; an earlier copy of it, if it was seen lately. */
  string(text: string): string {
    return this.#strings.get(text);
  }

  /**
   * The shared copy of these labels. Takes the object over: the caller must neither change it nor rely
   * on its identity afterwards. Key order counts (the API server sorts keys), so that two orders of
   * the same labels are merely not shared.
   */
  labels(labels: Labels | undefined): Labels {
    return labels === undefined
      ? noLabels
      : this.#labels.get(hashOfLabels(labels), () => this.#shareValues(labels), labels);
  }

  /** The shared copy of this owner reference, with only the fields of `OwnerReference`. */
  ownerReference(owner: OwnerReference): OwnerReference {
    return this.#owners.get(hash(seed, owner.uid), () => this.#copyOwner(owner), owner);
  }

  /** In place: a parsed object has exactly the room that it needs, a copy grown key by key has not. */
  #shareValues(labels: Record<string, string>): Labels {
    for (const key in labels) labels[key] = this.string(labels[key] ?? '');
    return labels;
  }

  #copyOwner({ apiVersion, kind, name, uid, controller }: OwnerReference): OwnerReference {
    const shared = { apiVersion: this.string(apiVersion), kind: this.string(kind), name, uid };
    return controller === undefined ? shared : { ...shared, controller };
  }
}

const noLabels: Labels = Object.freeze({});

/** Growth between two sweeps: bounds the dead entries that are kept, and the sweeps' share of the work. */
const sweepEvery = 8192;

/** Objects by a hash of their content, held weakly. */
class WeakTable<T extends object> {
  readonly #isSame: (a: T, b: T) => boolean;
  readonly #byHash = new Map<number, WeakRef<T>>();
  #sweepAt = sweepEvery;

  constructor(isSame: (a: T, b: T) => boolean) {
    this.#isSame = isSame;
  }

  /** Two contents with one hash are rare: the later takes the place, the earlier is no longer shared. */
  get(hashed: number, make: () => T, candidate: T): T {
    const known = this.#byHash.get(hashed)?.deref();
    if (known !== undefined && this.#isSame(known, candidate)) return known;
    const made = make();
    this.#byHash.set(hashed, new WeakRef(made));
    if (this.#byHash.size >= this.#sweepAt) this.#sweep();
    return made;
  }

  #sweep(): void {
    for (const [hashed, reference] of this.#byHash) {
      if (reference.deref() === undefined) this.#byHash.delete(hashed);
    }
    this.#sweepAt = this.#byHash.size + sweepEvery;
  }
}

/** Strings cannot be held weakly: two generations of at most `size` each, the older one dropped whole. */
class RecentStrings {
  readonly #size: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(size: number) {
    this.#size = size;
  }

  get(text: string): string {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const shared = this.#old.get(text) ?? text;
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(shared, shared);
    return shared;
  }
}

/** FNV-1a over UTF-16 units; quick rather than strong, since content is compared as well. */
const seed = 0x811c9dc5 | 0;

function hash(start: number, text: string): number {
  let value = start;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

function hashOfLabels(labels: Labels): number {
  let value = seed;
  for (const key in labels) value = hash(hash(value, key) ^ 61, labels[key] ?? '') ^ 44;
  return value;
}

function sameLabels(a: Labels, b: Labels): boolean {
  const keysOfA = Object.keys(a);
  const keysOfB = Object.keys(b);
  return (
    keysOfA.length === keysOfB.length &&
    keysOfA.every((key, index) => key === keysOfB[index] && a[key] === b[key])
  );
}

function sameOwner(a: OwnerReference, b: OwnerReference): boolean {
  return (
    a.uid === b.uid &&
    a.name === b.name &&
    a.kind === b.kind &&
    a.apiVersion === b.apiVersion &&
    a.controller === b.controller
  );
}
