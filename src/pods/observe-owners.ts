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

/** Port: one live read; undefined where there is no such object. */
export interface OwnerReader {
  readOwner(kind: OwnerKind, namespace: string, name: string): Promise<ObservedOwner | undefined>;
}

export interface OwnerChain {
  /** From the pod outwards. */
  readonly owners: readonly Owner[];
  /** The reference that ended the chain because its kind is not on the allow-list. */
  readonly unknown?: OwnerReference;
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

export class OwnerCache {
  readonly #options: OwnerCacheOptions;
  readonly #kinds: ReadonlyMap<string, OwnerKind>;
  /** Promises, so that pods of one owner that arrive together share one read. */
  readonly #reads: LruCache<Promise<ObservedOwner | undefined>>;

  constructor(options: OwnerCacheOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));
    this.#reads = new LruCache(options.capacity, options.maxAgeMs, options.now);
  }

  async observeOwners(pod: PodOfChain): Promise<OwnerChain> {
    const owners: Owner[] = [];
    let reference = pod.controller;
    while (reference && owners.length < maxDepth) {
      const kind = this.#kinds.get(`${groupOf(reference.apiVersion)}/${reference.kind}`);
      if (!kind) return { owners, unknown: reference };
      const observed = await this.#read(kind, pod.namespace, reference);
      if (observed?.uid !== reference.uid) break;
      owners.push(toOwner(kind, reference.name, observed));
      reference = observed.controller;
    }
    return { owners };
  }

  /** The next pod reads this owner again: it was not there, and now it is, or the other way round. */
  forget(reference: OwnerReference, namespace: string): void {
    this.#reads.delete(readKey(groupOf(reference.apiVersion), namespace, reference));
  }

  #read(kind: OwnerKind, namespace: string, reference: OwnerReference): Promise<ObservedOwner | undefined> {
    const key = readKey(kind.group, namespace, reference);
    const known = this.#reads.get(key);
    if (known) return known;
    const read = this.#options.reader.readOwner(kind, namespace, reference.name);
    this.#reads.set(key, read);
    // A failed read is no answer: the next pod tries again.
    read.catch(() => this.#reads.delete(key));
    return read;
  }
}

/** The UID is part of the key: a forged one must not spoil the answer for the true one. */
function readKey(group: string, namespace: string, { kind, name, uid }: OwnerReference): string {
  return `${group}/${kind}/${namespace}/${name}/${uid}`;
}

function toOwner(kind: OwnerKind, name: string, { uid, selector }: ObservedOwner): Owner {
  return {
    apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version,
    group: kind.group,
    kind: kind.kind,
    name,
    uid,
    scheduler: kind.scheduler ?? false,
    ...(selector ? { selector } : {}),
  };
}
