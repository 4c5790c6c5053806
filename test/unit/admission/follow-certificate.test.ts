import { describe, expect, it } from '@jest/globals';
import {
  issueLeaf,
  makeAuthority,
  renderBundle,
  writeMaterial,
  type SecretData,
} from '../../../src/admission/certificate-material.ts';
import { CertificateFollower } from '../../../src/admission/follow-certificate.ts';
import { lifetimesOf } from '../../../src/admission/lifetimes.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 25);
const lifetimes = lifetimesOf(365 * day, 8 * day);
const authority = makeAuthority(start, lifetimes);
const leaf = issueLeaf(authority, ['a'], start, lifetimes);
const data = writeMaterial({ authority, trusted: [authority], leaf });
const bundle = renderBundle([authority]);

/** A follower whose world the test sets; `turn` lets it look once more. */
function open() {
  const world = {
    now: start,
    secret: data as SecretData | undefined | Error,
    bundles: [bundle, bundle] as readonly string[] | undefined | Error,
    used: [] as string[],
    delays: [] as number[],
    next: (): void => undefined,
  };
  const answer = <T>(value: T | Error): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  const follower = new CertificateFollower({
    secret: {
      read: async () => {
        const found = await answer(world.secret);
        return found && { data: found, resourceVersion: '1' };
      },
    },
    registration: { readBundles: () => answer(world.bundles) },
    use: ({ certificate }) => void world.used.push(certificate),
    pollMs: lifetimes.pollMs,
    secretName: 'cortex-logging/certs',
    registrationName: 'hook',
    logger: silentLogger,
    now: () => world.now,
    schedule: (delayMs, callback) => {
      world.delays.push(delayMs);
      world.next = callback;
      return () => void (world.next = () => undefined);
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const begin = async () => {
    follower.start();
    await settle();
  };
  const turn = async () => {
    world.next();
    await settle();
  };
  return { world, follower, begin, turn };
}

describe('a replica', () => {
  it('serves what the Secret holds, once, and is well', async () => {
    const { world, follower, begin, turn } = open();
    expect(follower.problem()).toMatch(/no certificate in the Secret cortex-logging\/certs yet/);
    await begin();
    await turn();
    expect(world.used).toEqual([leaf.pem]);
    expect({ problem: follower.problem(), note: follower.note() }).toEqual({});
    expect(world.delays).toEqual([10_000, 10_000]);
  });

  it('looks often until there is one', async () => {
    const { world, follower, begin, turn } = open();
    world.secret = undefined;
    await begin();
    expect(world.delays).toEqual([250]);
    expect(follower.problem()).toMatch(/no certificate/);
    world.secret = data;
    await turn();
    expect(follower.problem()).toBeUndefined();
  });

  it('goes on with the last one while the Secret is gone, rubbish or not to be read', async () => {
    const { world, follower, begin, turn } = open();
    await begin();
    for (const secret of [undefined, { 'tls.crt': 'x' }, new Error('403')]) {
      world.secret = secret;
      await turn();
    }
    expect(world.used).toEqual([leaf.pem]);
    expect(follower.problem()).toBeUndefined();
  });

  it('takes a renewed one', async () => {
    const { world, begin, turn } = open();
    await begin();
    const renewed = issueLeaf(authority, ['a'], start, lifetimes);
    world.secret = writeMaterial({ authority, trusted: [authority], leaf: renewed });
    await turn();
    expect(world.used).toEqual([leaf.pem, renewed.pem]);
  });

  it('does not take one that has expired, says so, and takes the next', async () => {
    const { world, follower, begin, turn } = open();
    world.now = start + 9 * day;
    await begin();
    expect(world.used).toEqual([]);
    expect(follower.problem()).toMatch(
      /has expired 2026-12-03T00:00:00.000Z \(Secret cortex-logging\/certs\); the leader renews it/,
    );
    const renewed = issueLeaf(authority, ['a'], world.now, lifetimes);
    world.secret = writeMaterial({ authority, trusted: [authority], leaf: renewed });
    await turn();
    expect(world.used).toEqual([renewed.pem]);
    expect(follower.problem()).toBeUndefined();
  });

  it('notes a certificate near its end while it still serves, and fails once it has ended', async () => {
    const { world, follower, begin } = open();
    await begin();
    world.now = start + 5 * day;
    expect(follower.note()).toBeUndefined();
    world.now = start + 7 * day;
    expect(follower.note()).toMatch(/should have been renewed, it ends 2026-12-03T00:00:00.000Z/);
    expect(follower.problem()).toBeUndefined();
    world.now = start + 8 * day;
    expect(follower.problem()).toMatch(
      /has expired 2026-12-03T00:00:00.000Z \(Secret cortex-logging\/certs\)/,
    );
  });

  it.each<[sentence: string, bundles: readonly string[] | undefined, problem: RegExp]>([
    ['there is no registration', undefined, /there is no MutatingWebhookConfiguration hook/],
    ['the registration has no webhook', [], /there is no MutatingWebhookConfiguration hook/],
    ['one caBundle is empty', [bundle, ''], /does not hold the authority/],
    [
      'a caBundle is rubbish',
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
      /does not hold/,
    ],
    [
      'a caBundle is of another authority',
      [renderBundle([makeAuthority(start, lifetimes)])],
      /does not hold/,
    ],
  ])('says so when %s', async (_sentence, bundles, problem) => {
    const { world, follower, begin } = open();
    world.bundles = bundles;
    await begin();
    expect(follower.problem()).toMatch(problem);
  });

  it('is content with a caBundle that holds others beside its own', async () => {
    const { world, follower, begin } = open();
    world.bundles = [renderBundle([makeAuthority(start, lifetimes), authority])];
    await begin();
    expect(follower.problem()).toBeUndefined();
  });

  it('looks no more once it is stopped', async () => {
    const { world, follower, begin, turn } = open();
    await begin();
    follower.stop();
    await turn();
    expect(world.delays).toHaveLength(1);
  });
});
