import { describe, expect, it } from '@jest/globals';
import type { Identity } from '../../../src/kernel/identity.ts';
import { renderInsightsQuery } from '../../../src/kernel/insights-query.ts';
import { formatLogRecord } from '../../../src/kernel/log-record.ts';

const apiForm = (apiName: string, apiKind: string) => `fields @timestamp, message
| filter labels.apiName="${apiName}"
| filter labels.apiKind="${apiKind}"
| sort @timestamp asc
| limit 1000`;

const jobForm = (apiName: string, jobID: string, apiKind: string) => `fields @timestamp, message
| filter labels.apiName="${apiName}"
| filter labels.jobID="${jobID}"
| filter labels.apiKind="${apiKind}"
| sort @timestamp asc
| limit 1000`;

describe('the four queries', () => {
  it.each(['RealtimeAPI', 'AsyncAPI'] as const)('read a %s, to the letter', (apiKind) => {
    expect(renderInsightsQuery({ apiName: 'text-generator', apiKind })).toBe(
      apiForm('text-generator', apiKind),
    );
  });

  it.each(['BatchAPI', 'TaskAPI'] as const)('read one job of a %s, to the letter', (apiKind) => {
    const identity = { apiName: 'image-classifier', apiKind, jobID: '69b9e5e4e8' };
    expect(renderInsightsQuery(identity)).toBe(jobForm('image-classifier', '69b9e5e4e8', apiKind));
  });

  it('read all jobs of a batch API where no job is named', () => {
    expect(renderInsightsQuery({ apiName: 'a', apiKind: 'BatchAPI' })).toBe(apiForm('a', 'BatchAPI'));
  });

  it('read one namespace only, where one is named', () => {
    const query = renderInsightsQuery({ apiName: 'a', apiKind: 'RealtimeAPI' }, { namespace: 'ml' });
    expect(query.split('\n')).toEqual([
      'fields @timestamp, message',
      '| filter labels.apiName="a"',
      '| filter labels.apiKind="RealtimeAPI"',
      '| filter namespace="ml"',
      '| sort @timestamp asc',
      '| limit 1000',
    ]);
  });
});

describe('what gets into a query', () => {
  it.each(['text-generator', 'A', '0', 'a.b_c-d', 'x'.repeat(63)])('may be the label value %s', (apiName) => {
    expect(renderInsightsQuery({ apiName, apiKind: 'TaskAPI', jobID: apiName })).toContain(`"${apiName}"`);
  });

  it.each(['', 'a"b', 'a"\n| limit 1', "a'b", 'a\\', 'a b', '-a', 'a-', '/.*/', 'ä', 'x'.repeat(64)])(
    'is never the illegal name %j',
    (name) => {
      expect(() => renderInsightsQuery({ apiName: name, apiKind: 'RealtimeAPI' })).toThrow(/apiName/);
      expect(() => renderInsightsQuery({ apiName: 'a', apiKind: 'TaskAPI', jobID: name })).toThrow(/jobID/);
      expect(() => renderInsightsQuery({ apiName: 'a', apiKind: 'TaskAPI' }, { namespace: name })).toThrow(
        /namespace/,
      );
    },
  );

  it('is refused with all that is wrong at once', () => {
    const identity: Identity = { apiName: 'a"', apiKind: 'TaskAPI', jobID: 'b c' };
    expect(() => renderInsightsQuery(identity)).toThrow(
      'No query can be made for apiName "a\\"" and jobID "b c"',
    );
  });
});

/** Reads an event as Insights would: the named groups of the query's first command, then its filters. */
function select(query: string, event: string): string | undefined {
  const [parse = '', ...commands] = query.split('\n| ');
  const fields = new RegExp(/^parse @message \/(.*)\/$/.exec(parse)![1]!).exec(event)?.groups;
  const filters = commands
    .map((command) => /^filter (\w+)(?: like '(.*)'|="(.*)")$/.exec(command))
    .filter((match) => match !== null);
  const isMatch = filters.every(([, field, like, equal]) =>
    like === undefined ? fields?.[field!] === equal : fields?.[field!]?.includes(like),
  );
  return isMatch ? fields?.['message'] : undefined;
}

const line = {
  namespace: 'ml',
  pod: 'p',
  container: 'api',
  node: 'n',
  stream: 'stdout',
  time: '2026-11-23T08:50:00.123456789Z',
} as const;

describe('the query for the infrequent access class, where no field is discovered', () => {
  const labels = { apiName: 'image-classifier', apiKind: 'BatchAPI', jobID: '69b9e5e4e8' } as const;
  const query = renderInsightsQuery(labels, { namespace: 'ml', logGroupClass: 'INFREQUENT_ACCESS' });

  it('begins with a parse of the message', () => {
    expect(query).toMatch(/^parse @message \//);
    expect(query).toContain('\n| fields @timestamp, message\n');
  });

  it.each([
    'plain',
    '{"msg":"json","level":"info"}',
    '{"message":"with \\"quotes\\" and \\\\"}',
    '{broken',
    '',
  ])('reads the line %j of the job', (text) => {
    const event = formatLogRecord({ ...line, text }, labels);
    const { message } = JSON.parse(event) as { message: string };
    expect(JSON.parse(`"${select(query, event)!}"`)).toBe(message);
  });

  it.each([
    { name: 'another API', other: { ...labels, apiName: 'image-classifier-2' } },
    { name: 'another job', other: { ...labels, jobID: '69b9e5e4e' } },
    { name: 'another kind', other: { ...labels, apiKind: 'TaskAPI' } },
    { name: 'no API', other: {} },
  ])('does not read lines of $name', ({ other }) => {
    expect(select(query, formatLogRecord({ ...line, text: 'x' }, other))).toBeUndefined();
  });

  it('does not read lines of another namespace', () => {
    expect(select(query, formatLogRecord({ ...line, namespace: 'ml-2', text: 'x' }, labels))).toBeUndefined();
  });

  it('does not read an event that only holds such a record further on', () => {
    const record = formatLogRecord({ ...line, text: 'x' }, labels);
    expect(select(query, `{"wrapped":${record}}`)).toBeUndefined();
  });

  it.each([
    JSON.stringify({ labels }),
    JSON.stringify({ nested: { labels, namespace: 'ml' } }),
    JSON.stringify({ message: `","labels":${JSON.stringify(labels)},"namespace":"ml"` }),
    `","labels":${JSON.stringify(labels)},"namespace":"ml"`,
    JSON.stringify({
      level:
        '","labels":{"apiName":"image-classifier","apiKind":"BatchAPI","jobID":"69b9e5e4e8"},"namespace":"ml"',
    }),
  ])('does not read a line that forges labels: %s', (text) => {
    for (const own of [{}, { apiName: 'evil', apiKind: 'RealtimeAPI' }]) {
      expect(select(query, formatLogRecord({ ...line, text }, own))).toBeUndefined();
    }
  });
});
