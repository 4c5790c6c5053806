import { describe, expect, it } from '@jest/globals';
import { releaseMemory } from '../../../src/runtime/release-memory.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A process whose load and heap are set by hand; collecting leaves 14 MB. */
class SimulatedProcess {
  busyMs = 0;
  heapTotal = 40e6;
  collected = 0;
  cpuUsage = (): { user: number; system: number } => ({ user: this.busyMs * 1000, system: 0 });
  memoryUsage = (): { heapTotal: number } => ({ heapTotal: this.heapTotal });
  collect = (): void => {
    this.collected += 1;
    this.heapTotal = 14e6;
  };
}

function started(): { clock: ManualClock; simulated: SimulatedProcess; stop: () => unknown } {
  const clock = new ManualClock();
  const simulated = new SimulatedProcess();
  const component = releaseMemory(simulated, { clock, collect: simulated.collect });
  component.start();
  return { clock, simulated, stop: () => component.stop() };
}

describe('giving memory back', () => {
  it('waits until the process rests', async () => {
    const { clock, simulated } = started();
    simulated.busyMs += 8_000;
    await clock.advance(10_000);
    expect(simulated.collected).toBe(0);
    simulated.busyMs += 20;
    await clock.advance(10_000);
    expect(simulated.collected).toBe(1);
  });

  it('happens once, and again only when the heap has grown', async () => {
    const { clock, simulated } = started();
    await clock.advance(60_000);
    expect(simulated.collected).toBe(1);
    simulated.heapTotal += 3e6;
    await clock.advance(60_000);
    expect(simulated.collected).toBe(1);
    simulated.heapTotal += 2e6;
    await clock.advance(60_000);
    expect(simulated.collected).toBe(2);
  });

  it('ends with the program', async () => {
    const { clock, simulated, stop } = started();
    stop();
    await clock.advance(60_000);
    expect(simulated.collected).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('makes the real heap smaller than the garbage that was in it', async () => {
    const clock = new ManualClock();
    fillHeap();
    const before = process.memoryUsage().heapTotal;
    const component = releaseMemory({ ...process, cpuUsage: () => ({ user: 0, system: 0 }) }, { clock });
    component.start();
    await clock.advance(10_000);
    component.stop();
    expect(before - process.memoryUsage().heapTotal).toBeGreaterThan(30e6);
  });
});

/** At least 50 MB, all of it garbage. */
function fillHeap(): void {
  const garbage = Array.from({ length: 50 }, () => Array.from({ length: 130_000 }, (_, index) => index));
  expect(garbage).toHaveLength(50);
}
