import { beforeEach, describe, expect, it } from '@jest/globals';
import { Store, type StoreChange } from '../../../src/kube/store.ts';

interface Thing {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels?: object;
  readonly groups?: readonly string[];
}

const thing = (name: string, more: Partial<Thing> = {}): Thing => ({
  namespace: 'ml',
  name,
  uid: `uid-${name}`,
  ...more,
});

let store: Store<Thing>;
let told: string[];
let errors: string[];

/** `+uid`, `-uid` or `uid>uid`. */
const shortly = ({ before, after }: StoreChange<Thing>) =>
  before && after ? `${before.uid}>${after.uid}` : before ? `-${before.uid}` : `+${after?.uid}`;

beforeEach(() => {
  told = [];
  errors = [];
  store = new Store<Thing>({
    indexes: { group: ({ groups = [] }) => groups },
    onListenerError: (key, error) => errors.push(`${key}: ${error.message}`),
  });
  store.onChange((change) => told.push(shortly(change)));
});

describe('a store', () => {
  it('finds an object by its key, in its namespace and in its indexes', () => {
    const a = thing('a', { groups: ['x', 'y'] });
    const other = thing('a', { namespace: 'dev', uid: 'dev-a', groups: ['y'] });
    store.upsert(a);
    store.upsert(other);
    expect(store.get('ml/a')).toBe(a);
    expect(store.get('dev/a')).toBe(other);
    expect(store.get('ml/b')).toBeUndefined();
    expect(store.byIndex('namespace', 'ml')).toEqual([a]);
    expect(store.byIndex('group', 'x')).toEqual([a]);
    expect(store.byIndex('group', 'y')).toEqual([a, other]);
    expect(store.byIndex('group', 'z')).toEqual([]);
    expect(store.size).toBe(2);
    expect(store.list()).toEqual([a, other]);
  });

  it('finds cluster-scoped objects by their bare name', () => {
    const group = thing('default', { namespace: '' });
    store.upsert(group);
    expect(store.get('default')).toBe(group);
  });

  it('moves an object in its indexes when it changes, and takes it out when it goes', () => {
    store.upsert(thing('a', { groups: ['x'] }));
    store.upsert(thing('a', { groups: ['y'] }));
    expect(store.byIndex('group', 'x')).toEqual([]);
    expect(store.byIndex('group', 'y')).toHaveLength(1);
    store.remove(thing('a'));
    expect(store.byIndex('group', 'y')).toEqual([]);
    expect(store.byIndex('namespace', 'ml')).toEqual([]);
    expect(store.size).toBe(0);
  });

  it('refuses an index that was not declared', () => {
    expect(() => store.byIndex('colour', 'red')).toThrow('no index "colour"');
  });

  it('tells of an added, a changed and a removed object', () => {
    store.upsert(thing('a'));
    store.upsert(thing('a', { labels: {} }));
    store.remove(thing('a'));
    expect(told).toEqual(['+uid-a', 'uid-a>uid-a', '-uid-a']);
  });

  it('tells nothing of an object that is equal field by field', () => {
    const labels = { app: 'a' };
    store.upsert(thing('a', { labels }));
    store.upsert(thing('a', { labels }));
    expect(told).toEqual(['+uid-a']);
  });

  it('tells a re-created object as removed and added', () => {
    store.upsert(thing('a'));
    store.upsert(thing('a', { uid: 'second' }));
    expect(told).toEqual(['+uid-a', '-uid-a', '+second']);
    expect(store.size).toBe(1);
  });

  it('keeps the new incarnation when the removal of the old one comes late', () => {
    store.upsert(thing('a', { uid: 'second' }));
    store.remove(thing('a', { uid: 'first' }));
    expect(store.get('ml/a')?.uid).toBe('second');
  });

  it('calls the other listeners when one throws, and says whose change it was', () => {
    const throwing = new Store<Thing>({
      onListenerError: (key, error) => errors.push(`${key}: ${error.message}`),
    });
    const heard: string[] = [];
    throwing.onChange(() => {
      throw new Error('broken listener');
    });
    throwing.onChange((change) => heard.push(shortly(change)));
    throwing.upsert(thing('a'));
    expect(heard).toEqual(['+uid-a']);
    expect(errors).toEqual(['ml/a: broken listener']);
  });

  it('tells no more once a listener has left', () => {
    const heard: string[] = [];
    const leave = store.onChange((change) => heard.push(shortly(change)));
    leave();
    store.upsert(thing('a'));
    expect(heard).toEqual([]);
  });
});

describe('a store whose content is replaced by a list', () => {
  beforeEach(() => {
    store.replace([thing('same'), thing('gone'), thing('again'), thing('changed')]);
    told.length = 0;
  });

  it('tells exactly the differences, removals first', () => {
    store.replace([
      thing('same'),
      thing('again', { uid: 'second' }),
      thing('changed', { labels: {} }),
      thing('new'),
    ]);
    expect(told).toEqual(['-uid-gone', '-uid-again', '+second', 'uid-changed>uid-changed', '+uid-new']);
    expect(
      store
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['again', 'changed', 'new', 'same']);
  });

  it('keeps what the list could not show', () => {
    store.replace([thing('same')], new Set(['ml/gone']));
    expect(store.get('ml/gone')).toBeDefined();
    expect(store.size).toBe(2);
  });

  it('is empty after an empty list', () => {
    store.replace([]);
    expect(store.size).toBe(0);
    expect(store.list()).toEqual([]);
  });
});
