/** The scripted cluster's pods: lists, patches, and events for those who watch. */
import { metadataOf, placeOf, writtenBy, type PodBatch, type PodMetadata } from './generate-pods.ts';
import { podBody } from './pod-body.ts';

const longestWaitMs = 300_000;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface MergePatch {
  readonly metadata: { readonly uid?: string; readonly labels: Readonly<Record<string, string | null>> };
}

const metadataType = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
const podType = { apiVersion: 'v1', kind: 'Pod' };

/** A pod as replies and events show it. */
export function renderPod(metadata: PodMetadata, metadataOnly: boolean): object {
  return metadataOnly ? { ...metadataType, metadata } : { ...podType, metadata, ...podBody };
}

export class PodRegistry {
  readonly #pods = new Map<string, PodMetadata>();
  readonly #watchers = new Set<(line: string) => void>();
  readonly #awaited = new Set<() => void>();
  #version = 1000;
  #patches = 0;

  get version(): number {
    return this.#version;
  }

  /** Shows the new pods to all watchers. */
  add(batch: PodBatch): void {
    for (let index = 0; index < batch.count; index += 1) {
      this.#version += 1;
      this.#put('ADDED', metadataOf(batch, index, this.#version));
    }
  }

  remove(batch: PodBatch): void {
    for (let index = 0; index < batch.count; index += 1) {
      const key = keyOf(placeOf(batch, index));
      const metadata = this.#pods.get(key);
      if (metadata === undefined) continue;
      this.#pods.delete(key);
      this.#version += 1;
      this.#tell('DELETED', { ...metadata, resourceVersion: String(this.#version) });
    }
  }

  /** A page from the place on; `next` is where the page after it begins, if there is one. */
  page(from: number, limit: number): { readonly items: readonly PodMetadata[]; readonly next: number } {
    const items = [...this.#pods.values()].slice(from, from + limit);
    return { items, next: from + items.length < this.#pods.size ? from + items.length : 0 };
  }

  get size(): number {
    return this.#pods.size;
  }

  /** The pod after the patch; undefined if there is none of this name and UID. */
  patch(place: { namespace: string; name: string }, { metadata }: MergePatch): PodMetadata | undefined {
    const before = this.#pods.get(keyOf(place));
    if (before === undefined || (metadata.uid ?? before.uid) !== before.uid) return undefined;
    this.#version += 1;
    this.#patches += 1;
    const after = labeled(before, metadata.labels, this.#version);
    this.#put('MODIFIED', after);
    for (const look of this.#awaited) look();
    return after;
  }

  /** Resolves when so many patches were made since the start; rejects when that takes minutes. */
  patched(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#awaited.delete(look);
        settle();
      };
      const look = (): void => {
        if (this.#patches >= count) end(resolve);
      };
      const late = (): Error => new Error(`only ${this.#patches} of ${count} patches came`);
      const timer = setTimeout(() => end(() => reject(late())), longestWaitMs);
      this.#awaited.add(look);
      look();
    });
  }

  get patches(): number {
    return this.#patches;
  }

  /** Begins with the pods that are newer than the version; the returned function ends it. */
  watch(after: number, write: (line: string) => void): () => void {
    for (const metadata of this.#pods.values())
      if (Number(metadata.resourceVersion) > after) write(eventLine('ADDED', metadata));
    this.#watchers.add(write);
    return () => this.#watchers.delete(write);
  }

  #put(type: EventType, metadata: PodMetadata): void {
    this.#pods.set(keyOf(metadata), metadata);
    this.#tell(type, metadata);
  }

  #tell(type: EventType, metadata: PodMetadata): void {
    if (this.#watchers.size === 0) return;
    const line = eventLine(type, metadata);
    for (const write of this.#watchers) write(line);
  }
}

function eventLine(type: EventType, metadata: PodMetadata): string {
  return `${JSON.stringify({ type, object: renderPod(metadata, true) })}\n`;
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function labeled(
  before: PodMetadata,
  change: MergePatch['metadata']['labels'],
  version: number,
): PodMetadata {
  const labels = Object.entries({ ...before.labels, ...change }).filter(([, value]) => value !== null);
  const fields = Object.fromEntries(Object.keys(change).map((key) => [`f:${key}`, {}]));
  return {
    ...before,
    resourceVersion: String(version),
    labels: Object.fromEntries(labels.toSorted(([a], [b]) => (a < b ? -1 : 1))) as Record<string, string>,
    managedFields: [
      ...before.managedFields,
      writtenBy('cortex-logging', { 'f:metadata': { 'f:labels': fields } }),
    ],
  };
}
