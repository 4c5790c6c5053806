import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { issueLeaf, makeAuthority } from '../../../src/admission/certificate-material.ts';
import { lifetimesOf } from '../../../src/admission/lifetimes.ts';
import { AdmissionServer } from '../../../src/admission/serve-reviews.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { waitFor } from '../../control-plane/wait-for.ts';

jest.setTimeout(30_000);

const day = 86_400_000;
const lifetimes = lifetimesOf(365 * day, 7 * day);
const authority = makeAuthority(Date.now(), lifetimes);
const leafOf = () => issueLeaf(authority, ['127.0.0.1', 'localhost'], Date.now(), lifetimes);
const first = leafOf();

interface Served {
  readonly server: AdmissionServer;
  readonly port: number;
  readonly refused: string[];
}

async function serve(
  review = (text: string) => Promise.resolve({ answer: `"${text.length}"` }),
): Promise<Served> {
  const refused: string[] = [];
  const server = new AdmissionServer({
    host: '127.0.0.1',
    port: 0,
    review,
    counts: { refused: (reason) => void refused.push(reason) },
    logger: silentLogger,
  });
  server.useCertificate({ certificate: first.pem, key: first.key });
  return { server, port: await server.start(), refused };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly certificate: string;
}

const json = { 'content-type': 'application/json' };

function send(port: number, body: string | Buffer, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const base = { host: '127.0.0.1', port, path: '/pods', method: 'POST', ca: authority.pem, agent: false };
    const sent = request({ ...base, headers: json, ...options } as RequestOptions, (response) => {
      const chunks: Buffer[] = [];
      const socket = response.socket as unknown as { getPeerCertificate(): { fingerprint256: string } };
      const certificate = socket.getPeerCertificate().fingerprint256;
      response
        .on('data', (chunk: Buffer) => void chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, body: Buffer.concat(chunks).toString(), headers, certificate });
        });
    });
    sent.on('error', reject).end(body);
  });
}

const ended = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe('a review', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.server.stop());

  it('is answered as JSON', async () => {
    const answer = await send(served.port, '{"a":1}');
    expect(answer).toMatchObject({
      status: 200,
      body: '"7"',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('may name a charset, and parameters in the query, as the API server does', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect(await send(served.port, '{}', { headers, path: '/pods?timeout=3s' })).toMatchObject({
      status: 200,
    });
  });

  it('may be as large as two pods can be', async () => {
    expect(await send(served.port, Buffer.alloc(7 * 1024 * 1024, 'x'))).toMatchObject({ status: 200 });
  });

  it('is taken over one connection again and again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const { headers } = await send(served.port, '{}', { agent });
      expect(headers.connection).toBe('keep-alive');
      for (const sockets of Object.values(agent.freeSockets))
        for (const one of sockets ?? []) ports.add(one.localPort ?? 0);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it.each<[sentence: string, options: RequestOptions, status: number, reason: string]>([
    ['sent elsewhere is not found', { path: '/' }, 404, 'NotFound'],
    ['that is only asked for is refused', { method: 'GET' }, 405, 'NotPost'],
    ['in YAML is refused', { headers: { 'content-type': 'application/yaml' } }, 415, 'NotJson'],
    ['of no type is refused', { headers: {} }, 415, 'NotJson'],
    [
      'that says it is too large is refused before it is read',
      { headers: { ...json, 'content-length': '99999999' } },
      413,
      'TooLarge',
    ],
  ])('%s', async (_sentence, options, status, reason) => {
    served.refused.length = 0;
    expect(await send(served.port, '', options)).toMatchObject({ status });
    expect(served.refused).toEqual([reason]);
  });

  it('that turns out to be too large is refused, and its connection ended', async () => {
    const headers = { ...json, 'transfer-encoding': 'chunked' };
    const outcome = await send(served.port, Buffer.alloc(8 * 1024 * 1024, 'x'), { headers }).catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    // The answer, unless the end of the connection overtakes it.
    const met = typeof outcome === 'object' ? outcome.status : outcome;
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(met);
    await waitFor(() => served.refused.includes('TooLarge'), { describe: 'the refusal to be counted' });
    expect(await send(served.port, '{}')).toMatchObject({ status: 200 });
  });

  it('that fails here is a 500, and the next one is answered', async () => {
    const failing = await serve(() => Promise.reject(new Error('bug')));
    expect(await send(failing.port, '{}')).toMatchObject({ status: 500 });
    expect(await send(failing.port, '{}')).toMatchObject({ status: 500 });
    expect(failing.refused).toEqual(['Failed', 'Failed']);
    await failing.server.stop();
  });
});

describe('a malformed review', () => {
  it('is a 400 that says why', async () => {
    const { server, port, refused } = await serve(
      () => Promise.resolve({ problem: 'not a review' }) as never,
    );
    expect(await send(port, '{')).toMatchObject({ status: 400, body: 'not a review\n' });
    expect(refused).toEqual(['Malformed']);
    await server.stop();
  });
});

describe('junk', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.server.stop());

  it.each([
    ['plain HTTP', 'POST /pods HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['zeros', Buffer.alloc(1000)],
    ['another protocol', 'SSH-2.0-x\r\n'],
  ])('of %s is cut off, and the next review is answered', async (_sentence, bytes) => {
    const socket = connectTcp(served.port, '127.0.0.1');
    socket.on('error', () => undefined).write(bytes);
    await ended(socket);
    expect(await send(served.port, '{}')).toMatchObject({ status: 200 });
    expect(served.refused).toContain('TlsHandshake');
  });

  it('inside of TLS is cut off too', async () => {
    const socket = connectTls({ port: served.port, host: '127.0.0.1', ca: authority.pem });
    socket.on('error', () => undefined).write('rubbish\r\n\r\n');
    await ended(socket);
    expect(served.refused).toContain('NotHttp');
  });

  it('of headers without end is cut off', async () => {
    const socket = connectTls({ port: served.port, host: '127.0.0.1', ca: authority.pem });
    socket.on('error', () => undefined).write(`POST /pods HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(40_000)}`);
    await ended(socket);
    expect(await send(served.port, '{}')).toMatchObject({ status: 200 });
  });

  it('that comes slowly, or not at all, loses its connection within seconds', async () => {
    const slow = connectTls({ port: served.port, host: '127.0.0.1', ca: authority.pem });
    slow.on('error', () => undefined).write('POST /pods HTTP/1.1\r\nHost: x\r\n');
    const silent = connectTcp(served.port, '127.0.0.1');
    silent.on('error', () => undefined);
    const body = connectTls({ port: served.port, host: '127.0.0.1', ca: authority.pem });
    body.on('error', () => undefined);
    body.write(
      'POST /pods HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    for (const socket of [slow, silent, body]) socket.resume();
    await Promise.all([slow, silent, body].map(ended));
    expect(await send(served.port, '{}')).toMatchObject({ status: 200 });
  });
});

describe('bodies that are read together', () => {
  it('are limited in sum, and give their room back', async () => {
    const { server, port, refused } = await serve();
    const large = Buffer.alloc(6 * 1024 * 1024, 'x');
    const slow = Array.from({ length: 11 }, () => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority.pem });
      socket.on('error', () => undefined).resume();
      socket.write(
        `POST /pods HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${large.length + 1}\r\n\r\n`,
      );
      socket.write(large);
      return socket;
    });
    await waitFor(() => refused.includes('Busy'), { describe: 'one to be too many' });
    for (const socket of slow) socket.destroy();
    await waitFor(async () => (await send(port, large)).status === 200, { describe: 'room' });
    await server.stop();
  });
});

