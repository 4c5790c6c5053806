import { describe, expect, it } from '@jest/globals';
import { LeaderElector, type LeaseStore } from '../../../src/runtime/leader.ts';
import type { LeaseRecord } from '../../../src/runtime/lease-record.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { forSeeds } from '../../support/seeded-random.ts';

/** One lease in memory, with the API server's optimistic locking. */
class MemoryLease {
  record: LeaseRecord | undefined;
  writes = 0;

  write(record: LeaseRecord): LeaseRecord | undefined {
    if (this.record && record.resourceVersion !== this.record.resourceVersion) return undefined;
    this.writes += 1;
    this.record = { ...record, resourceVersion: String(this.writes) };
    return this.record;
  }

  /** Someone edits the lease by hand. */
  edit(change: Partial<LeaseRecord>): void {
    if (this.record) this.write({ ...this.record, ...change });
  }
}

/** One candidate's way to the lease, which can break. */
class LeaseConnection implements LeaseStore {
  readonly lease: MemoryLease;
  /** Called before each request; may throw or wait. */
  interfere: (verb: 'read' | 'create' | 'update') => unknown = () => undefined;

  constructor(lease: MemoryLease) {
    this.lease = lease;
  }

  async read(): Promise<LeaseRecord | undefined> {
    await this.interfere('read');
    return this.lease.record;
  }

  async create(record: LeaseRecord): Promise<LeaseRecord | undefined> {
    await this.interfere('create');
    if (this.lease.record) return undefined;
    return this.lease.write(record);
  }

  async update(record: LeaseRecord): Promise<LeaseRecord | undefined> {
    await this.interfere('update');
    return this.lease.write(record);
  }
}

