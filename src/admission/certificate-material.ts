/** What the Secret and the registration hold, as far as it is usable. */
import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { encodeCertificate } from './encode-certificate.ts';
import type { Lifetimes } from './lifetimes.ts';

/** What a decision needs to know of a certificate. */
export interface Certificate {
  readonly pem: string;
  /** Tells certificates apart. */
  readonly fingerprint: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Authority extends Certificate {
  readonly key: string;
}

export interface Leaf extends Certificate {
  readonly key: string;
  /** Fingerprint of the authority that signed it; empty if that is none of those trusted. */
  readonly issuedBy: string;
  readonly names: readonly string[];
}

export interface Material {
  /** Signs new leaves. */
  readonly authority?: Authority;
  /** Authorities whose leaves may be served, the newest first. */
  readonly trusted: readonly Certificate[];
  readonly leaf?: Leaf;
}

/** The keys of the Secret; those of the leaf are as in `kubernetes.io/tls`. */
export type SecretData = Readonly<Record<string, string>>;

const authorityName = 'cortex-logging admission authority';

export function readMaterial(data: SecretData): Material {
  const trusted = readAuthorities(data['trust.crt'] ?? '');
  const authority = withKey(data['ca.crt'], data['ca.key']);
  const leaf = withKey(data['tls.crt'], data['tls.key']);
  const issuer = leaf && [...trusted].find((one) => isIssuedBy(leaf.pem, one.pem));
  return {
    trusted,
    ...(authority && isAuthority(authority.pem) ? { authority } : {}),
    ...(leaf ? { leaf: { ...leaf, names: namesOf(leaf.pem), issuedBy: issuer?.fingerprint ?? '' } } : {}),
  };
}

export function writeMaterial({ authority, trusted, leaf }: Material): SecretData {
  return {
    'ca.crt': authority?.pem ?? '',
    'ca.key': authority?.key ?? '',
    'trust.crt': renderBundle(trusted),
    'tls.crt': leaf?.pem ?? '',
    'tls.key': leaf?.key ?? '',
  };
}

/** Our authorities in a bundle of PEM; everything else in it is left out. */
export function readAuthorities(bundle: string): readonly Certificate[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((pem) => parseCertificate(pem) ?? []).filter(({ pem }) => isAuthority(pem));
}

export function renderBundle(certificates: readonly Certificate[]): string {
  return certificates.map(({ pem }) => pem).join('');
}

export function makeAuthority(now: number, { authorityMs, backdateMs }: Lifetimes): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serialNumber = randomBytes(16);
  // A name of its own keeps verifiers from trying one authority's key on the leaf of another.
  const subject = `${authorityName} ${serialNumber.toString('hex').slice(0, 8)}`;
  const pem = encodeCertificate(
    {
      subject,
      serialNumber,
      publicKey: keys.publicKey,
      notBefore: new Date(now - backdateMs),
      notAfter: new Date(now + authorityMs),
      purpose: 'authority',
    },
    { subject, ...keys },
  );
  return { ...factsOf(pem), key: pemOf(keys.privateKey) };
}

export function issueLeaf(
  authority: Authority,
  names: readonly string[],
  now: number,
  { leafMs, backdateMs }: Lifetimes,
): Leaf {
  const parsed = new X509Certificate(authority.pem);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = encodeCertificate(
    {
      subject: 'cortex-logging admission',
      serialNumber: randomBytes(16),
      publicKey: keys.publicKey,
      notBefore: new Date(now - backdateMs),
      notAfter: new Date(Math.min(now + leafMs, authority.notAfter)),
      purpose: { serverNames: names },
    },
    {
      subject: commonNameOf(parsed),
      publicKey: parsed.publicKey,
      privateKey: createPrivateKey(authority.key),
    },
  );
  return { ...factsOf(pem), key: pemOf(keys.privateKey), names, issuedBy: authority.fingerprint };
}

/** Certificate and key, if both are there and belong together. */
function withKey(pem = '', key = ''): (Certificate & { readonly key: string }) | undefined {
  const certificate = parseCertificate(pem);
  if (!certificate) return undefined;
  try {
    const fits = new X509Certificate(pem).checkPrivateKey(createPrivateKey(key));
    return fits ? { ...certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

function parseCertificate(pem: string): Certificate | undefined {
  try {
    return factsOf(pem);
  } catch {
    return undefined;
  }
}

function factsOf(pem: string): Certificate {
  const parsed = new X509Certificate(pem);
  return {
    // As it was, chain and all; with the newline that a bundle needs.
    pem: pem.endsWith('\n') ? pem : `${pem}\n`,
    fingerprint: parsed.fingerprint256,
    notBefore: parsed.validFromDate.getTime(),
    notAfter: parsed.validToDate.getTime(),
  };
}

/** Made by an operator, this one or an earlier one. */
function isAuthority(pem: string): boolean {
  const parsed = new X509Certificate(pem);
  return parsed.ca && commonNameOf(parsed).startsWith(authorityName);
}

export function isIssuedBy(leaf: string, authority: string): boolean {
  const parsed = new X509Certificate(authority);
  const issued = new X509Certificate(leaf);
  return issued.checkIssued(parsed) && issued.verify(parsed.publicKey);
}

function commonNameOf({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, '');
}

function namesOf(pem: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(pem);
  return subjectAltName.split(', ').map((one) => one.replace(/^(DNS|IP Address):/, ''));
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
