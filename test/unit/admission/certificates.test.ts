/** Authorities and leaves as others see them: OpenSSL through Node. Go's view is in test/integration/admission. */
import { describe, expect, it } from '@jest/globals';
import { createHash, X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  issueLeaf,
  makeAuthority,
  readAuthorities,
  readMaterial,
  renderBundle,
  writeMaterial,
} from '../../../src/admission/certificate-material.ts';
import { lifetimesOf } from '../../../src/admission/lifetimes.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const day = 86_400_000;
const lifetimes = lifetimesOf(365 * day, 7 * day);
const now = Date.UTC(2026, 10, 25, 12, 0, 0);
const names = ['cortex-logging-operator.cortex-logging.svc', '127.0.0.1'];
const authority = makeAuthority(now, lifetimes);
const leaf = issueLeaf(authority, names, now, lifetimes);

/** Whether a client that trusts `ca` gets an answer from a server with this leaf. */
async function speaks(served: { pem: string; key: string }, ca: string, servername: string): Promise<string> {
  const server = createServer({ cert: served.pem, key: served.key }, (_request, response) =>
    response.end('ok'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<string>((resolve) => {
      request({ host: '127.0.0.1', port, ca, servername, agent: false }, (response) => {
        response.resume().on('end', () => resolve('ok'));
      })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
        .end();
    });
  } finally {
    server.close();
  }
}

describe('an authority', () => {
  const parsed = new X509Certificate(authority.pem);

  it('may sign, and is good from a little ago for a year', () => {
    expect(parsed.ca).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.validFromDate.getTime()).toBe(now - lifetimes.backdateMs);
    expect(parsed.validToDate.getTime()).toBe(now + 365 * day);
  });

  it('has a name and a serial number that no other has', () => {
    const other = new X509Certificate(makeAuthority(now, lifetimes).pem);
    expect(other.subject).not.toBe(parsed.subject);
    expect(other.serialNumber).not.toBe(parsed.serialNumber);
    expect(parsed.serialNumber).toMatch(/^[0-7]/);
  });

  it('that lives beyond 2049 says so in the long form of time', () => {
    const far = makeAuthority(Date.UTC(2049, 6, 1), lifetimes);
    expect(new X509Certificate(far.pem).validToDate.toISOString()).toBe('2050-07-01T00:00:00.000Z');
  });
});

describe('a leaf', () => {
  const parsed = new X509Certificate(leaf.pem);

  it('is for servers of the given names, and signs nothing', () => {
    expect(parsed.ca).toBe(false);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(parsed.checkHost(names[0] ?? '')).toBe(names[0]);
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(parsed.checkHost('other.cortex-logging.svc')).toBeUndefined();
  });

  it('does not outlive its authority', () => {
    const late = issueLeaf(authority, names, now + 364 * day, lifetimes);
    expect(late.notAfter).toBe(authority.notAfter);
  });

  it('names its authority by the hash of the key', () => {
    const spki = new X509Certificate(authority.pem).publicKey.export({ type: 'spki', format: 'der' });
    const id = createHash('sha1').update(spki).digest();
    expect(parsed.raw.includes(id)).toBe(true);
  });
});

describe('a client', () => {
  const present = makeAuthority(Date.now(), lifetimes);
  const served = issueLeaf(present, names, Date.now(), lifetimes);

  it('that trusts the authority, among others, is served', async () => {
    const former = makeAuthority(Date.now(), lifetimes);
    expect(await speaks(served, renderBundle([former, present]), names[0] ?? '')).toBe('ok');
  });

  it('that trusts another authority is not', async () => {
    const other = makeAuthority(Date.now(), lifetimes);
    expect(await speaks(served, other.pem, names[0] ?? '')).toMatch(/SELF_SIGNED|UNABLE_TO/);
  });

  it('that asks for another name is not', async () => {
    expect(await speaks(served, present.pem, 'other')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is not served an expired leaf', async () => {
    const old = issueLeaf(makeAuthority(now - 90 * day, lifetimes), names, now - 90 * day, lifetimes);
    const root = makeAuthority(Date.now() - 90 * day, lifetimes);
    const expired = issueLeaf(root, names, Date.now() - 90 * day, lifetimes);
    expect(old.notAfter).toBeLessThan(Date.now());
    expect(await speaks(expired, root.pem, names[0] ?? '')).toBe('CERT_HAS_EXPIRED');
  });
});

describe('what the Secret holds', () => {
  const material = { authority, trusted: [authority], leaf };

  it('reads as it was written', () => {
    expect(readMaterial(writeMaterial(material))).toEqual({
      authority,
      trusted: [{ ...authority, key: undefined }].map(({ pem, fingerprint, notBefore, notAfter }) => ({
        ...{ pem, fingerprint, notBefore, notAfter },
      })),
      leaf,
    });
  });

  it('has a leaf whose authority is trusted no more, without an issuer', () => {
    const other = makeAuthority(now, lifetimes);
    expect(readMaterial(writeMaterial({ ...material, trusted: [other] })).leaf?.issuedBy).toBe('');
  });

  const whole = writeMaterial(material);
  const stranger = createAuthority('stranger');
  it.each<[sentence: string, data: Readonly<Record<string, string>>, left: readonly string[]]>([
    ['nothing', {}, []],
    [
      'rubbish everywhere',
      { 'ca.crt': 'x', 'ca.key': 'x', 'trust.crt': 'x', 'tls.crt': 'x', 'tls.key': 'x' },
      [],
    ],
    ['no key of the authority', { ...whole, 'ca.key': '' }, ['leaf', 'trusted']],
    ['the key of another authority', { ...whole, 'ca.key': stranger.key }, ['leaf', 'trusted']],
    [
      'an authority of somebody else',
      { ...whole, 'ca.crt': stranger.certificate, 'ca.key': stranger.key },
      ['leaf', 'trusted'],
    ],
    ['a leaf for an authority', { ...whole, 'ca.crt': leaf.pem, 'ca.key': leaf.key }, ['leaf', 'trusted']],
    ['no key of the leaf', { ...whole, 'tls.key': '' }, ['authority', 'trusted']],
    ['half a certificate', { ...whole, 'tls.crt': leaf.pem.slice(0, 200) }, ['authority', 'trusted']],
    ['nothing that is trusted', { ...whole, 'trust.crt': '' }, ['authority', 'leaf']],
  ])('may be %s, and what is sound stays', (_sentence, data, left) => {
    const { trusted, ...rest } = readMaterial(data);
    expect([...Object.keys(rest), ...(trusted.length > 0 ? ['trusted'] : [])].sort()).toEqual(left);
  });

  it('trusts no authority but ours', () => {
    expect(readAuthorities(`${stranger.certificate}\n${authority.pem}rubbish`)).toHaveLength(1);
  });
});
