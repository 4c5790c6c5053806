import { describe, expect, it } from '@jest/globals';
import { specOf } from '../../control-plane/binary-catalog.ts';
import { describeBuild } from '../../control-plane/build-progress.ts';

const specs = [specOf('etcd'), specOf('kube-apiserver'), specOf('kube-scheduler')];

describe('the progress of a build', () => {
  it.each([
    ['the first on two cores', 0, { elapsedMs: 0, cpus: 2 }, 'building 1 of 3 etcd, about 7 min left in all'],
    ['a later one', 2, { elapsedMs: 0, cpus: 2 }, 'building 3 of 3 kube-scheduler, about 1 min left in all'],
    [
      'on eight cores',
      1,
      { elapsedMs: 0, cpus: 8 },
      'building 2 of 3 kube-apiserver, about 2 min left in all',
    ],
    [
      'after a while',
      1,
      { elapsedMs: 200_000, cpus: 2 },
      'building 2 of 3 kube-apiserver, about 3 min left in all',
    ],
    [
      'that takes longer than it should',
      2,
      { elapsedMs: 900_000, cpus: 2 },
      'building 3 of 3 kube-scheduler, about 1 min left in all',
    ],
  ])('is told for %s', (_, index, at, text) => {
    expect(describeBuild(specs, index, at)).toBe(text);
  });
});
