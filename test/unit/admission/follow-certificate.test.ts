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
import { FailureLog } from '../../../src/runtime/failure-log.ts';
import { ExponentialBackoff } from '../../../src/runtime/rate-limiter.ts';
import { createAuthority } from '../../control-plane/certificates.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 25);
const lifetimes = lifetimesOf(365 * day, 8 * day);
const authority = makeAuthority(start, lifetimes);
const leaf = issueLeaf(authority, ['a'], start, lifetimes);
const data = writeMaterial({ authority, trusted: [authority], leaf });
const bundle = renderBundle([authority]);
const stranger = renderBundle([makeAuthority(start, lifetimes)]);

/** A follower whose world the test sets; `turn` lets it look once more. */
function open() {
  const world = {
    now: start,
    secret: data as SecretData | undefined | Error,
    bundles: [bundle, bundle] as readonly string[] | undefined | Error,
    used: [] as string[],
    refuse: undefined as Error | undefined,
    delays: [] as number[],
    next: (): void => undefined,
  };
  const logger = new RecordingLogger();
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
    use: ({ certificate }) => {
      if (world.refuse) throw world.refuse;
      world.used.push(certificate);
    },
    pollMs: lifetimes.pollMs,
    backoff: new ExponentialBackoff({ baseMs: 250, maxMs: lifetimes.pollMs, random: () => 0 }),
    failures: new FailureLog(logger, new ManualClock()),
    maker: 'the leader',
    secretName: 'cortex-logging/certs',
    registrationName: 'hook',
    logger,
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
  return { world, follower, logger, begin, turn };
}

