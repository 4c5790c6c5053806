/** What only the leader does: run the controllers, from the moment that it leads until it loses the lease or stops. */
import type { Controller } from '../runtime/controller.ts';

export interface LeadingPath {
  readonly controllers: readonly Controller[];
  enqueueAll(): void;
  /** Follows nothing any more. */
  close(): unknown;
}

export interface Paths {
  readonly pods: LeadingPath & {
    /** Whether enough is known to decide about pods at all. */
    isReady(): boolean;
  };
  readonly statuses: LeadingPath;
  readonly logGroups: LeadingPath;
  /** Absent where the operator makes none. */
  readonly certificates?: LeadingPath;
}

const readyPollMs = 50;
/** Of the 25 s that a stop may take; events and the lease need some after it. */
const stopDeadlineMs = 8_000;

export class Leading {
  readonly #makePaths: () => Paths;
  readonly #resyncMs: number;
  #wanted = false;
  #stopped = false;
  #term: Term | undefined;
  /** Terms never overlap: one key must not be in two hands. */
  #turn = Promise.resolve();

  /** `makePaths` is called for each term. Everything is looked at again every `resyncMs`, events or none. */
  constructor(makePaths: () => Paths, resyncMs: number) {
    this.#makePaths = makePaths;
    this.#resyncMs = resyncMs;
  }

  /** Begins a term, once the one before has ended. */
  begin(): void {
    this.#wanted = true;
    this.#turn = this.#turn.then(() => {
      if (this.#wanted && !this.#stopped) this.#term ??= new Term(this.#makePaths(), this.#resyncMs);
    });
  }

  /** Ends the term: running reconciles end, queued ones are dropped; the next leader finds them again. */
  end(): void {
    this.#wanted = false;
    this.#turn = this.#turn.then(async () => {
      await this.#term?.end();
      this.#term = undefined;
    });
  }

  /** As `end`, and no term begins any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.end();
    await this.#turn;
  }
}

class Term {
  readonly #paths: Paths;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Log groups need nothing but AWS and begin at once, as do certificates. Pods wait until pods and claims are known: a decision on
   * half of the claims would be undone by the other half.
   */
  constructor(paths: Paths, resyncMs: number) {
    this.#paths = paths;
    for (const path of [paths.certificates, paths.logGroups, paths.statuses]) {
      if (!path) continue;
      path.enqueueAll();
      for (const controller of path.controllers) controller.start();
    }
    this.#beginPods(resyncMs);
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    const paths = Object.values(this.#paths) as readonly LeadingPath[];
    const controllers = paths.flatMap((path) => path.controllers);
    await Promise.all(controllers.map((controller) => controller.stop({ deadlineMs: stopDeadlineMs })));
    await Promise.all(paths.map((path) => path.close()));
  }

  #beginPods(resyncMs: number): void {
    const { pods } = this.#paths;
    if (!pods.isReady()) {
      this.#timer = setTimeout(() => this.#beginPods(resyncMs), readyPollMs);
      return;
    }
    pods.enqueueAll();
    for (const controller of pods.controllers) controller.start();
    this.#resyncLater(resyncMs);
  }

  #resyncLater(resyncMs: number): void {
    this.#timer = setTimeout(() => {
      this.#paths.pods.enqueueAll();
      this.#paths.statuses.enqueueAll();
      this.#resyncLater(resyncMs);
    }, resyncMs);
  }
}
