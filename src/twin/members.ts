/**
 * The members of an operation's input as data: type, range and pattern, checked as AWS's front end does
 * before the operation sees them. Constraints are those of each operation's page in
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
 */
import { Refusal } from './refusal.ts';

/** What is wrong with values, as AWS words it. */
export type Problems = string[];

/** Reads one member. Adds to `problems` what is wrong; throws a `SerializationException` for a wrong JSON type. */
export type Member<T> = (value: unknown, path: string, problems: Problems) => T;
export type Members = Readonly<Record<string, Member<unknown>>>;
export type InputOf<M extends Members> = {
  readonly [K in keyof M]: M[K] extends Member<infer T> ? T : never;
};

/** The checked input. What AWS does not know is ignored, as AWS does. */
export function readInput<M extends Members>(
  members: M,
  body: Readonly<Record<string, unknown>>,
): InputOf<M> {
  const problems: Problems = [];
  const input = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, member(body[name] ?? undefined, name, problems)]),
  );
  if (problems.length > 0) throw validationRefusal(problems);
  return input as InputOf<M>;
}

function validationRefusal(problems: Problems): Refusal {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  return new Refusal('InvalidParameterException', `${count}: ${problems.join('; ')}`);
}

function failed(value: unknown, path: string, constraint: string): string {
  const shown =
    value === undefined ? 'null' : `'${cut(typeof value === 'string' ? value : JSON.stringify(value))}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function cut(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}

/** The member must be there. */
export function required<T>(member: Member<T | undefined>): Member<T> {
  return (value, path, problems) => {
    if (value === undefined) problems.push(failed(value, path, 'Member must not be null'));
    return member(value, path, problems) as T;
  };
}

export interface TextRange {
  readonly min?: number;
  readonly max?: number;
  /** Must match as a whole. */
  readonly pattern?: string;
}

export function text({ min = 0, max = Infinity, pattern }: TextRange = {}): Member<string | undefined> {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  return (value, path, problems) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    if (value.length < min)
      problems.push(failed(value, path, `Member must have length greater than or equal to ${min}`));
    if (value.length > max)
      problems.push(failed(value, path, `Member must have length less than or equal to ${max}`));
    if (whole?.test(value) === false)
      problems.push(failed(value, path, `Member must satisfy regular expression pattern: ${pattern ?? ''}`));
    return value;
  };
}

export function oneOf<const T extends string>(words: readonly T[]): Member<T | undefined> {
  const asText = text();
  return (value, path, problems) => {
    const given = asText(value, path, problems) as T | undefined;
    if (given !== undefined && !words.includes(given))
      problems.push(failed(given, path, `Member must satisfy enum value set: [${words.join(', ')}]`));
    return given;
  };
}

/** A whole number, for counts and for milliseconds alike. */
export function integer(min = -Infinity, max = Infinity): Member<number | undefined> {
  return (value, path, problems) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'a whole number');
    if (value < min)
      problems.push(failed(value, path, `Member must have value greater than or equal to ${min}`));
    if (value > max)
      problems.push(failed(value, path, `Member must have value less than or equal to ${max}`));
    return value;
  };
}

export const flag: Member<boolean | undefined> = (value, path) => {
  if (value !== undefined && typeof value !== 'boolean') throw wrongType(path, 'true or false');
  return value;
};

export function list<T>(
  member: Member<T | undefined>,
  { min = 0, max = Infinity }: TextRange = {},
): Member<readonly T[] | undefined> {
  return (value, path, problems) => {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(path, 'a list');
    if (value.length < min || value.length > max) {
      const bound = value.length < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
      problems.push(
        failed(undefined, path, `Member must have length ${bound}`).replace(
          'null',
          `of length ${value.length}`,
        ),
      );
      return [];
    }
    const item = required(member);
    return value.map((one: unknown, index) =>
      item(one ?? undefined, `${path}.${index + 1}.member`, problems),
    );
  };
}

export function map(
  key: Member<string | undefined>,
  value: Member<string | undefined>,
  { min = 0, max = Infinity }: TextRange = {},
): Member<ReadonlyMap<string, string> | undefined> {
  return (given, path, problems) => {
    if (given === undefined) return undefined;
    if (!isRecord(given)) throw wrongType(path, 'a map');
    const entries = Object.entries(given);
    if (entries.length < min)
      problems.push(failed(given, path, `Member must have length greater than or equal to ${min}`));
    if (entries.length > max)
      problems.push(failed(given, path, `Member must have length less than or equal to ${max}`));
    for (const [name, one] of entries) {
      key(name, `${path}.key`, problems);
      required(value)(one ?? undefined, `${path}.${name}.member`, problems);
    }
    return new Map(entries as [string, string][]);
  };
}

export function structure<M extends Members>(members: M): Member<InputOf<M> | undefined> {
  const entries = Object.entries(members);
  return (value, path, problems) => {
    if (value === undefined) return undefined;
    if (!isRecord(value)) throw wrongType(path, 'a structure');
    const read: Record<string, unknown> = {};
    for (const [name, member] of entries)
      read[name] = member(value[name] ?? undefined, `${path}.${name}`, problems);
    return read as InputOf<M>;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(path: string, wanted: string): Refusal {
  return new Refusal('SerializationException', `'${path}' must be ${wanted}`);
}
