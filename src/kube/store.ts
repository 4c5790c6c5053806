/** What the reflector of one kind has seen: objects by namespace and name, and who wants to know of changes. */
import { messageOf } from '../kernel/errors.ts';
import { objectKey, parseObjectKey, type ObjectKey } from '../kernel/object-key.ts';

/** Cluster-scoped objects have the empty namespace. */
export interface Stored {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** `before` alone: removed. `after` alone: added. An object re-created under its name is first removed. */
export interface StoreChange<T> {
  readonly key: ObjectKey;
  readonly before?: T;
  readonly after?: T;
}

export interface StoreOptions<T> {
  /** Further indexes: the values under which an object is found. `namespace` is built in. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
  /** Told when a change listener throws; the others are called all the same. */
  readonly onListenerError?: (key: ObjectKey, error: Error) => void;
}

type Index<T> = Map<string, Set<T>>;

export class Store<T extends Stored> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  readonly #indexes = new Map<
    string,
    { readonly valuesOf: (object: T) => readonly string[]; readonly of: Index<T> }
  >();
  readonly #listeners = new Set<(change: StoreChange<T>) => void>();
  readonly #onListenerError: (key: ObjectKey, error: Error) => void;
  #size = 0;

  constructor({ indexes = {}, onListenerError = () => undefined }: StoreOptions<T> = {}) {
    this.#onListenerError = onListenerError;
    for (const [name, valuesOf] of Object.entries(indexes)) {
      this.#indexes.set(name, { valuesOf, of: new Map() });
    }
  }

  get size(): number {
    return this.#size;
  }

  get(key: ObjectKey): T | undefined {
    const { namespace, name } = parseObjectKey(key);
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** A copy: changes afterwards do not show. */
  list(): readonly T[] {
    return [...this.#namespaces.values()].flatMap((names) => [...names.values()]);
  }

  /** The objects under `value` of the index `namespace` or of one of `options.indexes`; a copy. */
  byIndex(index: string, value: string): readonly T[] {
    if (index === 'namespace') return [...(this.#namespaces.get(value)?.values() ?? [])];
    const known = this.#indexes.get(index);
    if (!known) throw new Error(`The store has no index "${index}"; declare it where the store is made.`);
    return [...(known.of.get(value) ?? [])];
  }

  /** Calls `listener` after each change, in order, within the turn; the returned function ends that. */
  onChange(listener: (change: StoreChange<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds or replaces. An object that is equal field by field to the one held is no change. */
  upsert(after: T): void {
    const before = this.#namespaces.get(after.namespace)?.get(after.name);
    if (before === undefined) {
      this.#put(after);
      this.#tell({ key: objectKey(after), after });
    } else if (before.uid !== after.uid) {
      this.remove(before);
      this.upsert(after);
    } else if (!isShallowEqual(before, after)) {
      this.#unindex(before);
      this.#put(after);
      this.#tell({ key: objectKey(after), before, after });
    }
  }

  /** Removes the object of this name and UID; another incarnation under the name stays. */
  remove({ namespace, name, uid }: Stored): void {
    const names = this.#namespaces.get(namespace);
    const before = names?.get(name);
    if (names === undefined || before?.uid !== uid) return;
    names.delete(name);
    if (names.size === 0) this.#namespaces.delete(namespace);
    this.#size -= 1;
    this.#unindex(before);
    this.#tell({ key: objectKey(before), before });
  }

  /** Makes the content exactly `objects`, save for the keys in `untouched`, which stay as they are. */
  replace(objects: readonly T[], untouched: ReadonlySet<ObjectKey> = new Set()): void {
    if (this.#size > 0) {
      const listed = new Set(objects.map(objectKey));
      const isKept = (key: ObjectKey): boolean => listed.has(key) || untouched.has(key);
      for (const object of this.list()) {
        if (!isKept(objectKey(object))) this.remove(object);
      }
    }
    for (const object of objects) this.upsert(object);
  }

  #put(object: T): void {
    let names = this.#namespaces.get(object.namespace);
    if (names === undefined) this.#namespaces.set(object.namespace, (names = new Map<string, T>()));
    if (!names.has(object.name)) this.#size += 1;
    names.set(object.name, object);
    for (const { valuesOf, of } of this.#indexes.values()) {
      for (const value of valuesOf(object)) {
        const found = of.get(value);
        if (found) found.add(object);
        else of.set(value, new Set([object]));
      }
    }
  }

  #unindex(object: T): void {
    for (const { valuesOf, of } of this.#indexes.values()) {
      for (const value of valuesOf(object)) {
        const found = of.get(value);
        found?.delete(object);
        if (found?.size === 0) of.delete(value);
      }
    }
  }

  #tell(change: StoreChange<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#onListenerError(change.key, error instanceof Error ? error : new Error(messageOf(error)));
      }
    }
  }
}

/** Shared (interned) parts are equal by identity, so that a change of what we don't decode is no change. */
function isShallowEqual<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}
