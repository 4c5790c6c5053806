/**
 * Months of certificates in a second: a leader, two replicas and an API server that each see the world late, while the
 * Secret is lost, filled with rubbish, writes fail and leaders change. At every moment, what a replica serves must be
 * trusted by the API server.
 */
import { describe, expect, it, jest } from '@jest/globals';
import {
  isIssuedBy,
  readAuthorities,
  readMaterial,
  type Leaf,
  type SecretData,
} from '../../../src/admission/certificate-material.ts';
import { lifetimesOf } from '../../../src/admission/lifetimes.ts';
import { CertificateReconciler, type StoredSecret } from '../../../src/admission/reconcile-certificates.ts';
import { forSeeds, type Random } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';

jest.setTimeout(60_000);

const hour = 3_600_000;
const day = 24 * hour;
/** As in operation, but for an authority of weeks: what happens once a year should happen often here. */
const lifetimes = lifetimesOf(35 * day, 7 * day);
const names = ['operator.cortex-logging.svc'];
/** The slowest API server learns of a new caBundle within this time; a replica of a new Secret within a poll and a bit. */
const serverLagMs = 10_000;

/** The world is looked at thousands of times, and changes seldom. */
function remember<A, T>(read: (from: A) => T): (from: A) => T {
  const known = new Map<A, T>();
  return (from) => {
    if (!known.has(from)) known.set(from, read(from));
    return known.get(from) as T;
  };
}

const authoritiesOf = remember(readAuthorities);
const leafOf = remember((data: SecretData) => readMaterial(data).leaf);
const trustsOf = remember((pair: string) => {
  const [bundle = '', leaf = ''] = pair.split('|');
  return authoritiesOf(bundle).some((one) => isIssuedBy(leaf, one.pem));
});
const trusts = (bundle: string, leaf: string) => trustsOf(`${bundle}|${leaf}`);

class World {
  now = Date.UTC(2026, 0, 1);
  secret: StoredSecret | undefined;
  /** Newest last; the API server trusts any of those that it may still see. */
  bundles: { readonly at: number; readonly pem: string }[] = [{ at: 0, pem: '' }];
  served: (Leaf | undefined)[] = [undefined, undefined];
  failing = false;
  writes = 0;
  #leader = this.#candidate();

  /** Another replica leads, which has seen nothing yet. */
  elect(): void {
    this.#leader = this.#candidate();
  }

  #candidate(): CertificateReconciler {
    return new CertificateReconciler({
      secret: {
        read: () => Promise.resolve(this.secret),
        write: (before, data) => this.#writeSecret(before, data),
      },
      registration: {
        readBundles: () => Promise.resolve([this.bundle, this.bundle]),
        writeBundles: (pem) => {
          if (this.failing) return Promise.reject(new Error('503'));
          this.bundles.push({ at: this.now, pem });
          this.writes += 1;
          return Promise.resolve();
        },
      },
      names,
      lifetimes,
      logger: silentLogger,
      now: () => this.now,
      elapsed: () => this.now,
    });
  }

  get bundle(): string {
    return this.bundles.at(-1)?.pem ?? '';
  }

  /** One round of the leader; then each replica polls. Returns when the leader wants to look again. */
  async round(): Promise<number> {
    let afterMs = lifetimes.pollMs;
    try {
      const result = await this.#leader.reconcile();
      afterMs = typeof result === 'object' ? (result.requeueAfterMs ?? afterMs) : afterMs;
    } catch {
      afterMs = 1_000;
    }
    return afterMs;
  }

  poll(replica: number): void {
    const leaf = leafOf(this.secret?.data ?? {});
    if (leaf && leaf.notAfter > this.now) this.served[replica] = leaf;
  }

  /** Every bundle that some API server may still have must trust every leaf that a replica serves. */
  problems(): readonly string[] {
    const seen = this.bundles.filter(
      (_one, index) => (this.bundles[index + 1]?.at ?? Infinity) > this.now - serverLagMs,
    );
    return this.served.flatMap((leaf, replica) => {
      if (!leaf) return [];
      if (leaf.notAfter <= this.now) return [`replica ${replica} serves an expired leaf`];
      const distrusting = seen.filter(({ pem }) => this.isAlive(pem) && !trusts(pem, leaf.pem));
      return distrusting.length > 0 ? [`replica ${replica} is not trusted`] : [];
    });
  }

  /** A server that trusts nobody, or only who has expired, gets no answer from anybody anyway. */
  isAlive(pem: string): boolean {
    return authoritiesOf(pem).some(({ notAfter }) => notAfter > this.now);
  }

  #writeSecret(before: StoredSecret | undefined, data: SecretData): Promise<void> {
    if (this.failing) return Promise.reject(new Error('503'));
    if (before?.resourceVersion !== this.secret?.resourceVersion) return Promise.reject(new Error('409'));
    this.writes += 1;
    this.secret = { data, resourceVersion: String(this.writes) };
    return Promise.resolve();
  }
}

