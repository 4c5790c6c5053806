import { describe, expect, it } from '@jest/globals';
import { expandSavedQueries } from '../../../../src/twin/insights/expand-saved-queries.ts';
import { parseQuery } from '../../../../src/twin/insights/parse-query.ts';
import { Refusal } from '../../../../src/twin/refusal.ts';
import { seededRandom, type SeededRandom } from '../seeded-random.ts';
import { runRows } from './run-rows.ts';

const messages = [
  '{"a":1,"b":{"c":"x","d":[1,2]},"ok":true,"none":null}',
  '{"a":"text 007","b":{"c":"é😀"},"@type":"REPORT"}',
  'user=ann, ms=10',
  '',
];

/** Words, signs and scraps that a query is made of, and some that it is not. */
const scraps = [
  ...'fields display filter where parse sort limit stats dedup by as and or not like in asc desc'.split(' '),
  ...'| | | , , ( ) [ ] = != < <= > >= =~ + - * / % ^ # " \' ` $ \\ . \n {{x}} é 😀'.split(' '),
  ...'@timestamp @message @ptr a b.c b.d.0 `a-b` ok none x count(*) sum(a) avg(a) bin(5m) now()'.split(' '),
  ...'abs(a) strlen(@message) substr(a,1) datefloor(@timestamp,1h) case(a=1,2) ispresent(b.c)'.split(' '),
  '/user=(?<u>\\w+)/',
  '/(a+)+$/',
  '/[/',
  '"user=*, ms=*"',
  '"x"',
  "'y'",
  ...'0 1 007 2.5 1e3 999999999999999999999 5m 10s true false null pattern diff jsonParse'.split(' '),
  '$Saved(x = 1)',
];

const saved = [
  { name: 'Saved', queryString: 'filter a = {{x}}', parameters: [{ name: 'x', defaultValue: '1' }] },
];

/** What the query gives, which must be a result or a refusal that names a place in the query. */
async function outcomeOf(query: string): Promise<'ran' | 'refused'> {
  let source = query;
  try {
    source = expandSavedQueries(query, saved);
    parseQuery(source);
  } catch (error) {
    expectPlaceIn(source, error);
    return 'refused';
  }
  await runRows(source, messages);
  return 'ran';
}

function expectPlaceIn(source: string, error: unknown): void {
  if (!(error instanceof Refusal)) throw new Error(`A fault for ${JSON.stringify(source)}`, { cause: error });
  const { queryCompileError } = error.members as {
    queryCompileError: { message: string; location: { startCharOffset: number; endCharOffset: number } };
  };
  const { startCharOffset: start, endCharOffset: end } = queryCompileError.location;
  expect(error.type).toBe('MalformedQueryException');
  expect({ source, isWithin: 0 <= start && start <= end && end <= source.length }).toEqual({
    source,
    isWithin: true,
  });
}

function scrapsOf(random: SeededRandom): string {
  return Array.from({ length: 1 + random.below(14) }, () => random.pick(scraps)).join(random.pick([' ', '']));
}

