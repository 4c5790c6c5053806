/** What only the leader does: run the controllers, from the moment that it leads until the stop. */
import type { Controller } from '../runtime/controller.ts';
import type { LogGroupPath } from './log-group-path.ts';
import type { PodPath } from './pod-path.ts';
import type { StatusPath } from './status-path.ts';

interface Paths {
  readonly pods: PodPath;
  readonly statuses: StatusPath;
  readonly logGroups: LogGroupPath;
}

const readyPollMs = 50;

export class Leading {
  readonly #paths: Paths;
  readonly #resyncMs: number;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  /** Everything is looked at again every `resyncMs`, events or none. */
  constructor(paths: Paths, resyncMs: number) {
    this.#paths = paths;
    this.#resyncMs = resyncMs;
  }

  /**
   * Log groups need nothing but AWS and begin at once. Pods wait until pods and claims are known: a decision on
   * half of the claims would be undone by the other half.
   */
  begin(): void {
    if (this.#stopped) return;
    const { statuses, logGroups } = this.#paths;
    statuses.enqueueAll();
    for (const controller of [...logGroups.controllers, statuses.controller]) controller.start();
    this.#beginPods();
  }

  /** Running reconciles end, queued ones are dropped: the next leader finds them again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await this.#paths.logGroups.client.close();
  }

  get #controllers(): readonly Controller[] {
    const { pods, statuses, logGroups } = this.#paths;
    return [...pods.controllers, statuses.controller, ...logGroups.controllers];
  }

  #beginPods(): void {
    const { pods } = this.#paths;
    if (!pods.isReady()) {
      this.#timer = setTimeout(() => this.#beginPods(), readyPollMs);
      return;
    }
    pods.enqueueAll();
    for (const controller of pods.controllers) controller.start();
    this.#resyncLater();
  }

  #resyncLater(): void {
    this.#timer = setTimeout(() => {
      this.#paths.pods.enqueueAll();
      this.#paths.statuses.enqueueAll();
      this.#resyncLater();
    }, this.#resyncMs);
  }
}
