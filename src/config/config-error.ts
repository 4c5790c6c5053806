/** One thing that is wrong with the settings. */
export interface ConfigProblem {
  /** The flag with its dashes, or the argument that is none. */
  readonly key: string;
  /** Environment variables that set the same. */
  readonly env: readonly string[];
  /** Where the value came from: the key, or one of `env`; undefined if it was not given. */
  readonly source?: string;
  readonly given?: string;
  /** What is wrong and what is legal. */
  readonly problem: string;
}

const longestValue = 120;

/** All that is wrong with the settings at once; its message is written for the person who starts the program. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [
        `the configuration has ${count}:`,
        ...problems.map(formatProblem),
        'See --help for all settings.',
      ].join('\n'),
    );
    this.problems = problems;
  }
}

function formatProblem({ key, env, source, given, problem }: ConfigProblem): string {
  const names = env.length > 0 ? `${key} (or ${env.join(', ')})` : key;
  if (given === undefined) return `  ${names}: ${problem}`;
  const shown = given.length > longestValue ? `${given.slice(0, longestValue)}…` : given;
  const where = source === undefined || source === key ? '' : ` in ${source}`;
  return `  ${names}: ${JSON.stringify(shown)}${where} ${problem}`;
}
