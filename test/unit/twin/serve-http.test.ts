import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { maxBodyBytes } from '../../../src/twin/read-request.ts';
import { authorization, call, type CallOptions, openTwin } from './twin-client.ts';

interface Row {
  readonly name: string;
  readonly operation?: string;
  readonly options: CallOptions;
  readonly status: number;
  readonly type: string;
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const rows: readonly Row[] = [
  {
    name: 'no signature',
    options: { headers: { authorization: undefined } },
    status: 403,
    type: 'MissingAuthenticationTokenException',
  },
  {
    name: 'another kind of authorization',
    options: { headers: { authorization: 'Bearer x' } },
    status: 403,
    type: 'IncompleteSignature',
  },
  {
    name: 'a signature for another service',
    options: { headers: { authorization: authorization({ service: 's3' }) } },
    status: 403,
    type: 'InvalidSignatureException',
  },
  {
    name: 'no target',
    options: { headers: { 'x-amz-target': undefined } },
    status: 404,
    type: 'UnknownOperationException',
  },
  {
    name: 'a target of another service',
    options: { headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' } },
    status: 404,
    type: 'UnknownOperationException',
  },
  {
    name: 'an operation that nobody knows',
    operation: 'CreateLogGrop',
    options: {},
    status: 404,
    type: 'UnknownOperationException',
  },
  {
    name: 'an operation that only AWS knows',
    operation: 'PutMetricFilter',
    options: {},
    status: 400,
    type: 'UnsupportedOperationException',
  },
  { name: 'broken JSON', options: { body: '{"logGroupName":' }, status: 400, type: 'SerializationException' },
  { name: 'JSON that is no object', options: { body: '[1]' }, status: 400, type: 'SerializationException' },
  {
    name: 'a member of a wrong type',
    options: { body: '{"logGroupName":1}' },
    status: 400,
    type: 'SerializationException',
  },
  {
    name: 'a body over the limit',
    options: { body: `"${'x'.repeat(maxBodyBytes)}"` },
    status: 413,
    type: 'RequestEntityTooLargeException',
  },
  {
    name: 'a packed body that unpacks over the limit',
    options: {
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync('x'.repeat(maxBodyBytes + 1))),
    },
    status: 413,
    type: 'RequestEntityTooLargeException',
  },
  {
    name: 'a packed body that is none',
    options: { headers: { 'content-encoding': 'gzip' }, body: bytes('{}') },
    status: 400,
    type: 'MalformedHttpRequestException',
  },
  {
    name: 'an encoding that nobody knows',
    options: { headers: { 'content-encoding': 'br' } },
    status: 400,
    type: 'MalformedHttpRequestException',
  },
];

describe('the wire', () => {
  it.each(rows)('refuses $name', async ({ operation = 'CreateLogGroup', options, status, type }) => {
    const twin = await openTwin();
    const reply = await call(twin, operation, { logGroupName: 'g' }, options);
    expect({ status: reply.status, type: reply.body['__type'] }).toEqual({ status, type });
    expect(reply.body['message']).toEqual(expect.any(String));
    expect(reply.requestId).toMatch(/^[0-9a-f-]{36}$/);
    // The next one is served all the same.
    expect(await call(twin, 'DescribeLogGroups')).toMatchObject({ status: 200, body: { logGroups: [] } });
  });

  it('gives every reply an id of its own, which Fluent Bit asks for', async () => {
    const twin = await openTwin();
    const ids = [await call(twin, 'DescribeLogGroups'), await call(twin, 'DescribeLogGroups')].map(
      (one) => one.requestId,
    );
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(new Set(ids).size).toBe(2);
  });

  it('takes bodies that are packed', async () => {
    const twin = await openTwin();
    const body = new Uint8Array(gzipSync(JSON.stringify({ logGroupName: 'packed' })));
    expect(
      await call(twin, 'CreateLogGroup', {}, { headers: { 'content-encoding': 'gzip' }, body }),
    ).toMatchObject({ status: 200, body: {} });
    expect((await call(twin, 'DescribeLogGroups')).body).toMatchObject({
      logGroups: [{ logGroupName: 'packed' }],
    });
  });

  it('keeps accounts and regions apart', async () => {
    const twin = await openTwin();
    const as = (scope: Parameters<typeof authorization>[0]) => ({
      headers: { authorization: authorization(scope) },
    });
    await call(twin, 'CreateLogGroup', { logGroupName: 'g' });
    for (const scope of [{ region: 'cn-north-1' }, { accessKeyId: '123456789012' }]) {
      expect((await call(twin, 'DescribeLogGroups', {}, as(scope))).body).toEqual({ logGroups: [] });
      await call(twin, 'CreateLogGroup', { logGroupName: 'g' }, as(scope));
    }
    const arns = await Promise.all(
      [{}, { region: 'cn-north-1' }, { accessKeyId: '123456789012' }].map(async (scope) => {
        const { body } = await call(twin, 'DescribeLogGroups', {}, as(scope));
        return (body['logGroups'] as { logGroupArn: string }[])[0]!.logGroupArn;
      }),
    );
    expect(arns).toEqual([
      'arn:aws:logs:eu-west-1:000000000000:log-group:g',
      'arn:aws-cn:logs:cn-north-1:000000000000:log-group:g',
      'arn:aws:logs:eu-west-1:123456789012:log-group:g',
    ]);
  });

  it('is not disturbed by a client that goes away in the middle of its request', async () => {
    const twin = await openTwin();
    const { port } = new URL(twin.httpEndpoint);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST / HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization()}\r\nx-amz-target: Logs_20140328.CreateLogGroup\r\ncontent-length: 100\r\n\r\n{`,
          () => socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    expect(await call(twin, 'DescribeLogGroups')).toMatchObject({ status: 200 });
  });

  it('names the page of the operation that refuses a parameter', async () => {
    const twin = await openTwin();
    const { body } = await call(twin, 'CreateLogGroup', { logGroupName: 'a b' });
    expect(body['message']).toMatch(/See https:\/\/docs\.aws\.amazon\.com\/.*\/API_CreateLogGroup\.html$/);
  });
});
