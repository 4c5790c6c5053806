/** What a command of a query works on: a log event with its fields, or a row of stats. */
import { comparePositions, type LogEvent } from '../state/log-stream.ts';
import { DiscoveredFields } from './discover-fields.ts';
import type { Value } from './value.ts';

export interface Row {
  get(name: string): Value;
  /** Gives the row a field of this name, in place of one it may have. */
  set(name: string, value: Value): void;
}

/** Where an event comes from. */
export interface EventSource {
  /** `account-id:log-group-name`. */
  readonly log: string;
  readonly logStream: string;
  /** Only the Standard class has discovered fields. */
  readonly discoversFields: boolean;
}

export class EventRow implements Row {
  readonly event: LogEvent;
  readonly #source: EventSource;
  #computed: Map<string, Value> | undefined;
  #discovered: DiscoveredFields | undefined;

  constructor(event: LogEvent, source: EventSource) {
    this.event = event;
    this.#source = source;
  }

  get(name: string): Value {
    if (this.#computed?.has(name)) return this.#computed.get(name);
    const system = systemFields[name];
    if (system) return system(this.event, this.#source);
    if (!this.#source.discoversFields) return undefined;
    this.#discovered ??= new DiscoveredFields(this.event.message);
    return this.#discovered.get(name);
  }

  set(name: string, value: Value): void {
    this.#computed ??= new Map();
    this.#computed.set(name, value);
  }

  /** Lets go of the parsed message; it is parsed again at need. */
  rest(): void {
    this.#discovered = undefined;
  }
}

const systemFields: Readonly<Record<string, (event: LogEvent, source: EventSource) => Value>> = Object.assign(
  Object.create(null) as object,
  {
    '@timestamp': ({ timestamp }: LogEvent) => timestamp,
    '@ingestionTime': ({ ingestionTime }: LogEvent) => ingestionTime,
    '@message': ({ message }: LogEvent) => message,
    '@logStream': (_: LogEvent, { logStream }: EventSource) => logStream,
    '@log': (_: LogEvent, { log }: EventSource) => log,
    '@ptr': ({ sequence }: LogEvent, { log }: EventSource) =>
      Buffer.from(`${log}/${sequence}`).toString('base64'),
  },
);

/** Fields that are times, and shown as such. */
export const timeFields: readonly string[] = ['@timestamp', '@ingestionTime'];

export class TableRow implements Row {
  readonly #values = new Map<string, Value>();

  get(name: string): Value {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** Rows of events in the order in which the service keeps them; rows of stats as they stand. */
export function compareRows(a: Row, b: Row): number {
  return a instanceof EventRow && b instanceof EventRow ? comparePositions(a.event, b.event) : 0;
}
