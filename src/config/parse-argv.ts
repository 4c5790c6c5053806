/** Splits a command line into flags and their texts: `--name value`, `--name=value`, `--switch`. */
import { closestWord } from './closest-word.ts';
import type { ConfigProblem } from './config-error.ts';

/** What the splitting must know of a flag. */
export interface FlagShape {
  readonly flag: string;
  readonly isSwitch?: boolean;
}

export interface ParsedArgv {
  /** By flag, without the dashes. */
  readonly given: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

/** `argv` without the program's own name. Unknown flags, duplicates, missing values and stray arguments are problems. */
export function parseArgv(argv: readonly string[], shapes: readonly FlagShape[]): ParsedArgv {
  const given = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [flag, inline] = split(argument);
    const shape = shapes.find((one) => one.flag === flag);
    if (!shape) {
      problems.push(unknown(argument, flag, shapes));
      // Its value is not a second mistake.
      if (flag !== undefined && inline === undefined && isValue(rest[0])) rest.shift();
      continue;
    }
    const value = inline ?? takeValue(shape, rest);
    if (value === undefined) problems.push(problemOf(shape.flag, 'needs a value: none follows it'));
    else if (given.has(shape.flag)) problems.push(problemOf(shape.flag, 'is given more than once; keep one'));
    else given.set(shape.flag, value);
  }
  return { given, problems };
}

/** The flag's name and, after `=`, its value. */
function split(argument: string): [flag: string | undefined, inline: string | undefined] {
  const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
  return [match?.[1], match?.[2]];
}

function takeValue(shape: FlagShape, rest: string[]): string | undefined {
  const [next] = rest;
  if (shape.isSwitch) return next === 'true' || next === 'false' ? rest.shift() : 'true';
  return isValue(next) ? rest.shift() : undefined;
}

/** A value that begins with two dashes must be given as `--name=value`. */
function isValue(next: string | undefined): boolean {
  return next !== undefined && !next.startsWith('--');
}

function problemOf(flag: string, problem: string): ConfigProblem {
  return { key: `--${flag}`, env: [], problem };
}

function unknown(argument: string, flag: string | undefined, shapes: readonly FlagShape[]): ConfigProblem {
  if (flag === undefined)
    return { key: JSON.stringify(argument), env: [], problem: 'is not a flag; flags begin with --' };
  const meant = closestWord(
    flag,
    shapes.map((shape) => shape.flag),
  );
  return problemOf(flag, meant === undefined ? 'is not a flag' : `is not a flag; did you mean --${meant}?`);
}
