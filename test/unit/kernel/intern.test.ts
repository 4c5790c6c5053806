import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Interner } from '../../../src/kernel/intern.ts';

const labels = (text: string) => JSON.parse(text) as Record<string, string>;

describe('interned labels', () => {
  it('are one object for equal contents', () => {
    const intern = new Interner();
    const first = intern.labels(labels('{"app":"a","tier":"web"}'));
    expect(intern.labels(labels('{"app":"a","tier":"web"}'))).toBe(first);
    expect(first).toEqual({ app: 'a', tier: 'web' });
  });

  it.each([
    ['another value', '{"app":"b"}'],
    ['another key', '{"apq":"a"}'],
    ['one key more', '{"app":"a","b":""}'],
    ['no key', '{}'],
    ['key and value shifted', '{"ap":"pa"}'],
  ])('stay apart with %s', (_, text) => {
    const intern = new Interner();
    const first = intern.labels(labels('{"app":"a"}'));
    const other = intern.labels(labels(text));
    expect(other).not.toBe(first);
    expect(other).toEqual(labels(text));
    expect(first).toEqual({ app: 'a' });
  });

  it('of an object without labels are one empty object', () => {
    const intern = new Interner();
    expect(intern.labels(undefined)).toEqual({});
    expect(intern.labels(undefined)).toBe(intern.labels(undefined));
  });
});

describe('interned owner references', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1', controller: true };

  it('are one object for equal contents, without fields that we do not read', () => {
    const intern = new Interner();
    const first = intern.ownerReference({ ...owner, blockOwnerDeletion: true } as typeof owner);
    expect(intern.ownerReference({ ...owner })).toBe(first);
    expect(first).toEqual(owner);
  });

  it('with one UID but another name stay apart, since owner references can be forged', () => {
    const intern = new Interner();
    intern.ownerReference({ ...owner });
    expect(intern.ownerReference({ ...owner, name: 'forged' })).toEqual({ ...owner, name: 'forged' });
    expect(intern.ownerReference({ ...owner })).toEqual(owner);
  });
});

describe('an interner in a cluster that never stops making new labels', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  it('does not keep what nobody holds', async () => {
    const intern = new Interner();
    const heapAfter = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        intern.labels(labels(`{"job":"job-${index}","controller-uid":"3c7a9f10-${index}","app":"batch"}`));
        intern.ownerReference({
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: `job-${index}`,
          uid: `u-${index}`,
        });
        // Weakly held objects live at least until the end of the turn in which they were seen.
        if (index % 1000 === 0) await turn();
      }
      await turn();
      collect();
      return process.memoryUsage().heapUsed;
    };
    const warm = await heapAfter(0, 20_000);
    await heapAfter(20_000, 60_000);
    const later = await heapAfter(60_000, 80_000);
    expect((later - warm) / 1e6).toBeLessThan(8);
  }, 30_000);
});
