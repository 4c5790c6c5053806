/**
 * Logs as JSON lines: a constant message, everything that varies in fields, so that one search finds every
 * occurrence. Keys come in this order: time, level, logger, message, then the fields.
 */
import winston from 'winston';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Values are logged as JSON; an Error becomes `{name, message, code, cause}`, at level debug with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger named `<this name>.<name>` that adds `fields` to each line. */
  child(name: string, fields?: LogFields): Logger;
}

export interface LoggerOptions {
  /** The least severe level that is written. */
  readonly level: LogLevel;
  /** Where lines go: standard output. */
  readonly stream: NodeJS.WritableStream;
  /** Name of the root logger. */
  readonly name: string;
  readonly now?: () => Date;
}

/** Texts from elsewhere are cut at this length, so that one error page does not fill the log. */
const longestText = 2_000;
const longestStack = 4_000;
const deepestCause = 4;

/** Fields of these names are never written, whoever passes them. */
const secretName = /authorization|password|secret|token|cookie|^headers$|^body$/i;

export function createLogger({ level, stream, name, now = () => new Date() }: LoggerOptions): Logger {
  const sink = winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    // The order in which keys were set is the order in which people want to read them.
    format: winston.format.json({ deterministic: false }),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types of its own classes disagree
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  });
  return new WinstonLogger({ sink, now, stacks: level === 'debug' }, name, {});
}

interface Output {
  readonly sink: winston.Logger;
  readonly now: () => Date;
  readonly stacks: boolean;
}

class WinstonLogger implements Logger {
  readonly #output: Output;
  readonly #name: string;
  readonly #fields: LogFields;

  constructor(output: Output, name: string, fields: LogFields) {
    this.#output = output;
    this.#name = name;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  child(name: string, fields: LogFields = {}): Logger {
    return new WinstonLogger(this.#output, `${this.#name}.${name}`, { ...this.#fields, ...fields });
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const { sink, now, stacks } = this.#output;
    if (!sink.isLevelEnabled(level)) return;
    const line = { time: now().toISOString(), level, logger: this.#name, message };
    sink.log(Object.assign(line, renderFields({ ...this.#fields, ...fields }, stacks)));
  }
}

const lineKeys: ReadonlySet<string> = new Set(['time', 'level', 'logger', 'message']);

function renderFields(fields: LogFields, stacks: boolean): LogFields {
  const rendered: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const key = lineKeys.has(name) ? `${name}_` : name;
    rendered[key] = secretName.test(name) ? '[not logged]' : renderValue(value, stacks);
  }
  return rendered;
}

function renderValue(value: unknown, stacks: boolean): unknown {
  if (typeof value === 'string') return cut(value, longestText);
  if (value instanceof Error) return renderError(value, stacks, 0);
  return value;
}

/** Only these parts: libraries hang requests, headers and bodies on their errors. */
function renderError(error: Error, stacks: boolean, depth: number): LogFields {
  const code = (error as { readonly code?: unknown }).code;
  const cause = error.cause instanceof Error && depth < deepestCause ? error.cause : undefined;
  return {
    name: error.name,
    message: cut(error.message, longestText),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause ? { cause: renderError(cause, stacks, depth + 1) } : {}),
    ...(stacks && error.stack ? { stack: cut(error.stack, longestStack) } : {}),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
