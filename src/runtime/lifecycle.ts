/** Starts the parts of a program in order and stops them in reverse, once, whatever happens first. */
import { type Clock, systemClock, timedOut, within } from './clock.ts';
import type { Logger } from './logger.ts';

export interface Component {
  /** In logs. */
  readonly name: string;
  /** Rejects if the program cannot run without it. */
  start(): unknown;
  /** Also called if `start` has not ended yet or has failed. */
  stop(): unknown;
}

/** Port: the process. */
export interface ProcessPort {
  /** SIGTERM and SIGINT, by name. */
  onSignal(listener: (signal: string) => void): void;
  /** Uncaught exceptions and unhandled rejections. */
  onFault(listener: (kind: 'uncaughtException' | 'unhandledRejection', error: unknown) => void): void;
  exit(code: number): void;
}

export interface LifecycleOptions {
  /** In order of starting. What must be given up last (the lease) comes early. */
  readonly components: readonly Component[];
  readonly process: ProcessPort;
  readonly logger: Logger;
  /** A stop that takes longer ends in an exit with code 1, in ms; default 25,000: less than the 30 s that Kubernetes waits. */
  readonly stopDeadlineMs?: number;
  readonly clock?: Clock;
}

export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #clock: Clock;
  /** Those whose `start` was called, in that order. */
  readonly #begun: Component[] = [];
  #stopping: Promise<void> | undefined;
  #exitCode = 0;
  #inStop: string | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Starts all components; resolves when all are up or a stop has begun. */
  async run(): Promise<void> {
    const { process, logger, components } = this.#options;
    process.onSignal((signal) => this.#onSignal(signal));
    process.onFault((kind, error) => {
      logger.error('fault in the program, stopping', { kind, error });
      void this.stop(kind, 1);
    });
    for (const component of components) {
      if (this.#stopping) return;
      if (!(await this.#start(component))) return;
    }
  }

  /**
   * Stops everything and exits with `exitCode`. Calls after the first change nothing but the exit code, which
   * stays non-zero once it was.
   */
  stop(reason: string, exitCode = 0): Promise<void> {
    this.#exitCode ||= exitCode;
    this.#stopping ??= this.#stopAll(reason);
    return this.#stopping;
  }

  #onSignal(signal: string): void {
    const { process, logger } = this.#options;
    if (!this.#stopping) {
      void this.stop(signal);
      return;
    }
    logger.warn('second signal, exiting at once', { signal, inStop: this.#inStop });
    process.exit(1);
  }

  async #start(component: Component): Promise<boolean> {
    this.#begun.push(component);
    try {
      await component.start();
      return true;
    } catch (error) {
      if (this.#stopping) return false;
      this.#options.logger.error('could not start', { component: component.name, error });
      await this.stop(`${component.name} could not start`, 1);
      return false;
    }
  }

  async #stopAll(reason: string): Promise<void> {
    const { process, logger, stopDeadlineMs = 25_000 } = this.#options;
    logger.info('stopping', { reason });
    const ended = await within(this.#clock, stopDeadlineMs, this.#stopInReverse());
    if (ended === timedOut) {
      logger.error('stop took too long, exiting', { stopDeadlineMs, inStop: this.#inStop });
      this.#exitCode ||= 1;
    } else {
      logger.info('stopped', { exitCode: this.#exitCode });
    }
    process.exit(this.#exitCode);
  }

  async #stopInReverse(): Promise<void> {
    for (const component of this.#begun.toReversed()) {
      this.#inStop = component.name;
      try {
        await component.stop();
      } catch (error) {
        this.#exitCode ||= 1;
        this.#options.logger.error('could not stop', { component: component.name, error });
      }
    }
    this.#inStop = undefined;
  }
}