/** Lives for so long: in small steps while something happens, in larger ones the longer nothing does. */
async function live(world: World, random: Random, forMs: number): Promise<void> {
  const end = world.now + forMs;
  let quiet = 0;
  while (world.now < end) {
    const before = world.writes;
    const afterMs = await world.round();
    quiet = world.writes === before ? quiet + 1 : 0;
    for (const replica of [0, 1]) if (random.fraction() < 0.7 || quiet > 8) world.poll(replica);
    const at = new Date(world.now).toISOString();
    expect({ at, problems: world.problems() }).toEqual({ at, problems: [] });
    world.now += quiet > 20 ? day / 2 : quiet > 8 ? hour / 12 : Math.max(500, afterMs * random.fraction());
  }
}

const trustedNow = (world: World) => readAuthorities(world.bundle).length;
const isSettled = (world: World) => world.served.every((leaf) => leaf && trusts(world.bundle, leaf.pem));

describe('certificates', () => {
  it('are there at once at the first start', async () => {
    const world = new World();
    await world.round();
    world.poll(0);
    world.poll(1);
    expect(world.problems()).toEqual([]);
    expect(isSettled(world)).toBe(true);
    expect(world.writes).toBe(3);
  });

  it('change nothing where all is right', async () => {
    const world = new World();
    await world.round();
    const { writes } = world;
    for (let round = 0; round < 5; round += 1) await world.round();
    expect(world.writes).toBe(writes);
  });

  it('are renewed for months without a moment of distrust, and trust no more than they must', async () => {
    await forSeeds(1, async (random) => {
      const world = new World();
      await live(world, random, 60 * day);
      expect(isSettled(world)).toBe(true);
      expect(trustedNow(world)).toBe(1);
      // A leaf every five days or so, and two changes of authority with all their steps; no more.
      expect(world.writes).toBeGreaterThan(15);
      expect(world.writes).toBeLessThan(30);
    });
  });

  it.each<[sentence: string, harm: (world: World) => void]>([
    ['the Secret is deleted', (world) => (world.secret = undefined)],
    [
      'the Secret is filled with rubbish',
      (world) => (world.secret = { data: { 'tls.crt': 'x', 'ca.key': 'y' }, resourceVersion: 'rubbish' }),
    ],
    [
      'the Secret loses its authority',
      (world) =>
        (world.secret = {
          data: { ...world.secret?.data, 'ca.crt': '', 'ca.key': '' },
          resourceVersion: 'no-authority',
        }),
    ],
    [
      'the Secret loses its leaf',
      (world) =>
        (world.secret = { data: { ...world.secret?.data, 'tls.key': '' }, resourceVersion: 'no-leaf' }),
    ],
  ])('stay trusted while %s, also when the leader changes just then', async (_sentence, harm) => {
    await forSeeds(2, async (random) => {
      const world = new World();
      await live(world, random, 3 * day);
      const before = world.secret?.data['tls.crt'];
      for (let harmed = 0; harmed < 3; harmed += 1) {
        harm(world);
        if (random.fraction() < 0.5) world.elect();
        await live(world, random, hour);
        expect(isSettled(world)).toBe(true);
      }
      expect(world.secret?.data['tls.crt']).not.toBe(before);
      await live(world, random, 2 * hour);
      expect(trustedNow(world)).toBe(1);
    });
  });

  it('come back after all replicas were away for longer than any certificate lives', async () => {
    await forSeeds(1, async (random) => {
      const world = new World();
      for (const awayMs of [6 * day, 20 * day, 60 * day]) {
        await live(world, random, hour);
        world.now += awayMs;
        world.served = [undefined, undefined];
        world.elect();
        await live(world, random, hour);
        expect(isSettled(world)).toBe(true);
      }
    });
  });

  it('come through leader changes and failing writes in the middle of a change of authority', async () => {
    await forSeeds(2, async (random) => {
      const world = new World();
      await live(world, random, 22 * day);
      const end = world.now + 3 * day;
      while (world.now < end) {
        world.failing = random.fraction() < 0.3;
        if (random.fraction() < 0.2) world.elect();
        await live(world, random, 2 * hour);
      }
      world.failing = false;
      await live(world, random, day);
      expect(isSettled(world)).toBe(true);
      expect(trustedNow(world)).toBe(1);
    });
  });

  it('are put back into a registration that somebody overwrote', async () => {
    const world = new World();
    await world.round();
    world.poll(0);
    for (const pem of ['', 'rubbish', `${world.bundle}\nrubbish`]) {
      const right = world.bundles.find((one) => one.pem !== '')?.pem;
      world.bundles.push({ at: world.now, pem });
      await world.round();
      expect(world.bundle).toBe(right);
    }
  });
});
