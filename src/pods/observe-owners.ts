/**
 * Reads a pod's owner chain. Each distinct owner is read once, not once per pod, misses included; what is
 * read is believed only if it is the very object that the reference names.
 */
import { groupOf, type OwnerReference } from '../kernel/object-meta.ts';
import type { LabelSelector } from '../kernel/label-selector.ts';
import { LruCache } from './lru-cache.ts';
import type { Owner } from './resolve-identity.ts';

/** A kind that the chain may pass through, and how to read it. */
export interface OwnerKind {
  readonly group: string;
  readonly version: string;
  /** Plural, as in URLs and RBAC rules. */
  readonly resource: string;
  readonly kind: string;
  /** Starts jobs on a schedule: CronJob, CronWorkflow, ScheduledWorkflow. */
  readonly scheduler?: boolean;
}

export interface ObservedOwner {
  readonly uid: string;
  readonly controller?: OwnerReference;
  readonly selector?: LabelSelector;
}

/** Port: one live read; undefined where there is no such object, `no-such-kind` where its version is not served. */
export interface OwnerReader {
  readOwner(
    kind: OwnerKind,
    namespace: string,
    name: string,
  ): Promise<ObservedOwner | 'no-such-kind' | undefined>;
}

/** A reference that ends a chain, because nobody can follow it. */
export interface UnknownOwner extends OwnerReference {
  /** The versions of its kind on the allow-list, of which the API server serves none; absent: it is not on the list. */
  readonly notServed?: readonly string[];
}

export interface OwnerChain {
  /** From the pod outwards. */
  readonly owners: readonly Owner[];
  readonly unknown?: UnknownOwner;
}

/** How a chain went when it was last read. */
export interface RecalledChain {
  /** From the pod outwards, as far as they are known; one that could not be followed stands last. */
  readonly references: readonly OwnerReference[];
  /** `fresh`: a read now would say the same. `old`: it was read too long ago to be believed. `unknown`: it may go on. */
  readonly certainty: 'fresh' | 'old' | 'unknown';
}

interface PodOfChain {
  readonly namespace: string;
  readonly controller: OwnerReference | undefined;
}

/** Real chains are three deep (pod, Job, CronJob); a longer one than this is a loop or an attack. */
const maxDepth = 10;

export interface OwnerCacheOptions {
  readonly reader: OwnerReader;
  readonly kinds: readonly OwnerKind[];
  /** How long an answer is believed, in ms: an owner may lose its own owner (orphaned by a cascade). */
  readonly maxAgeMs: number;
  /** Distinct owners kept at most. */
  readonly capacity: number;
  readonly now: () => number;
}

interface Found {
  readonly kind: OwnerKind;
  readonly observed: ObservedOwner;
}

type Answer = Found | 'not-served' | undefined;

/** A promise, so that pods of one owner that arrive together share one read. */
interface Read {
  readonly promise: Promise<Answer>;
  /** Set once it is there. */
  settled?: { readonly answer: Answer };
}

export class OwnerCache {
  readonly #options: OwnerCacheOptions;
  /** By `group/kind`; of several versions in the order of the allow-list. */
  readonly #kinds: ReadonlyMap<string, readonly OwnerKind[]>;
  readonly #reads: LruCache<Read>;

  constructor(options: OwnerCacheOptions) {
    this.#options = options;
    this.#kinds = Map.groupBy(options.kinds, ({ group, kind }) => `${group}/${kind}`);
    this.#reads = new LruCache(options.capacity, options.maxAgeMs, options.now);
  }

  async observeOwners(pod: PodOfChain): Promise<OwnerChain> {
    const owners: Owner[] = [];
    let reference = pod.controller;
    while (reference && owners.length < maxDepth) {
      const kinds = this.#kindsOf(reference);
      if (kinds.length === 0) return { owners, unknown: reference };
      const found = await this.#read(kinds, pod.namespace, reference);
      if (found === 'not-served') return { owners, unknown: notServed(reference, kinds) };
      if (found?.observed.uid !== reference.uid) break;
      owners.push(toOwner(found.kind, reference.name, found.observed));
      reference = found.observed.controller;
    }
    return { owners };
  }

