/** What a command of a query works on: a log event with its fields, or a row of stats. */
import { writePointer } from '../state/event-pointer.ts';
import { comparePositions, type LogEvent } from '../state/log-stream.ts';
import { DiscoveredFields, FieldPath } from './discover-fields.ts';
import { Instant, type Value } from './value.ts';

export interface Row {
  get(field: Field): Value;
  /** Gives the row a field of this name, in place of one it may have. */
  set(name: string, value: Value): void;
}

/** A field as a query names it, made ready for many rows. */
export interface Field {
  readonly name: string;
  /** Reads it, if it is one that Insights generates. */
  readonly generated: ((event: LogEvent, source: EventSource) => Value) | undefined;
  readonly path: FieldPath;
}

export function fieldNamed(name: string): Field {
  return { name, generated: generatedFields[name], path: new FieldPath(name) };
}

/** Whether Insights generates the field. */
export function generatesField(name: string): boolean {
  return name in generatedFields;
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

  get({ name, generated, path }: Field): Value {
    if (this.#computed?.has(name)) return this.#computed.get(name);
    if (generated) return generated(this.event, this.#source);
    if (!this.#source.discoversFields) return undefined;
    this.#discovered ??= new DiscoveredFields(this.event.message);
    return this.#discovered.get(path);
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

const generatedFields: Readonly<Record<string, Field['generated']>> = Object.assign(
  Object.create(null) as object,
  {
    '@timestamp': ({ timestamp }: LogEvent) => new Instant(timestamp),
    '@ingestionTime': ({ ingestionTime }: LogEvent) => new Instant(ingestionTime),
    '@message': ({ message }: LogEvent) => message,
    '@logStream': (_: LogEvent, { logStream }: EventSource) => logStream,
    '@log': (_: LogEvent, { log }: EventSource) => log,
    '@ptr': ({ sequence }: LogEvent, { log }: EventSource) => writePointer(log, sequence),
  },
);

export class TableRow implements Row {
  readonly #values = new Map<string, Value>();

  get({ name }: Field): Value {
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
