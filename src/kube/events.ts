/** Kubernetes Events (events.k8s.io/v1): what a person should see in `kubectl describe`. */
import { backoffMs } from './backoff.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { EventCorrelator, type EventInput, type EventSeries } from './event-correlator.ts';
import { isNotFound, KubeError } from './kube-errors.ts';
import { microTime } from './lease.ts';
import { resourcePath, type ResourceTarget } from './resource-path.ts';
import type { KubeRequest } from './transport.ts';

interface EventTransport {
  send(request: KubeRequest): Promise<void>;
}

export interface EventRecorderOptions {
  /** Who reports, such as `cortex.dev/operator`. */
  readonly controller: string;
  /** Which replica reports: its pod's name. At most 128 characters. */
  readonly instance: string;
  /** Told when an Event is given up: rights are missing, the queue is full, the server stays away. */
  readonly onDropped?: (error: Error) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

const maxQueued = 1000;
const maxAttempts = 5;

export class EventRecorder {
  readonly #transport: EventTransport;
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #correlator = new EventCorrelator();
  readonly #queue: EventSeries[] = [];
  readonly #stopped = new AbortController();
  #writing: Promise<void> | undefined;
  #serial = 0;

  constructor(transport: EventTransport, options: EventRecorderOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Returns at once and never throws; equal Events are counted, floods are cut (see `EventCorrelator`). */
  record(event: EventInput): void {
    const series = this.#correlator.correlate(event, this.#clock.date().getTime());
    if (!series || this.#stopped.signal.aborted) return;
    if (this.#queue.length >= maxQueued) {
      series.queued = false;
      this.#options.onDropped?.(new Error(`${maxQueued} events wait to be written already`));
      return;
    }
    this.#queue.push(series);
    this.#writing ??= this.#writeQueue();
  }

  /** Resolves when all that was recorded is written or given up. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Gives up what waits; later Events are dropped. */
  stop(): void {
    this.#stopped.abort();
  }

  /** One at a time: Events must not compete with the writes that they tell of. */
  async #writeQueue(): Promise<void> {
    for (let series = this.#queue.shift(); series; series = this.#queue.shift()) {
      series.queued = false;
      await this.#writeWithRetries(series);
    }
    this.#writing = undefined;
  }

  async #writeWithRetries(series: EventSeries): Promise<void> {
    for (let attempt = 1; !this.#stopped.signal.aborted; attempt += 1) {
      try {
        await this.#write(series);
        series.written = { count: series.count, at: this.#clock.date().getTime() };
        return;
      } catch (error) {
        if (!mayPass(error) || attempt === maxAttempts) {
          this.#options.onDropped?.(error as Error);
          return;
        }
        const retryAfterMs = error instanceof KubeError ? error.retryAfterMs : undefined;
        const waitMs = backoffMs(attempt, (this.#options.random ?? Math.random)(), retryAfterMs);
        await sleep(this.#clock, waitMs, this.#stopped.signal);
      }
    }
  }

  async #write(series: EventSeries): Promise<void> {
    try {
      if (series.objectName !== undefined) await this.#update(series, series.objectName);
    } catch (error) {
      // The API server forgets Events after an hour; a series may live longer.
      if (!isNotFound(error)) throw error;
      series.objectName = undefined;
    }
    if (series.objectName === undefined) await this.#create(series);
  }

  async #create(series: EventSeries): Promise<void> {
    const { regarding, type, reason, note, action = reason } = series.input;
    const { controller, instance } = this.#options;
    const target = targetOf(series);
    this.#serial += 1;
    const name = `${stemOf(regarding.name)}.${series.firstAt.toString(16)}${this.#serial.toString(16)}`;
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace: target.namespace },
      eventTime: microTime(new Date(series.firstAt)),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      regarding,
      type,
      reason,
      action,
      note,
      ...seriesField(series),
    };
    await this.#transport.send({ method: 'POST', path: resourcePath(target), body: JSON.stringify(body) });
    series.objectName = name;
  }

  async #update(series: EventSeries, name: string): Promise<void> {
    await this.#transport.send({
      method: 'PATCH',
      path: resourcePath({ ...targetOf(series), name }),
      body: JSON.stringify(seriesField(series)),
      contentType: 'application/merge-patch+json',
    });
  }
}

/** A series begins with the second occurrence: the API server refuses one of one. */
function seriesField({ count, lastAt }: EventSeries): object {
  return count < 2 ? {} : { series: { count, lastObservedTime: microTime(new Date(lastAt)) } };
}

function targetOf({ input: { regarding } }: EventSeries): ResourceTarget {
  const namespace = regarding.namespace ? regarding.namespace : 'default';
  return { group: 'events.k8s.io', version: 'v1', resource: 'events', namespace };
}

/** Room for a suffix within 253 characters; a cut name must not end in a dot or dash. */
function stemOf(name: string): string {
  return name.slice(0, 200).replace(/[^a-z0-9]+$/, '');
}

/** No answer, too busy or broken: worth another try. A refusal is not. */
function mayPass(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 0 || error.status === 429 || error.status >= 500);
}
