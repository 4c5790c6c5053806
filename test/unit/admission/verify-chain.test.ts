import { expect, it } from '@jest/globals';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { encodeCertificate } from '../../../src/admission/encode-certificate.ts';
import { problemOfChain } from '../../../src/admission/verify-chain.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const now = Date.now();
const ended = new Date('2026-01-01T00:00:00Z');
const root = createAuthority('root');
const middle = root.issueAuthority('middle');
const deep = middle.issueAuthority('deep');
const expired = root.issueAuthority('expired', ended);
const stranger = createAuthority('root');
const server = { of: (issuer: typeof root) => issuer.issueServer(['svc.ns.svc']).certificate };
const leafOfMiddle = server.of(middle);
const selfSigned = createAuthority('alone').certificate;
const notAnAuthority = middle.issueServer(['a']);

it.each<
  [sentence: string, served: readonly string[], bundle: readonly string[], problem: string | undefined]
>([
  ['a leaf of the root', [server.of(root)], [root.certificate], undefined],
  ['a leaf below an intermediate', [leafOfMiddle, middle.certificate], [root.certificate], undefined],
  [
    'a leaf below two, whatever their order',
    [server.of(deep), middle.certificate, deep.certificate],
    [root.certificate],
    undefined,
  ],
  [
    'a root that is served too',
    [leafOfMiddle, middle.certificate, root.certificate],
    [root.certificate],
    undefined,
  ],
  ['an intermediate that the bundle holds itself', [leafOfMiddle], [middle.certificate], undefined],
  ['a leaf that is in the bundle itself', [selfSigned], [selfSigned], undefined],
  [
    'a bundle that holds others too',
    [server.of(root)],
    [stranger.certificate, 'x', root.certificate],
    undefined,
  ],
  [
    'an intermediate that is missing',
    [leafOfMiddle],
    [root.certificate],
    'neither holds "CN=middle", which issued "CN=cortex test server"',
  ],
  [
    'another root, though of the same name',
    [leafOfMiddle, middle.certificate],
    [stranger.certificate],
    'neither holds "CN=root", which issued "CN=middle"',
  ],
  [
    'an intermediate that has expired',
    [server.of(expired), expired.certificate],
    [root.certificate],
    '"CN=expired" has expired 2026-01-01T00:00:00.000Z',
  ],
  [
    'a root that has expired',
    [server.of(expired)],
    [expired.certificate],
    '"CN=expired" has expired 2026-01-01T00:00:00.000Z',
  ],
  [
    'an issuer that is a server itself',
    [server.of(root), notAnAuthority.certificate],
    [middle.certificate],
    'neither holds "CN=root", which issued "CN=cortex test server"',
  ],
  ['an empty bundle', [server.of(root)], [], 'the caBundle holds no certificate'],
  ['nothing to serve', ['rubbish'], [root.certificate], 'there is no certificate to trust'],
])('%s', (_sentence, served, bundle, problem) => {
  expect(problemOfChain({ served: served.join(''), bundle: bundle.join(''), now })).toBe(problem);
});

it('a renewed intermediate counts, and not its former certificate of the same name and key beside it', () => {
  const issuer = {
    subject: 'root',
    publicKey: new X509Certificate(root.certificate).publicKey,
    privateKey: createPrivateKey(root.key),
  };
  const former = encodeCertificate(
    {
      ...{ subject: 'middle', publicKey: new X509Certificate(middle.certificate).publicKey },
      ...{ serialNumber: randomBytes(16), purpose: 'authority' },
      ...{ notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: ended },
    },
    issuer,
  );
  const problemBelow = (...intermediates: readonly string[]) =>
    problemOfChain({ served: leafOfMiddle + intermediates.join(''), bundle: root.certificate, now });
  expect(problemBelow(former)).toBe('"CN=middle" has expired 2026-01-01T00:00:00.000Z');
  expect(problemBelow(former, middle.certificate)).toBeUndefined();
});

it('what is not valid yet is not trusted yet', () => {
  const before = now - 7_200_000;
  const served = leafOfMiddle + middle.certificate;
  expect(problemOfChain({ served, bundle: root.certificate, now: before })).toMatch(
    /^"CN=cortex test server" is not valid before 20/,
  );
});
