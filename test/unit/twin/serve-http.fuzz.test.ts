import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { operations } from '../../../src/twin/operations/operations.ts';
import { startTwin } from '../../../src/twin/start-twin.ts';
import { forSeeds, type Random } from '../../support/seeded-random.ts';
import { authorization } from './twin-client.ts';

jest.setTimeout(120_000);

const twin = await startTwin({ requestTimeoutMs: 1_000, liveTailPeriodMs: 20 });
afterAll(() => twin.close());
const port = Number(new URL(twin.httpEndpoint).port);

const pick = <T>({ below }: Random, values: readonly T[]) => values[below(values.length)]!;
const chance = ({ fraction }: Random, probability: number) => fraction() < probability;

const names = [
  ...['logGroupName', 'logStreamName', 'logGroupIdentifier', 'logGroupIdentifiers', 'logEvents', 'message'],
  ...[
    'timestamp',
    'tags',
    'resourceArn',
    'tagKeys',
    'startTime',
    'endTime',
    'limit',
    'nextToken',
    'policyType',
  ],
  ...[
    'policyName',
    'policyDocument',
    'filterPattern',
    'queryString',
    'queryId',
    'name',
    'parameters',
    'kmsKeyId',
  ],
  ...['retentionInDays', 'logGroupClass', 'startFromHead', 'dryRun', 'selectionCriteria', 'logRecordPointer'],
  ...['__proto__', 'constructor', 'toString', ''],
];
const arn = 'arn:aws:logs:eu-west-1:000000000000:log-group:g';
const words = [
  ...[
    'g',
    's',
    arn,
    `${arn}:*`,
    'STANDARD',
    'RETENTION_POLICY',
    'FIELD_INDEX_POLICY',
    'DATA_PROTECTION_POLICY',
  ],
  ...[
    'fields @message',
    'filter a like /(a+)+$/',
    'stats count(*) by bin(5m)',
    '{ $.a = 1 }',
    '?a -b "c d"',
    '%a.*%',
  ],
  ...[
    '{"Fields":["a"]}',
    '{"retentionInDays":30,"enforcementMode":"RETROACTIVE"}',
    '{"Statement":[1,2]}',
    '[]',
  ],
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\u{1f600}',
    '../..',
    'x'.repeat(600),
    'dHdpbjp4',
    'f/1',
    'LogGroupNamePrefix IN ["a"]',
  ],
];
const numbers = [0, 1, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER, 7, 30, 10_001, Date.now()];

function someValue(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 5 : 8);
  if (kind < 2) return pick(random, words);
  if (kind === 2) return pick(random, numbers);
  if (kind === 3) return chance(random, 0.5);
  if (kind === 4) return null;
  const items = Array.from({ length: random.below(4) }, () => someValue(random, depth + 1));
  return kind === 5 ? items : someObject(random, depth + 1);
}

function someObject(random: Random, depth = 0): unknown {
  const members = Array.from({ length: random.below(6) }, () => [
    pick(random, names),
    someValue(random, depth),
  ]);
  return Object.fromEntries(members) as unknown;
}

/** Members that are often right, so that operations are reached and not only their front. */
function likelyObject(random: Random): unknown {
  return {
    ...(chance(random, 0.8) ? { logGroupName: 'g' } : {}),
    ...(chance(random, 0.5) ? { logStreamName: 's' } : {}),
    ...(chance(random, 0.3)
      ? {
          logEvents: [
            { timestamp: Date.now(), message: pick(random, words) },
            ...(chance(random, 0.2) ? [someValue(random)] : []),
          ],
        }
      : {}),
    ...(someObject(random) as object),
  };
}