describe('a replica', () => {
  it('serves what the Secret holds, once, and is well', async () => {
    const { world, follower, begin, turn } = open();
    expect(follower.problem()).toMatch(/no certificate in the Secret cortex-logging\/certs yet/);
    await begin();
    await turn();
    expect(world.used).toEqual([leaf.pem]);
    expect([follower.problem(), follower.registrationProblem(), follower.note()]).toEqual(Array(3));
    expect(world.delays).toEqual([10_000, 10_000]);
  });

  it('looks again within a second until there is one', async () => {
    const { world, follower, begin, turn } = open();
    world.secret = undefined;
    await begin();
    for (let look = 0; look < 4; look += 1) await turn();
    expect(world.delays).toEqual([250, 500, 1_000, 1_000, 1_000]);
    expect(follower.problem()).toMatch(/no certificate/);
    world.secret = data;
    await turn();
    expect(follower.problem()).toBeUndefined();
    expect(world.delays.at(-1)).toBe(10_000);
  });

  it('looks ever less often while the registration is gone', async () => {
    const { world, begin, turn } = open();
    world.bundles = undefined;
    await begin();
    for (let look = 0; look < 7; look += 1) await turn();
    expect(world.delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
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

  it.each<[sentence: string, bundles: readonly string[] | undefined, canAnswer: boolean, problem: RegExp]>([
    ['there is no registration', undefined, true, /^there is no MutatingWebhookConfiguration hook/],
    ['the registration has no webhook', [], true, /^there is no MutatingWebhookConfiguration hook/],
    [
      'one of two caBundles is empty, and answers for the other',
      [bundle, ''],
      true,
      /^1 of 2 webhooks of the MutatingWebhookConfiguration hook have a caBundle that does not vouch for tls.crt .*: the caBundle holds no certificate$/,
    ],
    [
      'a caBundle is rubbish',
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
      false,
      /: the caBundle holds no certificate$/,
    ],
    [
      'both caBundles are of another authority',
      [stranger, stranger],
      false,
      /^2 of 2 .*: neither holds "CN=cortex-logging admission authority \w+", which issued "CN=cortex-logging admission"$/,
    ],
  ])('says so when %s', async (_sentence, bundles, canAnswer, problem) => {
    const { world, follower, begin } = open();
    world.bundles = bundles;
    await begin();
    expect(follower.registrationProblem()).toMatch(problem);
    expect(follower.problem()).toEqual(canAnswer ? undefined : follower.registrationProblem());
    expect(world.delays).toEqual([250]);
  });

  it('is content with a caBundle that holds others beside its own', async () => {
    const { world, follower, begin } = open();
    world.bundles = [stranger + bundle];
    await begin();
    expect(follower.problem()).toBeUndefined();
  });

  it('is content with an intermediate authority in tls.crt, and says so when that has expired', async () => {
    const root = createAuthority('root');
    const middle = root.issueAuthority('middle');
    const alone = middle.issueServer(['a']);
    const server = (issuer: typeof root, { certificate, key } = issuer.issueServer(['a'])) => {
      return { 'tls.crt': certificate + issuer.certificate, 'tls.key': key };
    };
    const { world, follower, begin, turn } = open();
    world.now = Date.now();
    world.bundles = [root.certificate];
    world.secret = { 'tls.crt': alone.certificate, 'tls.key': alone.key };
    await begin();
    expect(follower.problem()).toMatch(/: neither holds "CN=middle", which issued/);
    world.secret = server(middle, alone);
    await turn();
    expect(follower.problem()).toBeUndefined();
    world.secret = server(root.issueAuthority('former', new Date('2026-01-01T00:00:00Z')));
    await turn();
    expect(follower.problem()).toBe(
      '1 of 1 webhooks of the MutatingWebhookConfiguration hook have a caBundle that does not vouch for ' +
        'tls.crt of the Secret cortex-logging/certs: "CN=former" has expired 2026-01-01T00:00:00.000Z',
    );
  });

  it('looks no more once it is stopped', async () => {
    const { world, follower, begin, turn } = open();
    await begin();
    follower.stop();
    await turn();
    expect(world.delays).toHaveLength(1);
  });
});

describe('what cannot be read', () => {
  it('is looked at ever less often, told now and then with the count, and told when it is over', async () => {
    const { world, follower, logger, begin, turn } = open();
    world.secret = new Error('GET /secrets/certs: 403 Forbidden');
    await begin();
    for (let look = 0; look < 7; look += 1) await turn();
    expect(world.delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(follower.problem()).toBe('there is no certificate to serve: GET /secrets/certs: 403 Forbidden');
    const told = logger.lines.filter(({ level }) => level === 'error');
    expect(told.map(({ fields }) => fields['failures'])).toEqual([1, 2, 4, 8]);
    expect(new Set(told.map(({ message }) => message))).toEqual(
      new Set([
        'certificate of admission cannot be read or used, so that this replica serves none, will retry',
      ]),
    );
    world.secret = data;
    await turn();
    expect(follower.problem()).toBeUndefined();
    expect(logger.lines.at(-1)).toMatchObject({
      message: 'certificate of admission can be read again',
      fields: { failures: 8 },
    });
    expect(world.delays.at(-1)).toBe(10_000);
  });

  it('does not take away what is served, and stands in a note', async () => {
    const { world, follower, logger, begin, turn } = open();
    await begin();
    world.secret = new Error('the API server is away');
    world.bundles = new Error('the API server is away');
    await turn();
    expect(follower.problem()).toBeUndefined();
    expect(follower.note()).toBe('changes are not seen at the moment: the API server is away');
    expect(logger.messages('error')).toEqual([
      'certificate of admission cannot be read or used, the last one is served on, will retry',
    ]);
    world.secret = data;
    world.bundles = [bundle];
    await turn();
    expect(follower.note()).toBeUndefined();
  });

  it('of the registration alone keeps no certificate from being served', async () => {
    const { world, follower, begin } = open();
    world.bundles = new Error('needs verb get on mutatingwebhookconfigurations');
    await begin();
    expect(world.used).toEqual([leaf.pem]);
    expect(follower.problem()).toBeUndefined();
    expect(follower.note()).toMatch(/needs verb get on mutatingwebhookconfigurations/);
  });
});

it('a certificate that TLS refuses leaves the one before in service', async () => {
  const { world, follower, logger, begin, turn } = open();
  await begin();
  world.refuse = new Error('ee key too small');
  world.secret = writeMaterial({
    authority,
    trusted: [authority],
    leaf: issueLeaf(authority, ['a'], start, lifetimes),
  });
  await turn();
  expect(follower.problem()).toBeUndefined();
  expect(follower.note()).toMatch(/ee key too small/);
  expect(logger.messages('error')).toHaveLength(1);
});
