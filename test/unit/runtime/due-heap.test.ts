import { describe, expect, it } from '@jest/globals';
import { DueHeap } from '../../../src/runtime/due-heap.ts';
import { forSeeds } from '../../support/seeded-random.ts';

function takeAll(heap: DueHeap, now: number): string[] {
  const taken: string[] = [];
  for (let key = heap.takeDue(now); key !== undefined; key = heap.takeDue(now)) taken.push(key);
  return taken;
}

describe('DueHeap', () => {
  it('gives keys out by the time at which they are due, and none before', () => {
    const heap = new DueHeap();
    heap.add('late', 30);
    heap.add('early', 10);
    heap.add('middle', 20);
    expect(heap.nextDueAt).toBe(10);
    expect(takeAll(heap, 9)).toEqual([]);
    expect(takeAll(heap, 20)).toEqual(['early', 'middle']);
    expect(heap.size).toBe(1);
  });

  it('keeps the earlier of two times of one key', () => {
    const heap = new DueHeap();
    heap.add('a', 20);
    heap.add('a', 30);
    expect(heap.nextDueAt).toBe(20);
    heap.add('a', 5);
    expect(heap.nextDueAt).toBe(5);
    expect(heap.size).toBe(1);
  });

  it('forgets everything on clear', () => {
    const heap = new DueHeap();
    heap.add('a', 1);
    heap.clear();
    expect(heap.nextDueAt).toBeUndefined();
    heap.add('a', 9);
    expect(heap.nextDueAt).toBe(9);
  });

  it('agrees with a sorted list, whatever is added and taken', () =>
    forSeeds(50, (random) => {
      const heap = new DueHeap();
      const model = new Map<string, number>();
      for (let step = 0; step < 400; step += 1) {
        if (random.below(3) > 0) {
          const key = `k${random.below(60)}`;
          const dueAt = random.fraction() * 1000;
          heap.add(key, dueAt);
          model.set(key, Math.min(model.get(key) ?? Infinity, dueAt));
        } else {
          const now = random.fraction() * 600;
          const due = [...model]
            .filter(([, dueAt]) => dueAt <= now)
            .sort(([, one], [, other]) => one - other);
          expect(takeAll(heap, now)).toEqual(due.map(([key]) => key));
          for (const [key] of due) model.delete(key);
        }
        expect(heap.size).toBe(model.size);
      }
    }));
});