function damage(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + pick(random, ['"', '{', ']', '\\', '\u0000', ',']) + text.slice(at);
    case 2:
      return '['.repeat(50_000);
    default:
      return `{"tags":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
  }
}

function someRequest(random: Random) {
  const operation = pick(random, [...operations.keys(), 'PutMetricFilter', 'Nothing', 'constructor']);
  const intact = JSON.stringify(chance(random, 0.5) ? likelyObject(random) : someObject(random));
  const text = chance(random, 0.2) ? damage(random, intact) : intact;
  const isPacked = chance(random, 0.1);
  const body = isPacked ? gzipSync(text) : Buffer.from(text);
  return {
    body: isPacked && chance(random, 0.3) ? body.subarray(0, body.length >>> 1) : body,
    headers: {
      'x-amz-target': chance(random, 0.95) ? `Logs_20140328.${operation}` : pick(random, words),
      authorization: chance(random, 0.95)
        ? authorization()
        : pick(random, ['Bearer x', 'AWS4-HMAC-SHA256 ', '']),
      ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    },
  };
}

/** What the wire answers; undefined where it answers with a stream. */
async function send({ body, headers }: ReturnType<typeof someRequest>) {
  const plain = Object.entries(headers).map(
    ([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '?')] as [string, string],
  );
  const response = await fetch(`${twin.httpEndpoint}/`, {
    method: 'POST',
    headers: plain,
    body: new Uint8Array(body),
  });
  if (response.headers.get('content-type') === 'application/vnd.amazon.eventstream') {
    await response.body!.cancel();
    return undefined;
  }
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const proper = `POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Logs_20140328.CreateLogGroup\r\nauthorization: ${authorization()}\r\n`;

async function isAlive() {
  return (await fetch(`${twin.httpEndpoint}/twin/health`)).ok;
}

describe('whatever is sent', () => {
  it('is answered by a result or an error of AWS, and never by a fault of the twin', async () => {
    await forSeeds(500, async (random) => {
      const request = someRequest(random);
      const reply = await send(request);
      if (!reply) return;
      const shown = {
        request: request.headers['x-amz-target'],
        body: request.body.toString().slice(0, 2_000),
      };
      if (reply.status === 200) return;
      expect({ ...shown, reply }).toEqual({
        ...shown,
        reply: {
          status: expect.any(Number),
          body: expect.objectContaining({
            __type: expect.stringMatching(/^(?!InternalFailure)\w+$/),
            message: expect.any(String),
          }),
        },
      });
    });
    expect(await isAlive()).toBe(true);
  });

  it('in pieces, too much of it, or with no end, disturbs nobody else', async () => {
    await forSeeds(60, async (random) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      const { body, headers } = someRequest(random);
      const head = [
        pick(random, [
          'POST / HTTP/1.1',
          'GET / HTTP/1.1',
          'POST /twin/faults HTTP/1.1',
          'nonsense',
          'POST / HTTP/9.9',
        ]),
        'host: x',
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        pick(random, [
          `content-length: ${body.length}`,
          'content-length: 99999999',
          'content-length: -1',
          'transfer-encoding: chunked',
          `${'h'.repeat(20_000)}: x`,
        ]),
      ].join('\r\n');
      const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
      for (let at = 0; at < bytes.length && !socket.destroyed;) {
        const size = 1 + random.below(4_000);
        socket.write(bytes.subarray(at, at + size));
        at += size;
      }
      if (chance(random, 0.7)) socket.destroy();
      else if (chance(random, 0.5)) socket.end();
      expect(await isAlive()).toBe(true);
      if (!socket.destroyed) socket.unref();
    });
  });

  it.each([
    {
      name: 'too slowly',
      sent: `${proper}content-length: 100\r\n\r\n{`,
      status: 408,
      type: 'RequestTimeoutException',
    },
    { name: 'that is no HTTP', sent: 'nonsense\r\n\r\n', status: 400, type: 'MalformedHttpRequestException' },
    {
      name: 'with too many headers',
      sent: `POST / HTTP/1.1\r\n${'h'.repeat(20_000)}: x\r\n\r\n`,
      status: 431,
      type: 'MalformedHttpRequestException',
    },
  ])('$name is refused in the words of AWS, and the connection ends', async ({ sent, status, type }) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const answer: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => answer.push(chunk));
    await once(socket, 'close');
    const [head = '', body = ''] = Buffer.concat(answer).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('x-amzn-RequestId: ');
    expect(JSON.parse(body)).toMatchObject({ __type: type, message: expect.any(String) });
  });
});
