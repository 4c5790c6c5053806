/**
 * Decides when labels may be taken away, slowly and carefully: after a grace period, only when a complete list of
 * all kinds, newer than the disappearance, shows the same resources as the watch does, at a bounded rate, and never
 * from a large share of the pods without a person's word. The pod's own worker does it: nobody else writes pods.
 */
import { messageOf } from '../kernel/errors.ts';
import type { ObjectKey } from '../kernel/object-key.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Logger } from '../runtime/logger.ts';
import type { PendingRemovals } from './pending-removals.ts';
import { planRemovals } from './plan-removals.ts';
import type { PodOutcomes } from './pod-outcomes.ts';
import type { EventRecorder, EventSubject } from './report-pod.ts';

/** Port: `kind/namespace/name uid` of every resource of the six kinds, sorted. */
export interface ClaimConfirmation {
  /** From a complete list that begins after the call; rejects if any of the kinds cannot be listed. */
  list(): Promise<readonly string[]>;
  /** As the watch has it. */
  watched(): readonly string[];
}

export interface RemovalOptions {
  readonly graceMs: number;
  readonly perSecond: number;
  readonly brakePercent: number;
}

export interface RemovalParts {
  readonly removals: PendingRemovals;
  readonly outcomes: PodOutcomes;
  /** Asks for a reconcile of the pod. */
  readonly enqueue: (key: ObjectKey) => void;
  readonly confirmation: ClaimConfirmation;
  readonly events: EventRecorder;
  /** What Events about the operator itself are told on. */
  readonly operator: EventSubject;
  readonly logger: Logger;
  readonly options: RemovalOptions;
  readonly now: () => number;
}

const tickMs = 1_000;
/** The rate is bounded in every stretch of this length, wherever it begins. */
const rateWindowMs = 1_000;
const rateRetryMs = 200;
const brakedRetryMs = 30_000;
const doubtfulRetryMs = 5_000;
/** Removals of this last while count together: a slow drip is a bulk removal too. */
const windowMs = 600_000;

export class RemovalReconciler {
  readonly #parts: RemovalParts;
  #toldOfBrake = false;
  /** The last list failed. */
  #isDoubtful = false;

  constructor(parts: RemovalParts) {
    this.#parts = parts;
  }

  /** For the only key there is; comes again by itself. */
  async reconcile(): Promise<ReconcileResult> {
    const { removals, options, now } = this.#parts;
    if (this.#isDoubtful) return await this.#lookAgain();
    const due = removals.dueBy(now() - options.graceMs);
    if (due.length === 0) {
      this.#toldOfBrake = false;
      return { requeueAfterMs: tickMs };
    }
    const made = removals.madeSince(now() - windowMs);
    const underWay = removals.allowed(now());
    if (this.#isBraked(due.length + underWay, made.length)) return { requeueAfterMs: brakedRetryMs };
    const madeOfLate = made.filter((at) => at > now() - rateWindowMs).length;
    const left = options.perSecond - underWay - madeOfLate;
    if (left <= 0) return { requeueAfterMs: rateRetryMs };
    if (!(await this.#isConfirmed())) return { requeueAfterMs: tickMs };
    this.#allow(due.slice(0, left));
    return { requeueAfterMs: tickMs };
  }

  #isBraked(due: number, removed: number): boolean {
    const { outcomes, removals, options, operator, events, logger } = this.#parts;
    // Those that wait are labeled, also where nothing claims them or another resource does, whose labels they lack.
    const labeled = outcomes.labeled + removals.keys().filter((key) => !outcomes.get(key)?.labeled).length;
    const why = planRemovals({ due, removed, labeled, brakePercent: options.brakePercent });
    if (why !== undefined && !this.#toldOfBrake) {
      this.#toldOfBrake = true;
      events.record({ regarding: operator, type: 'Warning', reason: 'RemovalStopped', note: why });
      logger.warn(why, { reason: 'RemovalStopped', due, labeled });
    }
    return why !== undefined;
  }

  async #isConfirmed(): Promise<boolean> {
    const listed = await this.#list();
    const watched = this.#parts.confirmation.watched();
    return listed?.length === watched.length && listed.every((entry, i) => entry === watched[i]);
  }

  /** Undefined if they cannot be listed: then nobody knows whether the resources are gone. */
  async #list(): Promise<readonly string[] | undefined> {
    const { confirmation, removals, logger } = this.#parts;
    try {
      return await confirmation.list();
    } catch (error) {
      if (this.#isDoubtful) return undefined;
      this.#isDoubtful = true;
      logger.warn('no labels are removed while the resources cannot be listed', {
        reason: 'RemovalUnconfirmed',
        error: messageOf(error),
        pods: removals.size,
      });
      return undefined;
    }
  }

  /** Once the resources can be listed again, whoever lost them has a whole grace period to bring them back. */
  async #lookAgain(): Promise<ReconcileResult> {
    const { removals, logger, now } = this.#parts;
    const isListed = removals.size === 0 || (await this.#list()) !== undefined;
    removals.restart(now());
    if (!isListed) return { requeueAfterMs: doubtfulRetryMs };
    this.#isDoubtful = false;
    logger.info('removals are in doubt no more, their grace period begins anew', {
      reason: 'RemovalPossible',
      pods: removals.size,
    });
    return { requeueAfterMs: tickMs };
  }

  #allow(keys: readonly ObjectKey[]): void {
    const { removals, enqueue, now } = this.#parts;
    for (const key of keys) {
      removals.allow(key, now());
      enqueue(key);
    }
  }
}
