import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startTwin } from '../../../src/twin/start-twin.ts';
import { createAuthority } from '../../control-plane/certificates.ts';
import { authorization, call, openTwin } from './twin-client.ts';

const authority = createAuthority();
const { certificate: cert, key } = authority.issueServer(['127.0.0.1']);

async function describeOver(endpoint: string) {
  const sent = request(`${endpoint}/`, {
    method: 'POST',
    ca: authority.certificate,
    agent: false,
    headers: { authorization: authorization(), 'x-amz-target': 'Logs_20140328.DescribeLogGroups' },
  });
  sent.end('{}');
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks = await reply.toArray();
  return {
    status: reply.statusCode,
    body: JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as unknown,
  };
}

describe('HTTPS', () => {
  it('serves the same state as HTTP, under the certificate that was given', async () => {
    const twin = await openTwin({ tls: { cert, key } });
    await call(twin, 'CreateLogGroup', { logGroupName: 'g' });
    expect(await describeOver(twin.httpsEndpoint!)).toMatchObject({
      status: 200,
      body: { logGroups: [{ logGroupName: 'g' }] },
    });
  });

  it('is not there without a certificate', async () => {
    expect((await openTwin()).httpsEndpoint).toBeUndefined();
  });
});

describe('a port that is taken', () => {
  it('is told, and leaves nothing behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(startTwin({ port })).rejects.toThrow('EADDRINUSE');
    await expect(startTwin({ tlsPort: port, tls: { cert, key } })).rejects.toThrow('EADDRINUSE');
    taken.close();
  });
});
