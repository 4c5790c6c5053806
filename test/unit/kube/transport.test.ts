import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { KubeError } from '../../../src/kube/kube-errors.ts';
import { Transport } from '../../../src/kube/transport.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { ScriptedApiServer, sendJson, sendStatus } from '../../support/scripted-api-server.ts';

let server: ScriptedApiServer;
let transport: Transport;

beforeEach(async () => {
  server = await new ScriptedApiServer().start();
  transport = new Transport(server.connection());
});

afterEach(async () => {
  await transport.close();
  await server.stop();
});

const get = { method: 'GET', path: '/api/v1/pods' } as const;
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as KubeError,
  );

describe('a request', () => {
  it('goes out with token, accept and query, and comes back as JSON', async () => {
    server.answer = (_, response) => sendJson(response, { items: ['ä'] });
    await expect(
      transport.request({ ...get, query: { limit: 5 }, accept: 'application/json;as=X' }),
    ).resolves.toEqual({
      items: ['ä'],
    });
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/api/v1/pods' });
    expect(server.requests[0]!.query.get('limit')).toBe('5');
    expect(server.requests[0]!.headers).toMatchObject({
      authorization: 'Bearer first',
      accept: 'application/json;as=X',
    });
  });

  it('below a path of the server, as behind a gateway, keeps that path', async () => {
    server.answer = (_, response) => sendJson(response, {});
    const connection = server.connection();
    const behind = new Transport({ ...connection, server: new URL('/k8s/clusters/c1/', connection.server) });
    await behind.request(get);
    await behind.close();
    expect(server.requests[0]!.path).toBe('/k8s/clusters/c1/api/v1/pods');
  });

  it('many in a row use the connections that are there', async () => {
    server.answer = (_, response) => sendJson(response, {});
    for (let index = 0; index < 20; index += 1) await transport.send(get);
    expect(await server.connections()).toBeLessThanOrEqual(2);
  });

  it('many at once use as many connections as are allowed, and all are answered', async () => {
    server.answer = (_, response) => void setImmediate(() => sendJson(response, {}));
    const capped = new Transport(server.connection(), { maxConnections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => capped.send(get)));
    expect(server.requests).toHaveLength(30);
    expect(await server.connections()).toBeLessThanOrEqual(3);
    await capped.close();
  });

  it('in the urgent lane does not wait behind others that are stuck', async () => {
    server.answer = (request, response) => {
      if (request.path === '/lease') sendJson(response, {});
    };
    const capped = new Transport(server.connection(), { maxConnections: 1, deadlineMs: 5000 });
    const stuck = [failureOf(capped.send(get)), failureOf(capped.send(get))];
    await capped.send({ method: 'GET', path: '/lease', lane: 'urgent', deadlineMs: 3000 });
    await capped.close();
    await Promise.all(stuck);
  });

  it.each([
    ['whose reply is read', (request: Parameters<Transport['send']>[0]) => transport.request(request)],
    ['whose reply is thrown away', (request: Parameters<Transport['send']>[0]) => transport.send(request)],
  ])('%s throws the Status of a refusal', async (_, call) => {
    server.answer = (__, response) =>
      sendStatus(response, 429, 'TooManyRequests', 'slow down', { 'retry-after': '2' });
    expect(await failureOf(call(get))).toMatchObject({
      status: 429,
      reason: 'TooManyRequests',
      retryAfterMs: 2000,
    });
  });

  it.each([500, 502, 503, 504])('answered with %d throws that', async (status) => {
    server.answer = (_, response) => void response.writeHead(status).end('<html>');
    expect(await failureOf(transport.request(get))).toMatchObject({ status });
  });

  it('without an answer fails at its deadline, and its connection is closed', async () => {
    server.answer = () => undefined;
    const error = await failureOf(transport.request({ ...get, deadlineMs: 50 }));
    expect(error).toMatchObject({ status: 0, reason: 'Timeout' });
    await waitFor(() => server.requests[0]!.isAborted(), { describe: 'the aborted request', intervalMs: 5 });
  });

  it('whose answer stops in the middle fails at its deadline', async () => {
    server.answer = (_, response) => void response.writeHead(200).write('{"items":[');
    expect(await failureOf(transport.request({ ...get, deadlineMs: 50 }))).toMatchObject({
      reason: 'Timeout',
    });
  });

  it('that waits for a connection fails at its deadline, too, and is not sent later', async () => {
    const held: ServerResponse[] = [];
    server.answer = (_, response) => void held.push(response);
    const capped = new Transport(server.connection(), { maxConnections: 1 });
    const first = capped.request(get);
    expect(await failureOf(capped.request({ ...get, path: '/late', deadlineMs: 50 }))).toMatchObject({
      reason: 'Timeout',
    });
    sendJson(held[0]!, { ok: true });
    await expect(first).resolves.toEqual({ ok: true });
    await capped.close();
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/pods']);
  });

  it('that is aborted throws the reason', async () => {
    server.answer = () => undefined;
    const abort = new AbortController();
    const request = failureOf(transport.request({ ...get, signal: abort.signal }));
    await waitFor(() => server.requests.length === 1, { describe: 'the request', intervalMs: 5 });
    abort.abort(new Error('stopping'));
    expect((await request)?.message).toBe('stopping');
    expect((await failureOf(transport.request({ ...get, signal: abort.signal })))?.message).toBe('stopping');
  });

  it('whose connection breaks throws a failure that can be retried', async () => {
    server.answer = (_, response) => void response.socket?.destroy();
    expect(await failureOf(transport.request(get))).toMatchObject({ status: 0, reason: 'ConnectionReset' });
  });

  it('to a port where nothing listens is refused', async () => {
    const connection = { ...server.connection(), server: new URL('https://127.0.0.1:1') };
    const nowhere = new Transport(connection);
    expect(await failureOf(nowhere.request(get))).toMatchObject({ status: 0, reason: 'ConnectionRefused' });
    await nowhere.close();
  });

  it('to a server with a certificate of another authority fails as untrusted', async () => {
    const stranger = new Transport({ ...server.connection(), tls: () => ({}) });
    expect(await failureOf(stranger.request(get))).toMatchObject({ reason: 'Untrusted' });
    await stranger.close();
  });

  it('never shows token or body in an error', async () => {
    server.answer = (_, response) => void response.writeHead(500, { 'x-secret': 's3cret' }).end('s3cret');
    const error = await failureOf(transport.send({ method: 'PATCH', path: '/p', body: '{"s3cret":1}' }));
    expect(error?.message).not.toMatch(/s3cret|first/);
    expect(JSON.stringify(error)).not.toMatch(/s3cret|Bearer/);
  });
});

