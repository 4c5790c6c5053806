/** Each replica serves what the Secret holds, from the moment that it holds it, and knows whether it is trusted. */
import { messageOf } from '../kernel/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { readMaterial } from './certificate-material.ts';
import type { Registration, SecretStore } from './reconcile-certificates.ts';
import type { ServingCertificate } from './serve-reviews.ts';
import { problemOfChain } from './verify-chain.ts';

/** Port: how long to wait after one more look in a row that ended like this, in ms; no longer than `pollMs`. */
export interface LookBackoff {
  next(ending: string): number;
  failures(ending: string): number;
  forget(ending: string): void;
}

/** Port: tells of failures in a row without flooding the log. */
export interface LookFailures {
  retried(
    key: string,
    error: unknown,
    told: { readonly failures: number; readonly retryInMs: number; readonly message: string },
  ): void;
  succeeded(key: string): void;
}

export interface CertificateFollowerParts {
  readonly secret: Pick<SecretStore, 'read'>;
  readonly registration: Pick<Registration, 'readBundles'>;
  readonly use: (certificate: ServingCertificate) => void;
  /** Between two looks while all is well. */
  readonly pollMs: number;
  readonly backoff: LookBackoff;
  readonly failures: LookFailures;
  /** For messages: `namespace/name` of the Secret, the registration's name, and who fills them both. */
  readonly secretName: string;
  readonly registrationName: string;
  readonly maker: string;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `callback` once; the returned function cancels it. */
  readonly schedule: (delayMs: number, callback: () => void) => () => void;
}

interface Served {
  readonly pem: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** While nothing is served yet, more is too long for whoever waits for the first pod. */
const longestFirstPollMs = 1_000;
/** Renewed at two thirds of its life: with less than a quarter left, something keeps that from happening. */
const nearEndShare = 1 / 4;

export class CertificateFollower {
  readonly #parts: CertificateFollowerParts;
  #served: Served | undefined;
  /** What the Secret held and was over before it could be served. */
  #expired: Served | undefined;
  /** Undefined: there is no registration. `unknown`: it could not be read yet. */
  #bundles: readonly string[] | undefined | 'unknown' = 'unknown';
  /** Why the last look failed. */
  #failure: string | undefined;
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
    const { secretName, maker, now } = this.#parts;
    const served = this.#served;
    const over = served && served.notAfter <= now() ? served : this.#expired;
    if (over) return `the certificate has expired ${this.#endOf(over)}; ${maker} renews it`;
    if (served) return this.#isTrusted() ? undefined : this.registrationProblem();
    return this.#failure === undefined
      ? `there is no certificate in the Secret ${secretName} yet; ${maker} puts it there`
      : `there is no certificate to serve: ${this.#failure}`;
  }

  /** Why some pods, or all, are not labeled at birth, though this replica answers whoever asks. */
  registrationProblem(): string | undefined {
    const { secretName, registrationName } = this.#parts;
    if (this.#bundles === 'unknown') return undefined;
    const bundles = this.#bundles ?? [];
    const name = `MutatingWebhookConfiguration ${registrationName}`;
    if (bundles.length === 0) return `there is no ${name}, so that no pod is labeled at birth`;
    const problems = this.#distrust(bundles);
    return problems.length === 0
      ? undefined
      : `${problems.length} of ${bundles.length} webhooks of the ${name} have a caBundle that does not vouch for tls.crt of the Secret ${secretName}: ${problems[0]}`;
  }

  /** What a person should look into while all still works. */
  note(): string | undefined {
    const served = this.#served;
    if (!served) return undefined;
    const leftMs = served.notAfter - this.#parts.now();
    const isNear = leftMs < (served.notAfter - served.notBefore) * nearEndShare;
    const notes = [
      ...(isNear ? [`the certificate should have been renewed, it ends ${this.#endOf(served)}`] : []),
      ...(this.#failure === undefined ? [] : [`changes are not seen at the moment: ${this.#failure}`]),
    ];
    return notes.length > 0 ? notes.join('; ') : undefined;
  }

  #endOf({ notAfter }: Served): string {
    return `${new Date(notAfter).toISOString()} (Secret ${this.#parts.secretName})`;
  }

  /** By one webhook at least, or as far as is known: for that one this replica is of use. */
  #isTrusted(): boolean {
    const bundles = this.#bundles === 'unknown' ? [] : (this.#bundles ?? []);
    return bundles.length === 0 || this.#distrust(bundles).length < bundles.length;
  }

  /** Why each webhook that does not trust what is served does not. */
  #distrust(bundles: readonly string[]): readonly string[] {
    const served = this.#served;
    if (!served) return [];
    const problems = bundles.map((bundle) =>
      problemOfChain({ served: served.pem, bundle, now: this.#parts.now() }),
    );
    return problems.filter((problem) => problem !== undefined);
  }

  async #poll(): Promise<void> {
    const error = await this.#look();
    if (this.#stopped) return;
    const delayMs = error === undefined ? this.#afterLook() : this.#afterFailure(error);
    this.#cancel = this.#parts.schedule(delayMs, () => void this.#poll());
  }

  /** Takes what can be read, each by itself; what cannot stays as it was seen last. Never rejects. */
  async #look(): Promise<unknown> {
    const { secret, registration } = this.#parts;
    const looks = [
      secret.read().then((stored) => {
        if (stored) this.#take(stored.data);
      }),
      registration.readBundles().then((bundles) => {
        this.#bundles = bundles;
      }),
    ];
    const ended = await Promise.allSettled(looks);
    const failed = ended.find((end) => end.status === 'rejected');
    return failed && (failed.reason ?? 'unknown');
  }

  /** How long to wait: little while something is missing that may come at any moment, and ever longer if it does not. */
  #afterLook(): number {
    const { pollMs, backoff, failures, logger } = this.#parts;
    const failed = backoff.failures('failed');
    if (failed > 0) logger.info('certificate of admission can be read again', { failures: failed });
    this.#failure = undefined;
    backoff.forget('failed');
    failures.succeeded('certificate');
    if ((this.problem() ?? this.registrationProblem()) === undefined) {
      backoff.forget('missing');
      return pollMs;
    }
    const delayMs = backoff.next('missing');
    return this.#served ? delayMs : Math.min(delayMs, longestFirstPollMs);
  }

  #afterFailure(error: unknown): number {
    const { backoff, failures } = this.#parts;
    const retryInMs = backoff.next('failed');
    this.#failure = messageOf(error);
    const consequence = this.#served ? 'the last one is served on' : 'so that this replica serves none';
    const message = `certificate of admission cannot be read or used, ${consequence}, will retry`;
    failures.retried('certificate', error, { failures: backoff.failures('failed'), retryInMs, message });
    return retryInMs;
  }

  /** A Secret without a usable leaf changes nothing: what is served goes on. */
  #take(data: Readonly<Record<string, string>>): void {
    const { leaf } = readMaterial(data);
    // Not only the leaf may be new: an intermediate is renewed beside it.
    if (!leaf || leaf.pem === this.#served?.pem) return;
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
