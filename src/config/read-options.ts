/** Reads a table of options from a command line and an environment. A flag wins over the environment. */
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Option } from './option.ts';
import { parseArgv } from './parse-argv.ts';

/** Environment variables; empty ones count as unset, since templates leave them so. */
export type Environment = Readonly<Record<string, string | undefined>>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the table's values differ; OptionValues gives each its own type
export type OptionTable = Readonly<Record<string, Option<any>>>;

export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

/** The names of all environment variables that set the option, the first that is set counts. */
export function environmentNames(option: Pick<Option<unknown>, 'flag' | 'env'>): readonly string[] {
  return [`CORTEX_${option.flag.toUpperCase().replaceAll('-', '_')}`, ...(option.env ?? [])];
}

/** What is wrong with values that are each legal; those that are not are missing. */
export type Check<Table extends OptionTable> = (
  values: Partial<OptionValues<Table>>,
) => readonly ConfigProblem[];

/**
 * All values, or a ConfigError with all problems. Unknown variables are not refused: Kubernetes puts variables
 * for each Service into every pod.
 */
export function readOptions<Table extends OptionTable>(
  table: Table,
  { argv, env }: { readonly argv: readonly string[]; readonly env: Environment },
  check: Check<Table> = () => [],
): OptionValues<Table> {
  const { given, problems: argvProblems } = parseArgv(argv, Object.values(table));
  const problems: ConfigProblem[] = [...argvProblems];
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const result = readOption(option, given, env);
    if ('problem' in result) problems.push(result.problem);
    else values[name] = result.value;
  }
  problems.push(...check(values as Partial<OptionValues<Table>>));
  if (problems.length > 0) throw new ConfigError(problems);
  return values as OptionValues<Table>;
}

type Result = { readonly value: unknown } | { readonly problem: ConfigProblem };

function readOption(option: Option<unknown>, flags: ReadonlyMap<string, string>, env: Environment): Result {
  const key = `--${option.flag}`;
  const names = environmentNames(option);
  const found = findText(option, flags, env);
  if (!found) {
    if (option.fallback) return { value: option.fallback.value };
    return { problem: { key, env: names, problem: `is required; must be ${option.legal}` } };
  }
  const parsed = option.parse(found.given);
  if (!('problem' in parsed)) return { value: parsed.value };
  return { problem: { key, env: names, ...found, problem: parsed.problem + serviceLinkHint(found) } };
}

interface Found {
  readonly source: string;
  readonly given: string;
}

function findText(
  option: Option<unknown>,
  flags: ReadonlyMap<string, string>,
  env: Environment,
): Found | undefined {
  const flag = flags.get(option.flag);
  if (flag !== undefined) return { source: `--${option.flag}`, given: flag };
  for (const source of environmentNames(option)) {
    const given = env[source];
    if (given !== undefined && given !== '') return { source, given };
  }
  return undefined;
}

/** https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
function serviceLinkHint({ source, given }: Found): string {
  if (!source.endsWith('_PORT') || !given.startsWith('tcp://')) return '';
  return '; Kubernetes made this variable for a Service: set enableServiceLinks: false on the pod';
}
