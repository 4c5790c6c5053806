import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArguments, renderHelp, type Usage } from '../../../scripts/read-arguments.ts';

const demo: Usage = {
  command: 'npm run demo',
  about: 'The demo.',
  switches: { exit: 'Ends by itself.', 'without-admission': 'By repair alone.' },
};
const bench: Usage = {
  command: 'npm run bench',
  about: 'The benchmarks.',
  switches: { json: 'For machines.' },
  words: { noun: 'benchmark', legal: ['patch-cpu', 'rollout'] },
};

function problemsOf(usage: Usage, ...argv: readonly string[]): readonly string[] {
  return parseArguments(usage, argv).problems;
}

describe('arguments that there are', () => {
  it('are none, where none is given', () => {
    expect(parseArguments(demo, [])).toEqual({
      switches: new Set(),
      words: [],
      problems: [],
      asksForHelp: false,
    });
  });

  it('are words and switches in any order, each once', () => {
    const { switches, words, problems } = parseArguments(bench, [
      'rollout',
      '--json',
      'patch-cpu',
      'rollout',
    ]);
    expect({ switches: [...switches], words, problems }).toEqual({
      switches: ['json'],
      words: ['rollout', 'patch-cpu'],
      problems: [],
    });
  });

  it.each([['--help'], ['-h']])('are asked for by %s, whatever else is wrong', (flag) => {
    expect(parseArguments(demo, ['--bogus', flag]).asksForHelp).toBe(true);
  });
});

describe('an argument that there is not', () => {
  it.each<[sentence: string, usage: Usage, argv: string[], problem: string]>([
    ['is an unknown switch', demo, ['--bogus'], 'there is no --bogus'],
    ['is a mistyped switch', demo, ['--exot'], 'there is no --exot; did you mean --exit?'],
    ['is a switch with a value', demo, ['--exit=5'], '--exit takes no value, and "5" is given'],
    ['is a switch with an empty value', demo, ['--exit='], '--exit takes no value, and "" is given'],
    ['is a short switch', demo, ['-e'], 'there is no -e'],
    ['is a word where none is taken', demo, ['foo'], '"foo" means nothing here'],
    ['is a switch without its dashes', demo, ['exit'], '"exit" means nothing here; did you mean --exit?'],
    ['is a switch after --', demo, ['--', '--exit'], '"--exit" means nothing here; did you mean --exit?'],
    [
      'is an unknown word',
      bench,
      ['patch-cpi'],
      'there is no benchmark "patch-cpi"; did you mean patch-cpu?',
    ],
    ['is a name that every object has', demo, ['--constructor'], 'there is no --constructor'],
  ])('%s', (_, usage, argv, problem) => {
    expect(problemsOf(usage, ...argv)).toEqual([problem]);
  });

  it('is told with all the others', () => {
    expect(problemsOf(bench, 'rolout', '--rounds', '--json=x', 'rollout')).toEqual([
      'there is no benchmark "rolout"; did you mean rollout?',
      'there is no --rounds',
      '--json takes no value, and "x" is given',
    ]);
  });
});

it('help names every switch and every word', () => {
  expect(renderHelp(bench)).toBe(`The benchmarks.

Usage: npm run bench -- [BENCHMARK]... [--json] [--help]

  --json  For machines.
  --help  Prints this.

Each BENCHMARK is one of: patch-cpu, rollout.
`);
});

const run = (file: string, ...argv: readonly string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../../..', file), ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

describe('the program', () => {
  it.each([['demo/run.ts'], ['bench/run.ts'], ['scripts/e2e.ts']])(
    '%s refuses what it does not know with code 2 before it does anything, and names --help',
    (file) => {
      const { status, stdout, stderr } = run(file, '--bogus', 'foo');
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(
        /^npm run \w+: there is no --bogus\n {2}.*"foo".*\nSee npm run \w+ -- --help for what there is\.\n$/,
      );
    },
  );

  it('demo/run.ts helps, and does nothing else', () => {
    const { status, stdout, stderr } = run('demo/run.ts', '--help', '--bogus');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: npm run demo -- [--exit] [--without-admission] [--help]\n');
  });
});
