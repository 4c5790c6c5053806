import { describe, expect, it } from '@jest/globals';
import { formatLogRecord, type ContainerLine } from '../../../src/kernel/log-record.ts';

const labels = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };

function record(text: string): Record<string, unknown> {
  const line: ContainerLine = {
    namespace: 'ml',
    pod: 'text-1',
    container: 'api',
    node: 'node-1',
    stream: 'stdout',
    time: '2026-11-23T08:50:00.123456789Z',
    text,
  };
  return JSON.parse(formatLogRecord(line, labels)) as Record<string, unknown>;
}

describe('formatLogRecord', () => {
  it.each([
    ['a plain line is the message', 'hello', { message: 'hello' }],
    [
      'the application’s message is the message',
      '{"message":"m","msg":"other"}',
      { message: 'm', msg: 'other' },
    ],
    ['msg is the message where there is none', '{"msg":"m","log":"other"}', { message: 'm', log: 'other' }],
    ['log comes last', '{"log":"m"}', { message: 'm' }],
    ['JSON without any of them is the message as a whole', '{"a":1}', { message: '{"a":1}', a: 1 }],
    ['a level is upper case', '{"message":"m","level":"info"}', { message: 'm', level: 'INFO' }],
    [
      'Python’s levelname is a level',
      '{"message":"m","levelname":"WARNING"}',
      { message: 'm', level: 'WARNING' },
    ],
    ['severity is a level', '{"message":"m","severity":"error"}', { message: 'm', level: 'ERROR' }],
    [
      'other fields stay at the top',
      '{"message":"m","payload":"this movie is awesome"}',
      { message: 'm', payload: 'this movie is awesome' },
    ],
    [
      'a field of a reserved name is kept under app',
      '{"message":"m","namespace":"mine","pod":"p"}',
      { message: 'm', namespace: 'ml', pod: 'text-1', app: { namespace: 'mine', pod: 'p' } },
    ],
    [
      'a body cannot speak for another API',
      '{"message":"m","labels":{"apiName":"victim"}}',
      { message: 'm', labels, app: { labels: { apiName: 'victim' } } },
    ],
    [
      'nor by a key with dots, which a query could not tell from the label',
      '{"message":"m","labels.apiName":"victim","labelsX":1}',
      { message: 'm', labels, labelsX: 1, app: { 'labels.apiName': 'victim' } },
    ],
    [
      'what a logger has put under app itself stays as it is',
      '{"message":"m","app.labels":"mine","app":{"pod":"p"}}',
      { message: 'm', 'app.labels': 'mine', app: { app: { pod: 'p' } } },
    ],
    [
      'a message that is no text is kept beside the line',
      '{"message":{"a":1}}',
      { message: '{"message":{"a":1}}', app: { message: { a: 1 } } },
    ],
    ['broken JSON is a plain line', '{"message":', { message: '{"message":' }],
    ['an array is a plain line', '["a"]', { message: '["a"]' }],
    ['an empty line is an empty message', '', { message: '' }],
  ])('%s', (_name, text, expected) => {
    expect(record(text)).toEqual({
      time: '2026-11-23T08:50:00.123456789Z',
      labels,
      namespace: 'ml',
      pod: 'text-1',
      container: 'api',
      node: 'node-1',
      stream: 'stdout',
      ...expected,
    });
  });

  it('writes the reserved fields first, because few fields are discovered', () => {
    const keys = Object.keys(record('{"z":1,"message":"m"}'));
    expect(keys.slice(0, 3)).toEqual(['time', 'message', 'labels']);
    expect(keys.at(-1)).toBe('z');
  });

  it('cannot be made to change the prototype', () => {
    expect(record('{"message":"m","__proto__":{"polluted":1}}')['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
