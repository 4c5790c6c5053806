import { describe, expect, it } from '@jest/globals';
import type { PodTally } from '../../../src/workloads/plan-status.ts';
import { StatusReconcile } from '../../../src/workloads/reconcile-status.ts';
import { workloadKey, type Workload } from '../../../src/workloads/workload.ts';
import { buildJob, buildWorkload } from './build-workload.ts';

/** Resources, their pods' tally, and a clock that only the test moves. */
class World {
  readonly objects = new Map<string, Workload>();
  readonly events: { reason: string; note: string }[] = [];
  tally: PodTally | undefined = { claimed: 0, labeled: 0, conflicts: [] };
  namespacesSharingName: readonly string[] = [];
  apiExists = true;
  writes = 0;
  /** While false the lister shows the objects as they were before our own writes. */
  isWatching = true;
  #nowMs = Date.parse('2026-11-24T09:00:00Z');
  readonly #reconcile: StatusReconcile;

  constructor(workload: Workload) {
    this.objects.set(workloadKey(workload), workload);
    this.#reconcile = new StatusReconcile({
      workloads: { get: (key) => this.objects.get(key) },
      facts: {
        tallyOf: () => this.tally,
        namespacesSharingName: () => this.namespacesSharingName,
        apiExists: () => this.apiExists,
        logGroup: () => ({ logGroupName: 'prod', region: 'eu-west-1' }),
      },
      statuses: {
        patchStatus: (written, status) => {
          this.writes++;
          if (this.isWatching) this.objects.set(workloadKey(written), { ...written, status });
          return Promise.resolve();
        },
      },
      events: { record: (event) => void this.events.push(event) },
      now: () => new Date(this.#nowMs),
    });
  }

  count(claimed: number, labeled = claimed, conflicts: PodTally['conflicts'] = []): void {
    this.tally = { claimed, labeled, conflicts };
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  reconcile(key = [...this.objects.keys()][0] ?? '') {
    return this.#reconcile.reconcile(key);
  }

  get status() {
    return [...this.objects.values()][0]!.status;
  }
}

describe('the status of a resource', () => {
  it('is written once, and not again while nothing changes', async () => {
    const world = new World(buildWorkload());
    world.count(3);
    for (let wake = 0; wake < 100; wake++) {
      await world.reconcile();
      world.pass(60_000);
    }
    expect(world.status.pods).toEqual({ claimed: 3, labeled: 3, summary: '3/3' });
    expect(world.writes).toBe(1);
  });

  it('is written at most every two seconds while the pods change, and ends up right', async () => {
    const world = new World(buildWorkload());
    for (let ms = 0; ms < 10_000; ms += 10) {
      world.count(ms / 10, Math.floor(ms / 20));
      await world.reconcile();
      world.pass(10);
    }
    world.count(1000);
    const { requeueAfterMs } = await world.reconcile();
    world.pass(requeueAfterMs ?? 0);
    await world.reconcile();
    expect(world.writes).toBeLessThanOrEqual(6);
    expect(world.status.pods?.summary).toBe('1000/1000');
  });

  it('says when to come back with a count that is too early', async () => {
    const world = new World(buildWorkload());
    await world.reconcile();
    world.pass(500);
    world.count(1);
    expect(await world.reconcile()).toEqual({ requeueAfterMs: 1_500 });
    world.pass(1_500);
    expect(await world.reconcile()).toEqual({});
    expect(world.status.pods?.claimed).toBe(1);
  });

  it.each([
    {
      name: 'a conflict',
      change: (world: World) => world.count(1, 0, [{ reason: 'ClaimedByOther', message: 'x' }]),
      reason: 'Conflict',
    },
    {
      name: 'a name that is shared',
      change: (world: World) => void (world.namespacesSharingName = ['b']),
      reason: 'NameShared',
    },
    {
      name: 'an API that has gone',
      change: (world: World) => void (world.apiExists = false),
      reason: 'APINotFound',
    },
  ])('tells $name at once, with one Event', async ({ change, reason }) => {
    const world = new World(buildJob());
    await world.reconcile();
    change(world);
    await world.reconcile();
    await world.reconcile();
    expect(world.writes).toBe(2);
    expect(world.events.map((event) => event.reason)).toEqual([reason]);
  });

  it('tells a changed spec at once', async () => {
    const world = new World(buildWorkload());
    await world.reconcile();
    world.objects.set(workloadKey(buildWorkload()), buildWorkload({ generation: 2, status: world.status }));
    await world.reconcile();
    expect(world.status.observedGeneration).toBe(2);
  });

  it('tells a pod that waits for its labels no faster than counts, and makes no Event of it', async () => {
    const world = new World(buildWorkload());
    world.count(1);
    await world.reconcile();
    world.count(2, 1);
    expect((await world.reconcile()).requeueAfterMs).toBe(2_000);
    expect(world.events).toEqual([]);
  });

  it('is not written twice while the watch has not brought the first write back', async () => {
    const world = new World(buildWorkload());
    world.isWatching = false;
    world.count(3);
    await world.reconcile();
    world.pass(10_000);
    await world.reconcile();
    expect(world.writes).toBe(1);
  });

  it('is written again when somebody has changed it', async () => {
    const world = new World(buildWorkload());
    world.count(3);
    await world.reconcile();
    world.objects.set(
      workloadKey(buildWorkload()),
      buildWorkload({ status: { pods: { claimed: 9, labeled: 9, summary: '9/9' } } }),
    );
    world.pass(10_000);
    await world.reconcile();
    expect(world.status.pods?.summary).toBe('3/3');
  });

  it('waits until the pods have been looked at, so that a restart does not count from zero', async () => {
    const world = new World(buildWorkload());
    world.tally = undefined;
    expect(await world.reconcile()).toEqual({ requeueAfterMs: 1_000 });
    expect(world.writes).toBe(0);
  });

  it('of a resource that has gone is nobody’s', async () => {
    const world = new World(buildWorkload());
    expect(await world.reconcile('RealtimeAPI/ml/gone')).toEqual({});
    expect(world.writes).toBe(0);
  });

  it('of a resource made again under its name starts anew', async () => {
    const world = new World(buildWorkload());
    await world.reconcile();
    world.objects.set(workloadKey(buildWorkload()), buildWorkload({ uid: 'u-2' }));
    await world.reconcile();
    expect(world.writes).toBe(2);
  });
});
