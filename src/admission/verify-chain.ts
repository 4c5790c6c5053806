/**
 * Whether what is served leads to what the API server trusts: from the leaf over the intermediates beside it to a
 * certificate of the caBundle, each signed by the next and within its time, as Go's crypto/x509 has it.
 */
import { X509Certificate } from 'node:crypto';

export interface Chain {
  /** PEM: the leaf, then its intermediates, if it has any, in whatever order. */
  readonly served: string;
  /** PEM. None of it need be self-signed. */
  readonly bundle: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Nobody issues through more; a Secret may hold anything. */
const maxIntermediates = 10;

/** Undefined if it is trusted, else why not; `neither` in it is of what is served and the bundle. */
export function problemOfChain({ served, bundle, now }: Chain): string | undefined {
  const [leaf, ...others] = certificatesIn(served).slice(0, 1 + maxIntermediates);
  const anchors = certificatesIn(bundle);
  if (!leaf) return 'there is no certificate to trust';
  if (anchors.length === 0) return 'the caBundle holds no certificate';
  const reached = [leaf];
  const outdated: string[] = [];
  // Grows as it is walked: an authority may have several certificates, and one good way is enough.
  for (const one of reached) {
    const issuers = anchors.filter((anchor) => isSame(anchor, one) || isSignedBy(one, anchor));
    const problems = [one, ...issuers].map((certificate) => problemOfTime(certificate, now));
    outdated.push(...problems.filter((problem) => problem !== undefined));
    if (problems[0] !== undefined) continue;
    if (problems.slice(1).includes(undefined)) return undefined;
    reached.push(...others.filter((other) => !reached.includes(other) && isSignedBy(one, other)));
  }
  const last = reached.at(-1) ?? leaf;
  return outdated[0] ?? `neither holds ${nameOf(last.issuer)}, which issued ${nameOf(last.subject)}`;
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256;
}

function isSignedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function problemOfTime(
  { subject, validFromDate, validToDate }: X509Certificate,
  now: number,
): string | undefined {
  if (validToDate.getTime() <= now) return `${nameOf(subject)} has expired ${validToDate.toISOString()}`;
  if (validFromDate.getTime() > now)
    return `${nameOf(subject)} is not valid before ${validFromDate.toISOString()}`;
  return undefined;
}

/** Node writes one attribute a line. */
function nameOf(subject: string | undefined): string {
  return `"${(subject ?? '').replaceAll('\n', ', ')}"`;
}
