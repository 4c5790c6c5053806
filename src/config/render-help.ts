import type { Option } from './option.ts';
import { environmentNames, type OptionTable } from './read-options.ts';

/** The text of `--help`: every setting with its variables, legal values and default. Ends in a newline. */
export function renderHelp(usage: string, table: OptionTable): string {
  const intro = 'A flag wins over an environment variable; an empty variable counts as unset.';
  return [usage, '', intro, '', ...Object.values(table).flatMap(renderOption)].join('\n');
}

/** Whether the command line asks for help; everything else on it does not matter then. */
export function isHelpRequested(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

function renderOption(option: Option<unknown>): readonly string[] {
  return [
    `  --${option.flag}`,
    `      ${option.help}`,
    `      legal: ${option.legal}`,
    `      default: ${option.fallback ? option.fallback.shown : 'none, required'}`,
    `      environment: ${environmentNames(option).join(', ')}`,
    '',
  ];
}
