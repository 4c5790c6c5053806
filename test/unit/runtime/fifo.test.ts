import { describe, expect, it } from '@jest/globals';
import { Fifo } from '../../../src/runtime/fifo.ts';
import { forSeeds } from '../../support/seeded-random.ts';

describe('Fifo', () => {
  it('gives back in the order of arrival, whatever the mix of pushes and shifts', () =>
    forSeeds(50, (random) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (let step = 0; step < 500; step += 1) {
        if (random.below(5) < 3) {
          fifo.push(step);
          model.push(step);
        } else {
          expect(fifo.shift()).toBe(model.shift());
        }
        expect(fifo.size).toBe(model.length);
      }
    }));

  it('is empty after clear', () => {
    const fifo = new Fifo<string>();
    fifo.push('a');
    fifo.clear();
    expect(fifo.size).toBe(0);
    expect(fifo.shift()).toBeUndefined();
  });
});
