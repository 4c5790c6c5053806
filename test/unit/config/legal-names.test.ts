import { describe, expect, it } from '@jest/globals';
import * as legal from '../../../src/config/legal-names.ts';
import { problemOfLogGroupName } from '../../../src/kernel/log-group-name.ts';

type Case = [rule: keyof typeof legal, good: readonly string[], bad: readonly string[]];

const cases: Case[] = [
  [
    'isClusterName',
    ['a', '0', 'my-cluster', 'My_Cluster-1', 'x'.repeat(100)],
    ['', '-a', '_a', 'a.b', 'a b', 'a/b', 'ä', 'x'.repeat(101), 'a\n'],
  ],
  [
    'isRegionName',
    [
      'us-east-1',
      'eu-central-1',
      'ap-northeast-3',
      'us-gov-west-1',
      'cn-north-1',
      'us-isob-east-1',
      'eusc-de-east-1',
      'il-central-1',
      'ap-southeast-12',
    ],
    [
      '',
      'us-east',
      'us-east-1a',
      'US-EAST-1',
      'us_east_1',
      'useast1',
      'us-east-0',
      'us-east-1 ',
      'local',
      'us-east-1\n',
      'a-b-c-d-1',
    ],
  ],
  ['isAvailabilityZoneName', ['us-east-1a', 'us-gov-west-1b'], ['us-east-1', 'us-east-1aa', 'a', '']],
  [
    'isDnsLabel',
    ['a', '0', 'a-b', 'x'.repeat(63)],
    ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'x'.repeat(64), 'a\n'],
  ],
  [
    'isDnsSubdomain',
    ['a', 'a.b-c.d', 'x'.repeat(253)],
    ['', '.a', 'a.', 'a..b', 'A', 'a.-b', 'x'.repeat(254)],
  ],
  [
    'isHost',
    ['0.0.0.0', '127.0.0.1', '::', '::1', 'localhost', 'Host.example'],
    ['', 'a b', 'http://a', 'a:80', '[::1]'],
  ],
  [
    'isServerUrl',
    [
      'http://localhost:4566',
      'https://logs.us-east-1.amazonaws.com',
      'https://[::1]:6443/',
      'https://a/base/path',
    ],
    [
      '',
      'localhost:4566',
      'ftp://a',
      'https://',
      'https://u:p@a',
      'https://a?x=1',
      'https://a#x',
      'file:///etc',
    ],
  ],
];

describe.each(cases)('%s', (rule, good, bad) => {
  it.each(good)('accepts %j', (name) => {
    expect(legal[rule](name)).toBe(true);
  });

  it.each(bad)('refuses %j', (name) => {
    expect(legal[rule](name)).toBe(false);
  });
});

it('every legal cluster name is a legal log group name', () => {
  const [, good] = cases[0]!;
  expect(good.map(problemOfLogGroupName)).toEqual(good.map(() => undefined));
});