  /** What is known of the pod's chain without a read. */
  recallOwners(pod: PodOfChain): RecalledChain {
    const references: OwnerReference[] = [];
    let reference = pod.controller;
    let isOld = false;
    while (reference && references.length < maxDepth) {
      references.push(reference);
      if (this.#kindsOf(reference).length === 0) break;
      const known = this.#reads.peek(readKey(pod.namespace, reference));
      if (!known?.value.settled) return { references, certainty: 'unknown' };
      isOld ||= known.isOld;
      const { answer } = known.value.settled;
      if (!isFound(answer) || answer.observed.uid !== reference.uid) break;
      reference = answer.observed.controller;
    }
    return { references, certainty: isOld ? 'old' : 'fresh' };
  }

  /** The next pod reads this owner again: it was not there, and now it is, or the other way round. */
  forget(reference: OwnerReference, namespace: string): void {
    this.#reads.delete(readKey(namespace, reference));
  }

  /** The version that the reference names first: of a kind with several, a cluster may serve only one. */
  #kindsOf({ apiVersion, kind }: OwnerReference): readonly OwnerKind[] {
    const listed = this.#kinds.get(`${groupOf(apiVersion)}/${kind}`) ?? [];
    if (listed.length < 2) return listed;
    const [named = [], others = []] = [true, false].map((isNamed) =>
      listed.filter((each) => (apiVersionOf(each) === apiVersion) === isNamed),
    );
    return [...named, ...others];
  }

  #read(kinds: readonly OwnerKind[], namespace: string, reference: OwnerReference): Promise<Answer> {
    const key = readKey(namespace, reference);
    const known = this.#reads.get(key);
    if (known) return known.promise;
    const read: Read = { promise: this.#readLive(kinds, namespace, reference.name) };
    this.#reads.set(key, read);
    void this.#keep(key, read);
    return read.promise;
  }

  async #readLive(kinds: readonly OwnerKind[], namespace: string, name: string): Promise<Answer> {
    for (const kind of kinds) {
      const observed = await this.#options.reader.readOwner(kind, namespace, name);
      if (observed !== 'no-such-kind') return observed && { kind, observed };
    }
    return 'not-served';
  }

  /** A failed read is no answer, and a kind that is not served may be in a moment: the next pod tries again. */
  async #keep(key: string, read: Read): Promise<void> {
    try {
      const answer = await read.promise;
      if (answer === 'not-served') this.#drop(key, read);
      else read.settled = { answer };
    } catch {
      this.#drop(key, read);
    }
  }

  /** Not what was read anew meanwhile. */
  #drop(key: string, read: Read): void {
    if (this.#reads.peek(key)?.value === read) this.#reads.delete(key);
  }
}

function isFound(answer: Answer): answer is Found {
  return typeof answer === 'object';
}

function notServed(reference: OwnerReference, kinds: readonly OwnerKind[]): UnknownOwner {
  return { ...reference, notServed: kinds.map(({ version }) => version) };
}

/** The UID is part of the key: a forged one must not spoil the answer for the true one. */
function readKey(namespace: string, { apiVersion, kind, name, uid }: OwnerReference): string {
  return `${groupOf(apiVersion)}/${kind}/${namespace}/${name}/${uid}`;
}

function apiVersionOf({ group, version }: OwnerKind): string {
  return group ? `${group}/${version}` : version;
}

function toOwner(kind: OwnerKind, name: string, { uid, selector }: ObservedOwner): Owner {
  return {
    apiVersion: apiVersionOf(kind),
    group: kind.group,
    kind: kind.kind,
    name,
    uid,
    scheduler: kind.scheduler ?? false,
    ...(selector ? { selector } : {}),
  };
}
