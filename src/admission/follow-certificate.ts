/** Each replica serves what the Secret holds, from the moment that it holds it, and knows whether it is trusted. */
import type { Logger } from '../runtime/logger.ts';
import { isIssuedBy, readMaterial } from './certificate-material.ts';
import type { Registration, SecretStore } from './reconcile-certificates.ts';
import type { ServingCertificate } from './serve-reviews.ts';

export interface CertificateFollowerParts {
  readonly secret: Pick<SecretStore, 'read'>;
  readonly registration: Pick<Registration, 'readBundles'>;
  readonly use: (certificate: ServingCertificate) => void;
  readonly pollMs: number;
  /** For messages: `namespace/name` of the Secret, and the registration's name. */
  readonly secretName: string;
  readonly registrationName: string;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `callback` once; the returned function cancels it. */
  readonly schedule: (delayMs: number, callback: () => void) => () => void;
}

interface Served {
  readonly pem: string;
  readonly fingerprint: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** While nothing is served yet, a second is too long for whoever waits for the first pod. */
const firstPollMs = 250;
/** Renewed at two thirds of its life: with less than a quarter left, something keeps that from happening. */
const nearEndShare = 1 / 4;

export class CertificateFollower {
  readonly #parts: CertificateFollowerParts;
  #served: Served | undefined;
  /** What the Secret held and was over before it could be served. */
  #expired: Served | undefined;
  /** Undefined: there is no registration. `unknown`: it could not be read yet. */
  #bundles: readonly string[] | undefined | 'unknown' = 'unknown';
  #cancel = (): void => undefined;
  #stopped = false;

  constructor(parts: CertificateFollowerParts) {
    this.#parts = parts;
  }

  /** When what is served ends, in ms since 1970; undefined while nothing is. */
  get notAfter(): number | undefined {
    return this.#served?.notAfter;
  }

  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Why the API server cannot get an answer here; undefined if it can. */
  problem(): string | undefined {
    const { secretName, registrationName, now } = this.#parts;
    const served = this.#served;
    const over = served && served.notAfter <= now() ? served : this.#expired;
    if (over) return `the certificate has expired ${this.#endOf(over)}; the leader renews it`;
    if (!served) return `there is no certificate in the Secret ${secretName} yet; the leader puts it there`;
    if (this.#bundles === 'unknown') return undefined;
    const { length } = this.#bundles ?? [];
    if (length === 0)
      return `there is no MutatingWebhookConfiguration ${registrationName}, so that no pod is labeled at birth`;
    return this.#isTrusted(served)
      ? undefined
      : `the caBundle of the MutatingWebhookConfiguration ${registrationName} does not hold the authority of the certificate in the Secret ${secretName}`;
  }

  /** What a person should look into while all still works. */
  note(): string | undefined {
    const served = this.#served;
    if (!served) return undefined;
    const leftMs = served.notAfter - this.#parts.now();
    const isNear = leftMs < (served.notAfter - served.notBefore) * nearEndShare;
    return isNear ? `the certificate should have been renewed, it ends ${this.#endOf(served)}` : undefined;
  }

  #endOf({ notAfter }: Served): string {
    return `${new Date(notAfter).toISOString()} (Secret ${this.#parts.secretName})`;
  }

  #isTrusted({ pem }: Served): boolean {
    const bundles = this.#bundles === 'unknown' ? [] : (this.#bundles ?? []);
    return bundles.every((bundle) => {
      const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
      return blocks.some((authority) => isIssuer(authority, pem));
    });
  }

  async #poll(): Promise<void> {
    const { secret, registration, pollMs, logger, schedule } = this.#parts;
    try {
      const [stored, bundles] = await Promise.all([secret.read(), registration.readBundles()]);
      this.#bundles = bundles;
      if (stored) this.#take(stored.data);
    } catch (error) {
      logger.warn('certificate of admission could not be looked at, the last one is served on', { error });
    }
    if (this.#stopped) return;
    const delayMs = this.problem() === undefined ? pollMs : Math.min(firstPollMs, pollMs);
    this.#cancel = schedule(delayMs, () => void this.#poll());
  }

  /** A Secret without a usable leaf changes nothing: what is served goes on. */
  #take(data: Readonly<Record<string, string>>): void {
    const { leaf } = readMaterial(data);
    if (!leaf || leaf.fingerprint === this.#served?.fingerprint) return;
    if (leaf.notAfter <= this.#parts.now()) {
      if (!this.#served) this.#expired = leaf;
      return;
    }
    this.#parts.use({ certificate: leaf.pem, key: leaf.key });
    this.#served = leaf;
    this.#expired = undefined;
    this.#parts.logger.info('serving a certificate', { until: new Date(leaf.notAfter).toISOString() });
  }
}

function isIssuer(authority: string, leaf: string): boolean {
  try {
    return isIssuedBy(leaf, authority);
  } catch {
    return false;
  }
}