function makeCandidate(identity: string, lease: MemoryLease, clock: ManualClock, random = () => 0.5) {
  const store = new LeaseConnection(lease);
  const metrics = new Metrics();
  const events: string[] = [];
  const logger = new RecordingLogger();
  const elector = new LeaderElector({
    identity,
    store,
    clock,
    metrics,
    logger,
    random,
    onLeading: () => void events.push('leading'),
    onLost: (reason) => void events.push(`lost: ${reason}`),
  });
  const metric = async (name: string) => {
    const line = (await metrics.render()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };
  return { elector, store, events, metric, logger };
}

function makePair() {
  const lease = new MemoryLease();
  const clock = new ManualClock();
  return { lease, clock, a: makeCandidate('a', lease, clock), b: makeCandidate('b', lease, clock) };
}

/** `a` leads, `b` waits. */
async function makeSettledPair() {
  const pair = makePair();
  pair.a.elector.start();
  await settle();
  pair.b.elector.start();
  await pair.clock.advance(20_000);
  expect(pair.a.elector.isLeader()).toBe(true);
  expect(pair.b.elector.isLeader()).toBe(false);
  return pair;
}

const never = () => Promise.withResolvers().promise;
const forbidden = () => {
  throw new Error('leases.coordination.k8s.io is forbidden (403)');
};

describe('a single candidate', () => {
  it('creates the lease and leads at once', async () => {
    const { lease, a } = makePair();
    a.elector.start();
    await settle();
    expect(a.events).toEqual(['leading']);
    expect(a.elector.isLeader()).toBe(true);
    expect(lease.record).toMatchObject({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    });
  });

  it('renews every two seconds with one request, and none is late', async () => {
    const { lease, clock, a } = makePair();
    const verbs: string[] = [];
    a.store.interfere = (verb) => verbs.push(verb);
    a.elector.start();
    await clock.advance(60_000);
    expect(verbs.slice(0, 2)).toEqual(['read', 'create']);
    expect(new Set(verbs.slice(2))).toEqual(new Set(['update']));
    expect(lease.writes).toBe(31);
    expect(await a.metric('leader_election_is_leader')).toBe(1);
    expect(await a.metric('leader_election_renewals_late_total')).toBe(0);
    expect(await a.metric('leader_election_longest_renewal_interval_seconds')).toBe(2);
  });

  it('takes its own lease up again after a restart without waiting or counting a transition', async () => {
    const { lease, clock, a } = makePair();
    a.elector.start();
    await settle();
    a.store.interfere = never;
    const reborn = makeCandidate('a', lease, clock);
    reborn.elector.start();
    await settle();
    expect(reborn.elector.isLeader()).toBe(true);
    expect(lease.record?.leaseTransitions).toBe(0);
  });

  it('tells of a lease that it may not read at once and then once a minute', async () => {
    const { clock, a } = makePair();
    a.store.interfere = forbidden;
    a.elector.start();
    await clock.advance(299_000);
    expect(a.logger.messages('warn')).toHaveLength(5);
    a.store.interfere = () => undefined;
    await clock.advance(4_500);
    a.store.interfere = forbidden;
    await clock.advance(2_000);
    expect(a.logger.messages('warn')).toHaveLength(6);
  });

  it('leads as soon as it may write the lease, and retries until then', async () => {
    const { clock, a } = makePair();
    a.store.interfere = forbidden;
    a.elector.start();
    await clock.advance(300_000);
    expect(a.events).toEqual([]);
    expect(await a.metric('leader_election_renewals_total{result="failure"}')).toBeGreaterThan(60);
    a.store.interfere = () => undefined;
    await clock.advance(4_500);
    expect(a.events).toEqual(['leading']);
  });

  it('writes nothing when a read that it gave up comes back late', async () => {
    const { lease, clock, a } = makePair();
    const late = Promise.withResolvers();
    let reads = 0;
    a.store.interfere = (verb) => {
      if (verb !== 'read') return undefined;
      return (reads += 1) === 1 ? late.promise : forbidden();
    };
    a.elector.start();
    await clock.advance(20_000);
    late.resolve(undefined);
    await clock.advance(1_000);
    expect(reads).toBeGreaterThan(2);
    expect(lease.record).toBeUndefined();
  });

  it('makes the lease anew when someone deletes it', async () => {
    const { lease, clock, a } = makePair();
    a.elector.start();
    await settle();
    lease.record = undefined;
    a.store.interfere = (verb) => {
      if (verb === 'update' && !lease.record) throw new Error('not found (404)');
    };
    await clock.advance(2_000);
    expect(lease.record).toMatchObject({ holderIdentity: 'a' });
    expect(a.events).toEqual(['leading']);
  });

  it('goes on leading when someone else edits the lease without taking it', async () => {
    const { lease, clock, a } = makePair();
    a.elector.start();
    await settle();
    lease.edit({});
    await clock.advance(30_000);
    expect(a.events).toEqual(['leading']);
    expect(await a.metric('leader_election_renewals_late_total')).toBe(0);
  });

  it('counts a renewal that comes late', async () => {
    const { clock, a } = makePair();
    a.elector.start();
    await settle();
    a.store.interfere = forbidden;
    await clock.advance(4_500);
    a.store.interfere = () => undefined;
    await clock.advance(2_000);
    expect(a.events).toEqual(['leading']);
    expect(await a.metric('leader_election_renewals_late_total')).toBe(1);
    expect(await a.metric('leader_election_longest_renewal_interval_seconds')).toBe(6);
  });
});

describe('of two candidates', () => {
  it('that begin at the same moment one leads, and the other takes that for no failure', async () => {
    const { clock, a, b } = makePair();
    a.elector.start();
    b.elector.start();
    await clock.advance(20_000);
    expect([a.events, b.events]).toEqual([['leading'], []]);
    expect(b.logger.messages('warn')).toEqual([]);
    expect(b.elector.holder).toBe('a');
  });

  it('one leads, the other waits for as long as the first renews', async () => {
    const { clock, a, b } = await makeSettledPair();
    await clock.advance(600_000);
    expect(a.events).toEqual(['leading']);
    expect(b.events).toEqual([]);
    expect(b.elector.holder).toBe('a');
  });

  it('the other leads soon after the first gave the lease back', async () => {
    const { lease, clock, a, b } = await makeSettledPair();
    const stop = a.elector.stop();
    await clock.advance(0);
    await stop;
    expect(lease.record).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(a.elector.isLeader()).toBe(false);
    await clock.advance(4_400);
    expect(b.events).toEqual(['leading']);
    expect(a.events).toEqual(['leading']);
    expect(lease.record).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('the other leads 15 s after the first was killed, not earlier', async () => {
    const { clock, a, b } = await makeSettledPair();
    a.store.interfere = never;
    const killedAt = clock.now();
    for (let i = 0; i < 300 && b.events.length === 0; i += 1) await clock.advance(100);
    expect(b.events).toEqual(['leading']);
    expect(clock.now() - killedAt).toBeGreaterThan(12_000);
    expect(clock.now() - killedAt).toBeLessThan(20_000);
  });

  it('the first stops leading before the other begins when it cannot reach the lease', async () => {
    const { clock, a, b } = await makeSettledPair();
    a.store.interfere = never;
    for (let i = 0; i < 300 && a.events.length < 2; i += 1) {
      await clock.advance(50);
      expect(b.elector.isLeader()).toBe(false);
    }
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms']);
    expect(a.elector.isLeader()).toBe(false);
    await clock.advance(10_000);
    expect(b.elector.isLeader()).toBe(true);
  });

  it('the first stops leading when the lease cannot be written', async () => {
    const { clock, a } = await makeSettledPair();
    a.store.interfere = (verb) => (verb === 'read' ? undefined : forbidden());
    await clock.advance(10_100);
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms']);
    expect(await a.metric('leader_election_losses_total')).toBe(1);
  });

  it('one request that is swallowed does not cost the leadership', async () => {
    const { clock, a } = await makeSettledPair();
    let swallowed = 0;
    a.store.interfere = () => ((swallowed += 1) === 1 ? never() : undefined);
    await clock.advance(60_000);
    expect(a.events).toEqual(['leading']);
  });

  it('the first stops leading as soon as it sees that the lease was stolen', async () => {
    const { lease, clock, a } = await makeSettledPair();
    lease.edit({ holderIdentity: 'thief' });
    await clock.advance(2_000);
    expect(a.events).toEqual(['leading', 'lost: the lease is held by thief']);
    expect(lease.record?.holderIdentity).toBe('thief');
  });

  it('a calendar that is wrong by a day changes nothing', async () => {
    const lease = new MemoryLease();
    const clocks = [new ManualClock(), new ManualClock()] as const;
    const a = makeCandidate('a', lease, clocks[0]);
    const b = makeCandidate('b', lease, clocks[1]);
    a.elector.start();
    await settle();
    b.elector.start();
    for (const skewMs of [0, 86_400_000, -86_400_000]) {
      clocks[1].setCalendar(skewMs);
      clocks[0].setCalendar(-skewMs / 2);
      for (let i = 0; i < 600; i += 1) for (const clock of clocks) await clock.advance(100);
    }
    expect([a.events, b.events]).toEqual([['leading'], []]);
  });
});

describe('a leader that lost the lease', () => {
  it('leads again as soon as it can write the lease, if nobody took it meanwhile', async () => {
    const { lease, clock, a } = makePair();
    a.elector.start();
    await settle();
    a.store.interfere = forbidden;
    await clock.advance(120_000);
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms']);
    a.store.interfere = () => undefined;
    await clock.advance(4_500);
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms', 'leading']);
    expect(lease.record?.leaseTransitions).toBe(0);
    expect(await a.metric('leader_election_is_leader')).toBe(1);
  });

  it('does not disturb the one who has it now, and takes over when that one ends', async () => {
    const { lease, clock, a, b } = await makeSettledPair();
    a.store.interfere = forbidden;
    await clock.advance(30_000);
    a.store.interfere = () => undefined;
    await clock.advance(60_000);
    expect([a.elector.isLeader(), b.elector.isLeader()]).toEqual([false, true]);
    const stop = b.elector.stop();
    await clock.advance(0);
    await stop;
    await clock.advance(4_500);
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms', 'leading']);
    expect(lease.record).toMatchObject({ holderIdentity: 'a', leaseTransitions: 2 });
  });

  it('does not stand again once it is stopped', async () => {
    const { clock, a } = await makeSettledPair();
    a.store.interfere = forbidden;
    await clock.advance(12_000);
    a.store.interfere = () => undefined;
    const stop = a.elector.stop();
    await clock.advance(60_000);
    await stop;
    expect(a.events).toEqual(['leading', 'lost: not renewed within 10000 ms']);
  });
});

describe('a leader whose process was stopped for half a minute', () => {
  async function makeFrozen() {
    const lease = new MemoryLease();
    const [aClock, bClock] = [new ManualClock(), new ManualClock()];
    const a = makeCandidate('a', lease, aClock);
    const b = makeCandidate('b', lease, bClock);
    a.elector.start();
    await settle();
    b.elector.start();
    for (let i = 0; i < 50; i += 1) for (const clock of [aClock, bClock]) await clock.advance(100);
    aClock.freeze(30_000);
    return { lease, aClock, bClock, a, b };
  }

  it('knows that it does not lead before any timer or answer had its turn', async () => {
    const { a } = await makeFrozen();
    expect(a.elector.isLeader()).toBe(false);
  });

  it('stops, and the other, who has taken over, stays', async () => {
    const { lease, aClock, bClock, a, b } = await makeFrozen();
    await bClock.advance(30_000);
    expect(b.elector.isLeader()).toBe(true);
    await aClock.advance(10_000);
    expect(a.events).toEqual(['leading', expect.stringMatching(/^lost: /)]);
    expect(lease.record?.holderIdentity).toBe('b');
    await a.elector.stop();
    expect(lease.record?.holderIdentity).toBe('b');
  });
});

describe('a stop', () => {
  it('of a candidate that waits writes nothing', async () => {
    const { lease, clock, b } = await makeSettledPair();
    const writes = lease.writes;
    const stop = b.elector.stop();
    await clock.advance(0);
    await stop;
    expect(lease.writes).toBe(writes);
    await clock.advance(60_000);
    expect(b.events).toEqual([]);
  });

  it('of a candidate that never started ends at once', async () => {
    const { a } = makePair();
    await expect(a.elector.stop()).resolves.toBeUndefined();
  });

  it('of a leader that cannot write ends after a few seconds, without calling it a loss', async () => {
    const { clock, a } = await makeSettledPair();
    a.store.interfere = never;
    const stop = a.elector.stop();
    await clock.advance(6_000);
    await stop;
    expect(a.events).toEqual(['leading']);
    expect(a.logger.messages('warn')).toEqual(['lease not released in time, it will run out']);
  });

  it('gives a lease back that was won while stopping', async () => {
    const { lease, clock, a } = makePair();
    const gate = Promise.withResolvers();
    a.store.interfere = (verb) => (verb === 'create' ? gate.promise : undefined);
    a.elector.start();
    await settle();
    const stop = a.elector.stop();
    gate.resolve(undefined);
    await clock.advance(0);
    await stop;
    expect(a.events).toEqual([]);
    expect(lease.record?.holderIdentity).toBe('');
  });
});

describe('whatever fails, hangs or freezes', () => {
  it('at no moment do two candidates lead', () =>
    forSeeds(25, async (random) => {
      const lease = new MemoryLease();
      const candidates = ['a', 'b', 'c'].map((identity) => {
        const clock = new ManualClock();
        return { clock, lag: 0, ...makeCandidate(identity, lease, clock, random.fraction) };
      });
      for (const { elector, store, clock } of candidates) {
        store.interfere = () => {
          const dice = random.below(40);
          if (dice === 0) throw new Error('broken');
          if (dice === 1) return new Promise<void>((resolve) => clock.schedule(random.below(9_000), resolve));
          return undefined;
        };
        elector.start();
      }
      let ledSteps = 0;
      for (let step = 0; step < 600; step += 1) {
        for (const candidate of candidates) {
          // A frozen candidate makes no step, its time goes on.
          if (candidate.lag === 0 && random.below(150) === 0) candidate.lag = 100;
          if (candidate.lag > 0) {
            candidate.lag -= 1;
            candidate.clock.freeze(250);
          } else await candidate.clock.advance(250);
        }
        const leading = candidates.filter(({ elector }) => elector.isLeader());
        expect(leading.length).toBeLessThanOrEqual(1);
        ledSteps += leading.length;
      }
      expect(ledSteps).toBeGreaterThan(0);
    }));
});
