import { describe, expect, it } from '@jest/globals';
import { parseArgv } from '../../../src/config/parse-argv.ts';

const shapes = [{ flag: 'region' }, { flag: 'cluster-name' }, { flag: 'leader-elect', isSwitch: true }];

function parse(...argv: string[]) {
  const { given, problems } = parseArgv(argv, shapes);
  return {
    given: Object.fromEntries(given),
    problems: problems.map(({ key, problem }) => `${key} ${problem}`),
  };
}

describe('a command line', () => {
  const good: [string, string[], Record<string, string>][] = [
    ['that is empty gives nothing', [], {}],
    ['gives a value after a space', ['--region', 'us-east-1'], { region: 'us-east-1' }],
    ['gives a value after an equals sign', ['--region=us-east-1'], { region: 'us-east-1' }],
    ['splits at the first equals sign only', ['--region=a=b'], { region: 'a=b' }],
    ['takes an empty value after an equals sign', ['--region='], { region: '' }],
    ['takes an empty value of its own', ['--region', ''], { region: '' }],
    ['takes a value that begins with one dash', ['--region', '-1'], { region: '-1' }],
    ['takes a value that begins with two dashes after an equals sign', ['--region=--x'], { region: '--x' }],
    ['keeps line breaks in a value', ['--region=a\nb'], { region: 'a\nb' }],
    [
      'takes a bare switch as true',
      ['--leader-elect', '--region=a'],
      { 'leader-elect': 'true', region: 'a' },
    ],
    ['takes a switch with a value after a space', ['--leader-elect', 'false'], { 'leader-elect': 'false' }],
    ['takes a switch with a value after an equals sign', ['--leader-elect=no'], { 'leader-elect': 'no' }],
  ];
  it.each(good)('%s', (_, argv, given) => {
    expect(parse(...argv)).toEqual({ given, problems: [] });
  });

  const bad: [string, string[], string[]][] = [
    ['with an unknown flag', ['--colour', 'red'], ['--colour is not a flag']],
    ['with a flag misspelt', ['--regoin=x'], ['--regoin is not a flag; did you mean --region?']],
    [
      'with underscores',
      ['--cluster_name', 'x'],
      ['--cluster_name is not a flag; did you mean --cluster-name?'],
    ],
    ['with a flag twice', ['--region=a', '--region', 'a'], ['--region is given more than once; keep one']],
    ['with a flag without its value at the end', ['--region'], ['--region needs a value: none follows it']],
    [
      'with a flag without its value before another',
      ['--region', '--cluster-name=a'],
      ['--region needs a value: none follows it'],
    ],
    ['with a stray word', ['us-east-1'], ['"us-east-1" is not a flag; flags begin with --']],
    ['with a word after a switch', ['--leader-elect', 'no'], ['"no" is not a flag; flags begin with --']],
    ['with one dash', ['-region=a'], ['"-region=a" is not a flag; flags begin with --']],
    ['with nothing but dashes', ['--'], ['"--" is not a flag; flags begin with --']],
    [
      'with several mistakes tells all of them',
      ['x', '--regoin', 'a', '--region'],
      [
        '"x" is not a flag; flags begin with --',
        '--regoin is not a flag; did you mean --region?',
        '--region needs a value: none follows it',
      ],
    ],
  ];
  it.each(bad)('%s is refused', (_, argv, problems) => {
    expect(parse(...argv).problems).toEqual(problems);
  });
});
