/** Keeps the Secret and the registration right: observe, take the next step, until there is none. */
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  issueLeaf,
  makeAuthority,
  readAuthorities,
  readMaterial,
  renderBundle,
  writeMaterial,
  type Material,
  type SecretData,
} from './certificate-material.ts';
import type { Lifetimes } from './lifetimes.ts';
import { planCertificates, type CertificateStep } from './plan-certificates.ts';

export interface StoredSecret {
  readonly data: SecretData;
  readonly resourceVersion: string;
}

/** Port: the Secret. Writes reject when somebody else wrote since it was read. */
export interface SecretStore {
  read(): Promise<StoredSecret | undefined>;
  /** `before` undefined: it is made. */
  write(before: StoredSecret | undefined, data: SecretData): Promise<void>;
}

/** Port: the caBundle of each of our webhooks, PEM; undefined where the registration is not there. */
export interface Registration {
  readBundles(): Promise<readonly string[] | undefined>;
  writeBundles(bundle: string): Promise<void>;
}

export interface CertificateReconcilerParts {
  readonly secret: SecretStore;
  readonly registration: Registration;
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only go forward. */
  readonly elapsed: () => number;
}

const stepsAtOnce = 6;
export class CertificateReconciler {
  readonly #parts: CertificateReconcilerParts;
  /** Since when every caBundle is seen to hold this authority. */
  #settled: { readonly authority: string; readonly since: number } | undefined;

  constructor(parts: CertificateReconcilerParts) {
    this.#parts = parts;
  }

  async reconcile(): Promise<ReconcileResult> {
    for (let taken = 0; taken < stepsAtOnce; taken += 1) {
      const step = await this.#step();
      if (step.kind === 'wait') return { requeueAfterMs: step.waitMs };
      if (step.kind === 'none') break;
    }
    return { requeueAfterMs: this.#parts.lifetimes.pollMs };
  }

  async #step(): Promise<CertificateStep> {
    const { secret, registration } = this.#parts;
    const [stored, bundles] = await Promise.all([secret.read(), registration.readBundles()]);
    const material = readMaterial(stored?.data ?? {});
    const step = this.#plan(material, bundles);
    const next = this.#next(step, material);
    if (next) await secret.write(stored, writeMaterial(next));
    if (step.kind === 'register') await registration.writeBundles(renderBundle(material.trusted));
    if (step.kind !== 'none' && step.kind !== 'wait') this.#tell(step, next ?? material);
    return step;
  }

  #plan(material: Material, bundles: readonly string[] | undefined): CertificateStep {
    const { names, lifetimes, now } = this.#parts;
    const registered = bundles?.map(readAuthorities);
    return planCertificates({
      material,
      registered,
      hasForeign: (bundles ?? []).some((bundle) => renderBundle(readAuthorities(bundle)) !== bundle),
      settledMs: this.#settledMs(material, registered),
      names,
      now: now(),
      lifetimes,
    });
  }

  /** The Secret after the step; undefined where the step leaves it alone. */
  #next(step: CertificateStep, material: Material): Material | undefined {
    const { names, lifetimes, now } = this.#parts;
    const { authority } = material;
    switch (step.kind) {
      case 'make-authority': {
        const made = makeAuthority(now(), lifetimes);
        const { leaf } = material;
        return { authority: made, trusted: [made, ...step.keep], ...(leaf ? { leaf } : {}) };
      }
      case 'issue-leaf':
        return authority && { ...material, leaf: issueLeaf(authority, names, now(), lifetimes) };
      case 'drop-former':
        return authority && { ...material, trusted: [authority] };
      default:
        return undefined;
    }
  }

  #settledMs(
    { authority }: Material,
    registered: readonly ReturnType<typeof readAuthorities>[] = [],
  ): number {
    const print = authority?.fingerprint ?? '';
    const isEverywhere =
      registered.length > 0 &&
      registered.every((bundle) => bundle.some(({ fingerprint }) => fingerprint === print));
    if (!isEverywhere) {
      this.#settled = undefined;
      return 0;
    }
    const now = this.#parts.elapsed();
    if (this.#settled?.authority !== print) this.#settled = { authority: print, since: now };
    return now - this.#settled.since;
  }

  #tell({ kind }: CertificateStep, { authority, leaf, trusted }: Material): void {
    this.#parts.logger.info('certificates of admission changed', {
      step: kind,
      authorityUntil: authority && new Date(authority.notAfter).toISOString(),
      leafUntil: leaf && new Date(leaf.notAfter).toISOString(),
      trusted: trusted.length,
    });
  }
}
