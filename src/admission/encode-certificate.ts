/**
 * X.509 certificates (RFC 5280) of the two shapes that admission needs, as DER made here: Node signs and
 * reads certificates but makes none. Only what this process decides itself is encoded; nothing is parsed.
 * docs/adr/0005-certificates-made-here.md says why no library does it.
 */
import { createHash, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface CertificateContent {
  /** The common name. */
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly serialNumber: Buffer;
  /** In whole seconds; what is below is cut off. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `authority` signs other certificates and serves none. */
  readonly purpose: 'authority' | { readonly serverNames: readonly string[] };
}

export interface Issuer {
  readonly subject: string;
  readonly publicKey: KeyObject;
  /** P-256. */
  readonly privateKey: KeyObject;
}

/** PEM. */
export function encodeCertificate(content: CertificateContent, issuer: Issuer): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const version3 = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const toBeSigned = sequence(
    version3,
    positiveInteger(content.serialNumber),
    algorithm,
    name(issuer.subject),
    sequence(time(content.notBefore), time(content.notAfter)),
    name(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensionsOf(content, issuer))),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  return new X509Certificate(sequence(toBeSigned, algorithm, bits(0, signature))).toString();
}

function extensionsOf({ purpose, publicKey }: CertificateContent, issuer: Issuer): readonly Buffer[] {
  const ids = [
    extension(oid.subjectKeyId, octets(keyId(publicKey))),
    extension(oid.authorityKeyId, sequence(tlv(0x80, keyId(issuer.publicKey)))),
  ];
  if (purpose === 'authority') {
    const noneBelow = tlv(0x02, Buffer.from([0]));
    const keyCertSignAndCrlSign = bits(1, Buffer.from([0x06]));
    return [
      extension(oid.basicConstraints, sequence(boolean(true), noneBelow), true),
      extension(oid.keyUsage, keyCertSignAndCrlSign, true),
      ...ids,
    ];
  }
  const digitalSignature = bits(7, Buffer.from([0x80]));
  return [
    extension(oid.basicConstraints, sequence(), true),
    extension(oid.keyUsage, digitalSignature, true),
    extension(oid.extendedKeyUsage, sequence(objectId(oid.serverAuth))),
    extension(oid.subjectAlternativeName, sequence(...purpose.serverNames.map(generalName))),
    ...ids,
  ];
}

const oid = {
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

function name(commonName: string): Buffer {
  const utf8 = tlv(0x0c, Buffer.from(commonName));
  return sequence(tlv(0x31, sequence(objectId(oid.commonName), utf8)));
}

function generalName(host: string): Buffer {
  return isIPv4(host) ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2)))
    : tlv(0x18, Buffer.from(digits));
}

/** RFC 5280, 4.2.1.2, method 1, of the whole key: any value that tells keys apart will do. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function octets(value: Buffer): Buffer {
  return tlv(0x04, value);
}

function bits(unused: number, value: Buffer): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.from([unused]), value]));
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0]));
}

/** A leading bit that is set would make the number negative, a leading zero byte would not be DER. */
function positiveInteger(bytes: Buffer): Buffer {
  const first = (bytes[0] ?? 0) & 0x7f;
  return tlv(0x02, Buffer.concat([Buffer.from([first || 1]), bytes.subarray(1)]));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
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
