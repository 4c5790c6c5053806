/** The command line of the scripts, the demo and the benchmarks: words and switches without values. */
import { parseArgs } from 'node:util';
import { closestWord } from '../src/config/closest-word.ts';

export interface Usage {
  /** What is typed before the arguments, such as `npm run demo`. */
  readonly command: string;
  /** What it does, for --help. */
  readonly about: string;
  /** What each does, by name without the dashes. */
  readonly switches?: Readonly<Record<string, string>>;
  /** Words that may follow, and what one of them is called. Default: none may. */
  readonly words?: { readonly noun: string; readonly legal: readonly string[] };
}

export interface Arguments {
  readonly switches: ReadonlySet<string>;
  /** In the order given, each once. */
  readonly words: readonly string[];
}

/** A mistake on the command line, as shells and getopt have it. */
const usageExitCode = 2;

/**
 * The arguments of this process. With --help it prints what there is and ends the process; with one that there is
 * not, all that is wrong, and ends it with code 2.
 */
export function readArguments(usage: Usage): Arguments {
  const { problems, asksForHelp, ...given } = parseArguments(usage, process.argv.slice(2));
  if (asksForHelp) {
    process.stdout.write(renderHelp(usage));
    process.exit(0);
  }
  if (problems.length > 0) {
    const help = `${usage.command} -- --help`;
    process.stderr.write(`${usage.command}: ${problems.join('\n  ')}\nSee ${help} for what there is.\n`);
    process.exit(usageExitCode);
  }
  return given;
}

/** All at once; `node:util` itself, told to be strict, ends at the first. */
export function parseArguments(
  usage: Usage,
  argv: readonly string[],
): Arguments & { readonly problems: readonly string[]; readonly asksForHelp: boolean } {
  const { tokens } = parseArgs({ args: [...argv], strict: false, allowPositionals: true, tokens: true });
  const switches = new Set<string>();
  const words = new Set<string>();
  const problems: string[] = [];
  let asksForHelp = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'option' && (token.rawName === '--help' || token.rawName === '-h')) asksForHelp = true;
    else {
      const problem =
        token.kind === 'option' ? problemOfSwitch(usage, token) : problemOfWord(usage, token.value);
      if (problem !== undefined) problems.push(problem);
      else if (token.kind === 'option') switches.add(token.name);
      else words.add(token.value);
    }
  }
  return { switches, words: [...words], problems, asksForHelp };
}

interface Switch {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  /** After `=`. */
  readonly value?: string | undefined;
}

function problemOfSwitch({ switches = {} }: Usage, { name, rawName, value }: Switch): string | undefined {
  const names = Object.keys(switches);
  if (rawName.startsWith('--') && names.includes(name))
    return value === undefined ? undefined : `${rawName} takes no value, and "${value}" is given`;
  return `there is no ${rawName}${suggest(closestWord(name, names), '--')}`;
}

function problemOfWord({ switches = {}, words }: Usage, given: string): string | undefined {
  if (words?.legal.includes(given)) return undefined;
  if (words) return `there is no ${words.noun} "${given}"${suggest(closestWord(given, words.legal))}`;
  return `"${given}" means nothing here${suggest(closestWord(given, Object.keys(switches)), '--')}`;
}

function suggest(meant: string | undefined, dashes = ''): string {
  return meant === undefined ? '' : `; did you mean ${dashes}${meant}?`;
}

/** Ends in a newline. */
export function renderHelp({ command, about, switches = {}, words }: Usage): string {
  const rows = [
    ...Object.entries(switches).map(([name, does]) => [`--${name}`, does] as const),
    ['--help', 'Prints this.'] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const usage = [
    command,
    '--',
    ...(words ? [`[${words.noun.toUpperCase()}]...`] : []),
    ...rows.map(([name]) => `[${name}]`),
  ];
  return [
    about,
    '',
    `Usage: ${usage.join(' ')}`,
    '',
    ...rows.map(([name, does]) => `  ${name.padEnd(width)}  ${does}`),
    ...(words ? ['', `Each ${words.noun.toUpperCase()} is one of: ${words.legal.join(', ')}.`] : []),
    '',
  ].join('\n');
}
