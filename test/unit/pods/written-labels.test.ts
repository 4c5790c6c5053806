import { beforeEach, describe, expect, it } from '@jest/globals';
import { WrittenLabels } from '../../../src/pods/written-labels.ts';
import type { Pod } from '../../../src/pods/pod.ts';
import { aPod } from '../../support/build-pods.ts';

const key = 'ml/pod-1';
const before = aPod({ labels: { app: 'x' } });
const change = { apiName: 'text', apiKind: 'RealtimeAPI' };
const after = aPod({ labels: { app: 'x', ...change }, ownKeys: ['apiName', 'apiKind'] });

describe('what the watch shows after a write', () => {
  let nowMs: number;
  let written: WrittenLabels;
  beforeEach(() => {
    nowMs = 0;
    written = new WrittenLabels(() => nowMs);
  });

  it('is an echo once, before the answer or after it, and the write counts as seen', () => {
    written.begin(key, before, change);
    expect(written.isEcho(key, before, after)).toBe(true);
    written.record(key, after.uid);
    expect(written.delayMs(key, after.uid)).toBe(0);
    expect(written.isEcho(key, before, after)).toBe(false);

    const second = aPod({ labels: { app: 'x', apiName: 'text' } });
    written.begin(key, second, { apiKind: 'RealtimeAPI' });
    written.record(key, after.uid);
    nowMs = 1_000;
    expect(written.isEcho(key, second, after)).toBe(true);
    expect(written.delayMs(key, after.uid)).toBe(0);
  });

  it('is an echo when keys were taken away or put right', () => {
    const forged = aPod({ labels: { app: 'x', apiName: 'victim', jobID: 'j' } });
    written.begin(key, forged, { ...change, jobID: null });
    expect(written.isEcho(key, forged, after)).toBe(true);
  });

  it.each<[sentence: string, shown: Pod]>([
    ['another label changed with it', aPod({ labels: { app: 'y', ...change } })],
    ['another label came with it', aPod({ labels: { app: 'x', ...change, more: '1' } })],
    ['a label went with it', aPod({ labels: { ...change } })],
    ['one of the keys has another value', aPod({ labels: { app: 'x', ...change, apiName: 'victim' } })],
    ['the labels are as before', aPod({ labels: { app: 'x' }, mirror: true })],
    ['the pod is about to end', { ...after, terminating: true }],
    ['it is another pod of that name', { ...after, uid: 'another' }],
    [
      'it has another owner',
      {
        ...after,
        controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true },
      },
    ],
  ])('is none when %s', (_sentence, shown) => {
    written.begin(key, before, change);
    expect(written.isEcho(key, before, shown)).toBe(false);
  });

  it('is none when the pod had changed before the write arrived', () => {
    written.begin(key, before, change);
    const between = aPod({ labels: { app: 'x', more: '1' } });
    expect(written.isEcho(key, before, between)).toBe(false);
    expect(written.isEcho(key, between, aPod({ labels: { ...between.labels, ...change } }))).toBe(false);
  });

  it('is none after a write that was given up, or of a pod that was forgotten', () => {
    written.begin(key, before, change);
    written.abandon(key);
    expect(written.isEcho(key, before, after)).toBe(false);
    written.begin(key, before, change);
    written.forget(key);
    expect(written.isEcho(key, before, after)).toBe(false);
  });

  it('is looked at when somebody undoes the write between its echo and its answer, and the write counts as seen', () => {
    written.begin(key, before, change);
    expect(written.isEcho(key, before, after)).toBe(true);
    expect(written.isEcho(key, after, before)).toBe(false);
    written.record(key, after.uid);
    expect(written.delayMs(key, after.uid)).toBe(0);
  });
});