describe('another certificate', () => {
  it('is what new connections get, while open ones go on', async () => {
    const { server, port } = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await send(port, '{}', { agent })).certificate).toBe(first.fingerprint);
    const second = leafOf();
    server.useCertificate({ certificate: second.pem, key: second.key });
    expect((await send(port, '{}')).certificate).toBe(second.fingerprint);
    expect((await send(port, '{}', { agent })).status).toBe(200);
    agent.destroy();
    await server.stop();
  });

  it('that is none is refused, and the last one stays', async () => {
    const { server, port } = await serve();
    expect(() => server.useCertificate({ certificate: 'rubbish', key: 'rubbish' })).toThrow();
    expect((await send(port, '{}')).certificate).toBe(first.fingerprint);
    await server.stop();
  });
});

describe('a server that is to stop', () => {
  it('goes on answering, and asks to be left with each answer', async () => {
    const { server, port } = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await send(port, '{}', { agent });
    server.drain();
    for (const options of [{ agent }, {}]) {
      const { status, headers } = await send(port, '{}', options);
      expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' });
    }
    agent.destroy();
    await server.stop();
  });

  it('answers what is being asked, and takes nothing new', async () => {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const { server, port } = await serve(() => asked.then(() => ({ answer: '"late"' })));
    const pending = send(port, '{}');
    await waitFor(() => isAsked(port), { describe: 'the connection' });
    const stopped = server.stop();
    await expect(send(port, '{}')).rejects.toThrow();
    answer();
    expect((await pending).body).toBe('"late"');
    await stopped;
  });

  it('does not wait for connections on which nothing is being asked, or ever was', async () => {
    const { server, port } = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const spare = connectTls({ port, host: '127.0.0.1', ca: authority.pem });
    await once(spare.on('error', () => undefined).resume(), 'secureConnect');
    // The server has finished the earlier handshake by the time that it answers a later one.
    await send(port, '{}', { agent });
    const begun = performance.now();
    await Promise.all([server.stop(), ended(spare)]);
    // Whoever had begun to ask would be given five seconds.
    expect(performance.now() - begun).toBeLessThan(4_000);
    agent.destroy();
  });

  it('may be stopped before it was started', async () => {
    const server = new AdmissionServer({
      ...{ host: '127.0.0.1', port: 0, logger: silentLogger },
      review: () => Promise.reject(new Error('nobody asks')),
      counts: { refused: () => undefined },
    });
    await server.stop();
  });
});

/** Whether a second connection gets through its handshake: the first, sent earlier, has then been taken too. */
function isAsked(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.pem }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
