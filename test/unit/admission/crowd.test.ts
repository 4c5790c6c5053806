import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { Agent, request } from 'undici';
import { issueLeaf, makeAuthority } from '../../../src/admission/certificate-material.ts';
import { lifetimesOf } from '../../../src/admission/lifetimes.ts';
import { AdmissionServer } from '../../../src/admission/serve-reviews.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { silentLogger } from '../../support/silent-logger.ts';

jest.setTimeout(60_000);

const idlers = 400;
const slowOnes = 100;

const lifetimes = lifetimesOf(365 * 86_400_000, 7 * 86_400_000);
const authority = makeAuthority(Date.now(), lifetimes);
const leaf = issueLeaf(authority, ['127.0.0.1'], Date.now(), lifetimes);
const server = new AdmissionServer({
  ...{ host: '127.0.0.1', port: 0, logger: silentLogger },
  review: () => Promise.resolve({ answer: '"reviewed"' }),
  counts: { refused: () => undefined },
});
const agent = new Agent({ allowH2: false, connect: { ca: authority.pem } });
let port: number;

beforeAll(async () => {
  server.useCertificate({ certificate: leaf.pem, key: leaf.key });
  port = await server.start();
});
afterAll(async () => {
  await agent.destroy();
  await server.stop();
});

async function hold(first: string): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: authority.pem });
  socket.on('error', () => undefined).resume();
  await once(socket, 'secureConnect');
  socket.write(first);
  return socket;
}

async function review(): Promise<string> {
  const { body } = await request(`https://127.0.0.1:${port}/pods`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return body.text();
}

it('reviews are answered while hundreds of idle and of slow clients hold on, and the slow ones are cut off', async () => {
  const idle = await Promise.all(
    Array.from({ length: idlers }, () => hold('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
  );
  const slow = await Promise.all(Array.from({ length: slowOnes }, () => hold('POST /pods HTTP/1.1\r\nX: ')));
  const drip = setInterval(() => slow.forEach((socket) => socket.write('x')), 500);
  const answers = new Set<string>();
  await waitFor(
    async () => {
      answers.add(await review());
      return slow.every(({ closed }) => closed);
    },
    { describe: 'the slow ones to be cut off', timeoutMs: 50_000, intervalMs: 5 },
  );
  clearInterval(drip);
  expect(answers).toEqual(new Set(['"reviewed"']));
  // They have asked once, and may ask again as the API server does.
  expect(idle.filter(({ closed }) => !closed)).toHaveLength(idlers);
  for (const socket of idle) socket.destroy();
});