describe('the parser of queries', () => {
  it('answers scraps of queries with a result or a place', async () => {
    const random = seededRandom(11);
    for (let round = 0; round < 2_500; round++) await outcomeOf(scrapsOf(random));
  });

  it('answers queries that it knows, and some that were damaged, with a result or a place', async () => {
    const random = seededRandom(12);
    const outcomes = { ran: 0, refused: 0 };
    for (let round = 0; round < 1_500; round++) {
      const query = randomQuery(random);
      expect(await outcomeOf(query)).toBe('ran');
      outcomes[await outcomeOf(damage(query, random))]++;
    }
    expect(outcomes.ran).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('loses nothing by looking at the text of an event before it parses it', async () => {
    const random = seededRandom(13);
    const events = [...messages, String.raw`{"a":"\u0074ext 007","b":{"c":7}}`, '{"a":"x","b":{"c":"007"}}'];
    const texts = ['"x"', '"text 007"', '"007"', '"7"', '"é😀"', '"true"', '7'];
    for (let round = 0; round < 1_000; round++) {
      const test = (): string =>
        random.pick([
          () => `${field(random)} = ${random.pick(texts)}`,
          () => `${random.pick(texts)} = ${field(random)}`,
          () => `${field(random)} like ${random.pick(['"x"', '"text"', '"00"', '"ru"', '"e"'])}`,
        ])();
      const filter = `${test()} ${random.pick(['and', 'or'])} ${random.pick(['', 'not '])}${test()}`;
      const begin = random.pick([
        'fields @message',
        String.raw`parse @message /"a":"(?<a>[^"]*)"/ | fields @message`,
        'parse "*:*," as x, a | parse a "*" as none | fields @message',
        'fields b.c as a, @message',
        'fields none as @message, a as none',
      ]);
      const options = { discoversFields: random.below(2) === 0 };
      const { rows } = await runRows(`${begin} | filter ${filter}`, events, options);
      // With an alternative no text is required.
      const all = await runRows(`${begin} | filter (${filter}) or 1 = 2`, events, options);
      expect({ begin, filter, options, rows }).toEqual({ begin, filter, options, rows: all.rows });
    }
  });

  it.each([
    ['parentheses', `filter ${'('.repeat(4_990)}`],
    ['operators', `fields ${'a+'.repeat(4_900)}a`],
    ['nested operators', `fields ${`(${'a+'.repeat(990)}`.repeat(5)}a${')'.repeat(5)}`],
    ['conditions', `filter ${'a=1 or '.repeat(1_400)}a=1`],
    ['commands', `limit 1${' | limit 1'.repeat(900)}`],
    ['parts of a name', `fields ${'a.'.repeat(4_900)}a`],
    ['members', `filter a in [${'1,'.repeat(4_900)}1]`],
    ['calls after stats', `stats count(*) as a by abs(b) | fields ${'abs(a),'.repeat(1_300)}a`],
    ['columns of stats', `stats ${'max(a),'.repeat(1_000)}min(a) | fields ${'max(a),'.repeat(300)}min(a)`],
    ['groups', `filter a like /${'('.repeat(4_900)}/`],
    ['repetitions', 'filter a like /(a{1,1000}){1,1000}/'],
    ['signs', `fields ${'-'.repeat(4_900)}1`],
    ['powers', `fields ${'2^'.repeat(4_900)}1`],
    ['negations', `filter ${'not '.repeat(2_400)}a`],
    ['dollar signs', '$'.repeat(9_000)],
    ['values that may be read in many ways', `$Saved(x=${'ab='.repeat(3_000)}`],
    ['saved queries without an end', `$Saved(${'x = "1", '.repeat(900)}`],
  ])('is not exhausted by many %s', async (_, query) => {
    await outcomeOf(query);
  });
});

function damage(query: string, random: SeededRandom): string {
  const at = random.below(query.length);
  return random.pick([
    () => query.slice(0, at),
    () => query.slice(0, at) + query.slice(at + 1 + random.below(4)),
    () => query.slice(0, at) + random.pick(scraps) + query.slice(at),
  ])();
}

const list = (random: SeededRandom, one: () => string): string =>
  Array.from({ length: 1 + random.below(3) }, one).join(random.pick([', ', ',', ' ,\n']));

/** A query by the grammar, without what `stats` forbids later. */
function randomQuery(random: SeededRandom): string {
  const commands = Array.from({ length: 1 + random.below(4) }, () =>
    random.pick([
      () => `fields ${list(random, () => `${expression(random, 2)} as n${random.below(3)}`)}`,
      () => `filter ${condition(random, 2)}`,
      () => `parse @message ${random.pick(['"user=*, ms=*" as u, ms', '/(?<u>\\w+)=(?<v>.*)/'])}`,
      () => `sort ${list(random, () => `${expression(random, 1)} ${random.pick(['asc', 'desc', ''])}`)}`,
      () => `limit ${1 + random.below(9)}`,
    ])(),
  );
  const last = random.pick([
    () => [],
    () => [`dedup ${list(random, () => field(random))}`],
    () => [`display ${list(random, () => field(random))}`],
    () => [`stats ${list(random, () => aggregate(random))} by ${list(random, () => expression(random, 1))}`],
  ])();
  const separator = random.pick([' | ', '|', '\n| # comment | limit 0\n']);
  return [...commands, ...last].join(separator);
}

const field = (random: SeededRandom): string =>
  random.pick(['a', 'b.c', 'b.d.0', '@timestamp', '@message', '`odd name`', 'ok', 'none']);

function expression(random: SeededRandom, depth: number): string {
  if (depth === 0) return random.pick([field(random), '1', '2.5', '"x"', "'007'", 'true']);
  const inner = (): string => expression(random, depth - 1);
  return random.pick([
    inner,
    () => `(${inner()} ${random.pick(['+', '-', '*', '/', '%', '^'])} ${inner()})`,
    () => `-${inner()}`,
    () => `${random.pick(['abs', 'strlen', 'toupper', 'trim', 'isempty', 'sqrt', 'toMillis'])}(${inner()})`,
    () => `substr(${inner()}, 1, ${inner()})`,
    () => `coalesce(${inner()}, ${inner()})`,
    () =>
      `datefloor(${inner()}, ${1 + random.below(90)}${random.pick(['s', 'm', 'h', 'd', 'w', 'mo', 'y'])})`,
    () => 'bin(5m)',
  ])();
}

function condition(random: SeededRandom, depth: number): string {
  const inner = (): string => condition(random, depth - 1);
  const one = (): string => expression(random, 1);
  const leaf = random.pick([
    () => `${one()} ${random.pick(['=', '!=', '<', '<=', '>', '>='])} ${one()}`,
    () =>
      `${one()} ${random.pick(['like', 'not like', '=~'])} ${random.pick(['"x"', '/^[a-z]+|\\d$/', '/(?i)X/'])}`,
    () => `${one()} ${random.pick(['in', 'not in'])} [${list(random, one)}]`,
    () => `ispresent(${field(random)})`,
  ]);
  if (depth === 0) return leaf();
  return random.pick([
    leaf,
    () => `not (${inner()})`,
    () => `(${inner()} ${random.pick(['and', 'or'])} ${inner()})`,
  ])();
}

function aggregate(random: SeededRandom): string {
  const one = random.pick([
    'count(*)',
    'sum(a)',
    'avg(a) / 2',
    'pct(a, 95)',
    'latest(b.c)',
    'count_distinct(ok)',
  ]);
  return `${one} as s${random.below(3)}`;
}