describe('a refused token', () => {
  beforeEach(() => {
    server.answer = (request, response) => {
      if (request.headers.authorization === 'Bearer second') sendJson(response, { ok: true });
      else sendStatus(response, 401, 'Unauthorized', 'Unauthorized');
    };
  });

  it('is read again, and the request sent again', async () => {
    server.token = 'second';
    await expect(transport.request({ ...get, method: 'POST', body: '{}' })).resolves.toEqual({ ok: true });
    expect(server.requests.map(({ body }) => body)).toEqual(['{}', '{}']);
  });

  it('that has not changed is not sent twice', async () => {
    expect(await failureOf(transport.request(get))).toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(1);
  });

  it('is read again for a stream as well', async () => {
    server.token = 'second';
    const lines = await transport.stream('/w', {}, { signal: new AbortController().signal });
    for await (const line of lines) expect(line).toBe('{"ok":true}');
    expect(server.requests).toHaveLength(2);
  });
});

describe('a stream', () => {
  const open = (signal = new AbortController().signal) => transport.stream('/w', { watch: true }, { signal });

  it('gives each line, whole, wherever the chunks were cut', async () => {
    const bytes = Buffer.from('{"n":"ä"}\n{"n":"日本"}\n{"n":"z"}');
    server.answer = (_, response) => {
      const writeFrom = (index: number): void => {
        if (index === bytes.length) response.end();
        else response.write(bytes.subarray(index, index + 1), () => writeFrom(index + 1));
      };
      writeFrom(0);
    };
    const lines: string[] = [];
    for await (const line of await open()) lines.push(line);
    expect(lines).toEqual(['{"n":"ä"}', '{"n":"日本"}', '{"n":"z"}']);
  });

  it('that is refused throws the Status', async () => {
    server.answer = (_, response) => sendStatus(response, 410, 'Expired', 'too old resource version');
    expect(await failureOf(open())).toMatchObject({ status: 410 });
  });

  it('whose connection breaks throws, after the lines that came before', async () => {
    server.answer = (_, response) => {
      response.write('one\n');
      setTimeout(() => response.socket?.destroy(), 20);
    };
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of await open()) lines.push(line);
    })();
    expect(await failureOf(reading)).toMatchObject({ reason: 'ConnectionReset' });
    expect(lines).toEqual(['one']);
  });

  it("ends by its signal with the signal's reason, and the server sees it", async () => {
    server.answer = (_, response) => void response.write('one\n');
    const abort = new AbortController();
    const reading = (async () => {
      for await (const line of await open(abort.signal)) abort.abort(new Error(`enough of ${line}`));
    })();
    expect((await failureOf(reading))?.message).toBe('enough of one');
    await waitFor(() => server.requests[0]!.isAborted(), { describe: 'the closed stream', intervalMs: 5 });
  });

  it('whose reader leaves is closed', async () => {
    server.answer = (_, response) => void response.write('one\ntwo\n');
    for await (const line of await open()) {
      expect(line).toBe('one');
      break;
    }
    await waitFor(() => server.requests[0]!.isAborted(), { describe: 'the closed stream', intervalMs: 5 });
  });

  it('that is faster than its reader loses nothing', async () => {
    const total = 20_000;
    server.answer = (_, response) => {
      for (let index = 0; index < total; index += 1)
        response.write(`{"index":${index},"pad":"${'x'.repeat(200)}"}\n`);
      response.end();
    };
    let expected = 0;
    for await (const line of await open()) {
      expect((JSON.parse(line) as { index: number }).index).toBe(expected);
      expected += 1;
      if (expected % 1000 === 0) await new Promise(setImmediate);
    }
    expect(expected).toBe(total);
  });

  it('does not take connections from requests, however many there are', async () => {
    server.answer = (request, response) => {
      if (request.path === '/w') response.write('one\n');
      else sendJson(response, {});
    };
    const capped = new Transport(server.connection(), { maxConnections: 1 });
    const signal = new AbortController().signal;
    await Promise.all(Array.from({ length: 5 }, () => capped.stream('/w', {}, { signal })));
    await capped.send({ ...get, deadlineMs: 3000 });
    await capped.close();
  });
});

describe('rotated certificates', () => {
  it('are used by the next connection', async () => {
    server.answer = (_, response) => void response.writeHead(200, { connection: 'close' }).end('{}');
    const good = server.connection().tls();
    let tls = good;
    const rotating = new Transport({ ...server.connection(), tls: () => tls });
    await rotating.send(get);
    tls = {};
    expect(await failureOf(rotating.send(get))).toMatchObject({ reason: 'Untrusted' });
    tls = { ...good };
    await rotating.send(get);
    await rotating.close();
  });
});
