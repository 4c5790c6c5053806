/**
 * X.509 certificates for loopback (RFC 5280), as DER made here: Node can sign and read certificates but not make
 * them, and what a test certificate needs is one short structure.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface KeyAndCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS 8. */
  readonly key: string;
}

export interface Authority extends KeyAndCertificate {
  /** An authority below this one, good until `until`; default ten years. */
  issueAuthority(commonName: string, until?: Date): Authority;
  /** A server's certificate for DNS names and IPv4 addresses. */
  issueServer(hosts: readonly string[]): KeyAndCertificate;
  /** A client's certificate: Kubernetes reads the user from the common name, groups from the organizations. */
  issueClient(user: string, groups?: readonly string[]): KeyAndCertificate;
}

/** A new certificate authority, good for ten years. */
export function createAuthority(commonName = 'cortex test authority'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = name(commonName);
  return authorityOf({ subject, ...keys }, { subject, ...keys });
}

function authorityOf(issuer: Issuer, { subject, publicKey, privateKey }: Issuer, until?: Date): Authority {
  const mayIssue = Buffer.from([0x01, 0x06]);
  const extensions = [
    extension(oid.basicConstraints, sequence(boolean(true)), true),
    extension(oid.keyUsage, tlv(0x03, mayIssue), true),
  ];
  const certificate = issue(issuer, { subject, publicKey, extensions }, until);
  return openAuthority({ certificate, key: pemKey(privateKey) });
}

/** The authority that made the certificate, from its two files. */
export function openAuthority({ certificate, key }: KeyAndCertificate): Authority {
  const parsed = new X509Certificate(certificate);
  const issuer: Issuer = {
    subject: name(parsed.subject.replace(/^CN=/, '')),
    publicKey: parsed.publicKey,
    privateKey: createPrivateKey(key),
  };
  return {
    certificate,
    key,
    issueAuthority: (commonName, until) => {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return authorityOf(issuer, { subject: name(commonName), ...keys }, until);
    },
    issueServer: (hosts) =>
      issueLeaf(issuer, name('cortex test server'), [usage(oid.serverAuth), alternativeNames(hosts)]),
    issueClient: (user, groups = []) => issueLeaf(issuer, name(user, groups), [usage(oid.clientAuth)]),
  };
}

interface Issuer {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Subject {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function issueLeaf(issuer: Issuer, subject: Buffer, extensions: readonly Buffer[]): KeyAndCertificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const digitalSignature = tlv(0x03, Buffer.from([0x07, 0x80]));
  const all = [extension(oid.keyUsage, digitalSignature, true), ...extensions];
  const certificate = issue(issuer, { subject, publicKey: keys.publicKey, extensions: all });
  return { certificate, key: pemKey(keys.privateKey) };
}

function issue(issuer: Issuer, { subject, publicKey, extensions }: Subject, until?: Date): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const keyIds = [
    extension(oid.subjectKeyId, tlv(0x04, keyId(publicKey))),
    extension(oid.authorityKeyId, sequence(tlv(0x80, keyId(issuer.publicKey)))),
  ];
  const version3 = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const toBeSigned = sequence(
    version3,
    integer(randomBytes(16)),
    algorithm,
    issuer.subject,
    validity(until),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions, ...keyIds)),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  const der = sequence(toBeSigned, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return new X509Certificate(der).toString();
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const oid = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

function name(commonName: string, organizations: readonly string[] = []): Buffer {
  const part = (type: string, value: string) =>
    tlv(0x31, sequence(objectId(type), tlv(0x0c, Buffer.from(value))));
  return sequence(
    ...organizations.map((value) => part(oid.organization, value)),
    part(oid.commonName, commonName),
  );
}

function validity(until = inTenYears()): Buffer {
  const from = new Date(Date.now() - 3_600_000);
  return sequence(time(from), time(until));
}

function inTenYears(): Date {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + 10);
  return date;
}

/** UTCTime, which RFC 5280 wants until 2049. */
function time(date: Date): Buffer {
  return tlv(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function usage(purpose: string): Buffer {
  return extension(oid.extendedKeyUsage, sequence(objectId(purpose)));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host)),
  );
  return extension(oid.alternativeName, sequence(...names));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0]));
}

/** A positive integer: a leading bit that is set would make it negative. */
function integer(bytes: Buffer): Buffer {
  const first = (bytes[0] ?? 0) & 0x7f;
  return tlv(0x02, Buffer.concat([Buffer.from([first || 1]), bytes.subarray(1)]));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** Tag, length, value: the whole of DER. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
