/**
 * The next step towards certificates that are right, one at a time, so that after each of them, and if it
 * is the last for a while, every leaf that a replica may serve is trusted by every API server. Pure.
 */
import type { Certificate, Material } from './certificate-material.ts';
import type { Lifetimes } from './lifetimes.ts';

export interface CertificateInput {
  readonly material: Material;
  /** Our authorities in each caBundle of the registration; undefined where there is no registration. */
  readonly registered: readonly (readonly Certificate[])[] | undefined;
  /** Whether a caBundle holds anything beside our authorities. */
  readonly hasForeign: boolean;
  /** How long every caBundle is known to hold the authority, in ms. */
  readonly settledMs: number;
  /** That the leaf must be good for. */
  readonly names: readonly string[];
  readonly now: number;
  readonly lifetimes: Lifetimes;
}

export type CertificateStep =
  /** These stay trusted beside the new authority. */
  | { readonly kind: 'make-authority'; readonly keep: readonly Certificate[] }
  /** Write what is trusted into the registration. */
  | { readonly kind: 'register' }
  /** `waitMs` from now: the authority is too new for some API server. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'issue-leaf' }
  /** Trust the authority alone. */
  | { readonly kind: 'drop-former' }
  | { readonly kind: 'none' };

/** Of a rotation that always fails half way; a bundle must not grow for ever. */
const maxFormer = 3;

export function planCertificates(input: CertificateInput): CertificateStep {
  const authority = usableAuthority(input);
  if (!authority) return { kind: 'make-authority', keep: formerOf(input) };
  const { registered, material } = input;
  if (registered && !isRegistered(input, registered)) return { kind: 'register' };
  const hasFormer = material.trusted.some(({ fingerprint }) => fingerprint !== authority.fingerprint);
  const leaf = goodLeaf(input, authority);
  if (!leaf) return planLeaf(input, authority, hasFormer);
  return hasFormer && isServedEverywhere(input, leaf) ? { kind: 'drop-former' } : { kind: 'none' };
}

/** Where nobody can be serving a leaf that is trusted already, there is nothing to wait for. */
function planLeaf(
  { registered, material, lifetimes, settledMs }: CertificateInput,
  authority: Certificate,
  hasFormer: boolean,
): CertificateStep {
  const isServing = hasFormer || material.leaf?.issuedBy === authority.fingerprint;
  const waitMs = lifetimes.settleMs - settledMs;
  return registered && isServing && waitMs > 0 ? { kind: 'wait', waitMs } : { kind: 'issue-leaf' };
}

function isServedEverywhere({ now, lifetimes }: CertificateInput, leaf: Certificate): boolean {
  return now - leaf.notBefore - lifetimes.backdateMs >= lifetimes.overlapMs;
}

function usableAuthority({
  material: { authority, trusted },
  now,
}: CertificateInput): Certificate | undefined {
  if (!authority || isWorn(authority, now)) return undefined;
  return trusted.some(({ fingerprint }) => fingerprint === authority.fingerprint) ? authority : undefined;
}

/** Two thirds of its life are over: a third is left to notice that it could not be renewed. */
export function isWorn({ notBefore, notAfter }: Certificate, now: number): boolean {
  return now >= notBefore + ((notAfter - notBefore) * 2) / 3;
}

/** Replicas may go on serving leaves of these; the registration knows them even if the Secret was lost. */
function formerOf({ material, registered = [], now }: CertificateInput): readonly Certificate[] {
  const known = new Map(
    [...material.trusted, ...registered.flat()].map((one) => [one.fingerprint, one] as const),
  );
  return [...known.values()]
    .filter(({ notAfter }) => notAfter > now)
    .toSorted((a, b) => b.notBefore - a.notBefore)
    .slice(0, maxFormer);
}

function isRegistered(
  { material, hasForeign }: CertificateInput,
  registered: readonly (readonly Certificate[])[],
): boolean {
  const wanted = printsOf(material.trusted);
  return !hasForeign && registered.every((bundle) => printsOf(bundle) === wanted);
}

function printsOf(certificates: readonly Certificate[]): string {
  return certificates
    .map(({ fingerprint }) => fingerprint)
    .toSorted()
    .join();
}

function goodLeaf(
  { material: { leaf }, names, now }: CertificateInput,
  authority: Certificate,
): Certificate | undefined {
  if (!leaf || isWorn(leaf, now) || leaf.issuedBy !== authority.fingerprint) return undefined;
  return names.every((name) => leaf.names.includes(name)) ? leaf : undefined;
}
