/** One AdmissionReview: parse, gather, decide, answer. Reads only, so that a dry run is like any other. */
import type { Logger } from '../runtime/logger.ts';
import type { Enforcement } from '../pods/plan-labels.ts';
import type { Owner } from '../pods/resolve-identity.ts';
import {
  resolveMatchChange,
  selectingController,
  type MatchChange,
  type SelectingObject,
} from '../pods/resolve-match-change.ts';
import type { Claims } from '../workloads/claims.ts';
import { parseReview, type PodReview } from './parse-review.ts';
import { planAdmission, type AdmissionPlan, type DeferReason } from './plan-admission.ts';
import { keptByMatchRule } from './render-messages.ts';
import { renderAllowed, renderVerdict, type Verdict } from './render-response.ts';

/** Port: who claims what, as last seen. */
export interface ClaimReader {
  claimsIn(namespace: string): Claims;
  hasWorkloads(namespace: string): boolean;
  knowledge(): 'unknown' | 'partial' | 'complete';
}

/** Port: what must be read live. Both may reject. */
export interface LookUps {
  observeOwners(
    pod: Pick<PodReview, 'namespace' | 'controller'>,
  ): Promise<{ readonly owners: readonly Owner[] }>;
  listSelectingObjects(namespace: string): Promise<readonly SelectingObject[]>;
}

/** Counted one by one: how many pods were labeled at birth, and how many were left to the watch loop, and why. */
export type Outcome =
  | 'labeled'
  | 'put-right'
  | 'right'
  | 'unclaimed'
  | 'reported'
  | 'denied'
  | 'kept-by-match-rule'
  | 'ignored'
  | `deferred-${DeferReason}`;

/** Port: counts and times, exported as metrics. */
export interface ReviewCounts {
  reviewed(outcome: Outcome, seconds: number): void;
}

export interface PodReviewerParts {
  readonly claims: ClaimReader;
  readonly lookUps: LookUps;
  readonly enforcement: Enforcement;
  readonly denyForged: boolean;
  /** Resolves with undefined when the look-ups of one review have taken too long altogether. */
  readonly late: () => Promise<undefined>;
  readonly counts: ReviewCounts;
  readonly logger: Logger;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

export type Reviewed = { readonly answer: string } | { readonly problem: string };

const tellEveryMs = 1_000;

type Decision = Verdict & { readonly outcome: Outcome };

export class PodReviewer {
  readonly #parts: PodReviewerParts;
  #toldAt = -Infinity;

  constructor(parts: PodReviewerParts) {
    this.#parts = parts;
  }

  /** Never rejects: what cannot be decided is let through, and the watch loop puts it right. */
  async review(text: string): Promise<Reviewed> {
    const { counts, now } = this.#parts;
    const begun = now();
    const parsed = parseReview(text);
    if (parsed.kind === 'malformed') return { problem: parsed.problem };
    if (parsed.kind === 'other') {
      counts.reviewed('ignored', (now() - begun) / 1000);
      return { answer: renderAllowed(parsed.uid) };
    }
    const { outcome, ...verdict } = await this.#decide(parsed.review);
    counts.reviewed(outcome, (now() - begun) / 1000);
    return { answer: renderVerdict(parsed.review, verdict) };
  }

  async #decide(review: PodReview): Promise<Decision> {
    const { claims, enforcement, late } = this.#parts;
    if (review.untouchable || enforcement.excludedNamespaces.has(review.namespace))
      return { outcome: 'ignored' };
    if (claims.knowledge() === 'unknown') return defer('NotSynced');
    const abandoned = { is: false };
    try {
      const decision = this.#lookUp(review, abandoned);
      // The usual case reads nothing live and starts no timer.
      return (await Promise.race([decision, settled(decision, late)])) ?? defer('LookUpLate');
    } catch (error) {
      this.#tell(review, error);
      return defer('LookUpFailed');
    } finally {
      abandoned.is = true;
    }
  }

  /** A few examples tell as much as all of them, which the metrics count. */
  #tell({ namespace, name }: PodReview, error: unknown): void {
    const now = this.#parts.now();
    if (now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    const fields = { namespace, pod: name, error };
    this.#parts.logger.warn('could not be looked up, the watch loop labels the pod', fields);
  }

  async #lookUp(review: PodReview, abandoned: { readonly is: boolean }): Promise<Decision> {
    const { claims, lookUps, enforcement, denyForged } = this.#parts;
    const { namespace } = review;
    // Without claims the chain decides nothing, so it is not read.
    const { owners } =
      claims.claimsIn(namespace).size > 0 ? await lookUps.observeOwners(review) : { owners: [] };
    const plan = planAdmission({
      review,
      owners,
      claims: claims.claimsIn(namespace),
      claimsComplete: claims.knowledge() === 'complete',
      isManagedNamespace: claims.hasWorkloads(namespace),
      enforcement,
      denyForged,
    });
    if (plan.kind !== 'change' || plan.check === 'none') return decisionOf(plan);
    if (plan.check === 'namespace' && abandoned.is) return defer('LookUpLate');
    const objects =
      plan.check === 'namespace'
        ? await lookUps.listSelectingObjects(namespace)
        : selectingController(owners);
    return decisionOf(plan, resolveMatchChange(review.labels, plan.change, objects));
  }
}

/** Begins to wait for `late` only if the decision is not there within this turn of the event loop. */
async function settled<T>(decision: Promise<T>, late: () => Promise<undefined>): Promise<T | undefined> {
  const turn = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  return (await Promise.race([decision, turn])) ?? late();
}

function decisionOf(plan: AdmissionPlan, match?: MatchChange): Decision {
  switch (plan.kind) {
    case 'right':
    case 'unclaimed':
      return { outcome: plan.kind };
    case 'reported':
      return { outcome: 'reported', warnings: [plan.warning] };
    case 'deferred':
      return defer(plan.reason);
    case 'denied':
      return { outcome: 'denied', refusal: plan.message };
    case 'change':
      return match ? { outcome: 'kept-by-match-rule', warnings: [keptByMatchRule(match)] } : made(plan);
  }
}

function made({ change, warning }: Extract<AdmissionPlan, { kind: 'change' }>): Decision {
  return warning === undefined
    ? { outcome: 'labeled', change }
    : { outcome: 'put-right', change, warnings: [warning] };
}

function defer(reason: DeferReason): Decision {
  return { outcome: `deferred-${reason}` };
}
