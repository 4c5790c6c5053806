import { describe, expect, it } from '@jest/globals';
import { insightsLink } from '../../../src/kernel/console-link.ts';
import { renderInsightsQuery } from '../../../src/kernel/insights-query.ts';

type Value = string | number | Value[] | { [key: string]: Value };

/** The console's side of the notation, written from JSURL's description and not from our encoder. */
function decodeJsurl(text: string): Value {
  let at = 0;
  const unescape = (raw: string) =>
    raw
      .replaceAll('!', '$')
      .replaceAll(/\*\*([0-9a-f]{4})|\*([0-9a-f]{2})/g, (_, wide: string, narrow: string) =>
        String.fromCharCode(parseInt(wide || narrow, 16)),
      );
  const token = (): string => {
    const [raw] = /^[^~()]*/.exec(text.slice(at))!;
    at += raw.length;
    return raw;
  };
  const value = (): Value => {
    if (text[at++] !== '~') throw new Error(`no ~ at ${at - 1} of ${text}`);
    if (text[at] !== '(') {
      const raw = token();
      return raw.startsWith("'") ? unescape(raw.slice(1)) : Number(raw);
    }
    at++;
    return text[at] === '~' ? list() : object();
  };
  const list = (): Value[] => {
    const items: Value[] = [];
    while (text[at] === '~') items.push(value());
    at++;
    return items;
  };
  const object = (): { [key: string]: Value } => {
    const fields: { [key: string]: Value } = {};
    do {
      if (text[at] === '~') at++;
      const key = unescape(token());
      fields[key] = value();
    } while (text[at] === '~');
    at++;
    return fields;
  };
  return value();
}

function decodeLink(url: string) {
  const [page, fragment = ''] = url.split('#');
  const [place, detail = ''] = decodeURIComponent(fragment.replaceAll('$', '%')).split('?queryDetail=');
  return { page, place, detail: decodeJsurl(decodeURIComponent(detail)) as Record<string, Value> };
}

const query = renderInsightsQuery({ apiName: 'text-generator', apiKind: 'RealtimeAPI' }, { namespace: 'ml' });

describe('a link to Logs Insights', () => {
  it('has the form that the console writes', () => {
    expect(
      insightsLink({
        region: 'us-east-1',
        logGroupName: '/aws-like/a.b',
        query: 'fields @timestamp\n| limit 1',
      }),
    ).toBe(
      'https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:logs-insights$3FqueryDetail$3D' +
        '$257E$2528end$257E0$257Estart$257E-3600$257EtimeType$257E$2527RELATIVE$257Eunit$257E$2527seconds$257Etz$257E$2527UTC' +
        '$257EeditorString$257E$2527fields*20*40timestamp*0a*7c*20limit*201' +
        '$257Esource$257E$2528$257E$2527*2faws-like*2fa.b$2529$2529',
    );
  });

  it.each([
    { region: 'eu-west-1', host: 'console.aws.amazon.com' },
    { region: 'us-gov-west-1', host: 'console.amazonaws-us-gov.com' },
    { region: 'cn-northwest-1', host: 'console.amazonaws.cn' },
  ])('leads to $host for $region', ({ region, host }) => {
    const { page, place } = decodeLink(insightsLink({ region, logGroupName: 'prod', query }));
    expect(page).toBe(`https://${host}/cloudwatch/home?region=${region}`);
    expect(place).toBe('logsV2:logs-insights');
  });

  it.each(['prod', '/a/b', 'a.b-c_d', '#a#', 'x'.repeat(512), '-', '.', '/'])(
    'opens the log group %j',
    (logGroupName) => {
      const { detail } = decodeLink(insightsLink({ region: 'eu-west-1', logGroupName, query }));
      expect(detail).toEqual({
        end: 0,
        start: -3600,
        timeType: 'RELATIVE',
        unit: 'seconds',
        tz: 'UTC',
        editorString: query,
        source: [logGroupName],
      });
    },
  );

  it.each([
    query,
    renderInsightsQuery(
      { apiName: 'a', apiKind: 'BatchAPI', jobID: 'b' },
      { logGroupClass: 'INFREQUENT_ACCESS' },
    ),
    '~(\'!$%*"\\)',
    '100 % $257E $2528 %7E',
    'grüße €, 日本, 😀',
    ' \t\n',
    '',
  ])('carries the query %j', (editorString) => {
    const { detail } = decodeLink(
      insightsLink({ region: 'eu-west-1', logGroupName: 'prod', query: editorString }),
    );
    expect(detail['editorString']).toBe(editorString);
  });

  it('carries a time range in UTC', () => {
    const range = { start: '2026-11-24T08:00:00Z', end: '2026-11-24T10:30:00+01:00' };
    const { detail } = decodeLink(insightsLink({ region: 'eu-west-1', logGroupName: 'prod', query, range }));
    expect(detail).toMatchObject({
      start: '2026-11-24T08:00:00.000Z',
      end: '2026-11-24T09:30:00.000Z',
      timeType: 'ABSOLUTE',
      tz: 'UTC',
    });
  });

  it('survives being pasted: nothing in it needs another encoding', () => {
    const url = insightsLink({ region: 'eu-west-1', logGroupName: '/a#b', query: '"\' <>\n' });
    expect(new URL(url).href).toBe(url);
    expect(url).toMatch(/^[\w.:/?=#$*-]+$/);
  });
});
