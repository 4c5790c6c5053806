import { type ContractCase, guidePage, pageOf, type Step } from '../contract-case.ts';
import { createGroup, group, put, withStream } from '../steps.ts';

const page = guidePage('FilterAndPatternSyntax');

interface Patterns {
  readonly name: string;
  readonly reading?: true;
  readonly messages: readonly (string | object)[];
  /** Each pattern with the places of the messages that it finds. */
  readonly found: readonly (readonly [filterPattern: string, ...places: number[]])[];
}

const filter = (filterPattern: string, expected: Partial<Step>): Step => ({
  call: 'FilterLogEvents',
  with: { logGroupName: group, filterPattern },
  ...expected,
});

function caseOf({ messages, found, ...about }: Patterns): ContractCase {
  const texts = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return {
    ...about,
    page,
    steps: [
      ...withStream,
      put(texts.map((text) => [0, text] as const)),
      ...found.map(([filterPattern, ...places]) =>
        filter(filterPattern, { has: { events: places.map((place) => ({ message: texts[place] })) } }),
      ),
    ],
  };
}

const lines = [
  '[ERROR 400] BAD REQUEST',
  '[ERROR 401] UNAUTHORIZED REQUEST',
  '[ERROR 419] MISSING ARGUMENTS',
  '[INFO] REQUEST FAILED',
];

const trail = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  'cluster.name': 'c',
  ThisFlag: true,
};

const patterns: readonly Patterns[] = [
  {
    name: 'terms with ? count for nothing beside others, and a blank in quotes finds everything',
    messages: lines,
    found: [
      ['?ERROR ?ARGUMENTS', 0, 1, 2],
      ['?ERROR ?ARGUMENTS REQUEST', 0, 1, 3],
      ['ERROR -ARGUMENTS', 0, 1],
      ['" "', 0, 1, 2, 3],
    ],
  },
  {
    name: 'a regular expression between percent signs is looked for anywhere',
    messages: ['color', 'that colour', 'hat', 'ab12 (x)', '10.10.0.1', '10010,051'],
    found: [
      ['%colou?r%', 0, 1],
      ['%^[hc]at%', 2],
      ['%[hc]at|^color$%', 0, 1, 2],
      [String.raw`%\d{2}\s\x28%`, 3],
      [String.raw`%10\.10\.0\.1%`, 4],
      ['%10.10.0.1%', 4, 5],
    ],
  },
  {
    name: 'selectors reach into lists, keys with dots and, by a wildcard, any of them',
    messages: [trail],
    found: [
      ['{ $.eventType = "UpdateTrail" }', 0],
      ['{ $.sourceIPAddress != 123.123.* }', 0],
      ['{ $.arrayKey[0] = "value" }', 0],
      ['{ $.objectList[1].id = 2 }', 0],
      ['{ $.eventType = %Trail% }', 0],
      ['{ $.arrayKey[*] = %val.{2}% }', 0],
      [String.raw`{ $.* = %111\.111\.111\.1[0-9]{1,2}% }`, 0],
      [`{ $.['cluster.name'] = "c" }`, 0],
      ['{ $.SomeObject IS NULL }', 0],
      ['{ $.SomeOtherObject NOT EXISTS }', 0],
      ['{ $.ThisFlag IS TRUE }', 0],
      ['{ $.arrayKey = "value" }'],
      ['{ $.arrayKey != "value" }'],
      ['{ $.SomeObject NOT EXISTS }'],
    ],
  },
  {
    name: 'numbers are compared in every notation',
    messages: [{ latency: 55.5, code: 400 }, { latency: 1_000, code: 500 }, { latency: 0.001 }],
    found: [
      ['{ $.latency >= 55.5 }', 0, 1],
      ['{ $.latency = 1e+3 }', 1],
      ['{ $.latency != 1e-3 }', 0, 1],
      ['{ $.latency > +100 }', 1],
      ['{ $.code = 4* }', 0],
      ['{ $.code = * }', 0, 1],
    ],
  },
  {
    name: '&& binds tighter than ||, and parentheses bind first',
    messages: [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ],
    found: [
      ['{ $.a = 1 || $.a = 2 && $.b = 2 }', 0, 2],
      ['{ ($.a = 1 || $.a = 2) && $.b = 1 }', 0, 1],
    ],
  },
  {
    name: 'what lacks the property meets no comparison, and a number equals what spells it',
    reading: true,
    messages: [{ a: '400' }, { b: 1 }],
    found: [['{ $.a != "x" }', 0], ['{ $.a = 400 }', 0], ['{ $.c != "x" }']],
  },
];

const refused: ContractCase = {
  name: 'what the syntax has not is refused',
  page: `${page} and ${pageOf('FilterLogEvents')}`,
  steps: [
    createGroup,
    ...[
      '%something!%',
      '%(a|b)%',
      '%é%',
      '%[a%',
      '%open',
      '{ $.a > "x" }',
      '{ $.a IS NOT NULL }',
      '{ $.a EXISTS }',
      '{ $.*.* = 1 }',
      '{ $.*=1 && $.a[*]=1 && $.b[*]=1 && $.c[*]=1 }',
      '{ $.a = %a% && $.b = %b% || $.c = %c% }',
    ].map((filterPattern) => filter(filterPattern, { refusedAs: 'InvalidParameterException' })),
  ],
};

/** AWS has them; the twin says that it has not. */
const unsupported: ContractCase = {
  name: 'a space-delimited pattern is not supported by the twin',
  page,
  reading: true,
  steps: [createGroup, filter('[w1=ERROR, w2]', { refusedAs: 'InvalidParameterException' })],
};

export const filterPatterns: readonly ContractCase[] = [...patterns.map(caseOf), refused, unsupported];
