import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { HealthServer, type HealthServerOptions } from '../../../src/runtime/health-server.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const servers: HealthServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function startServer(options: Partial<HealthServerOptions> = {}) {
  const logger = new RecordingLogger();
  const server = new HealthServer({
    host: '127.0.0.1',
    port: 0,
    healthz: {},
    readyz: {},
    metrics: new Metrics(),
    logger,
    ...options,
  });
  servers.push(server);
  const port = await server.start();
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  return { server, port, get, logger };
}

describe('a probe', () => {
  it('passes without checks', async () => {
    const { get } = await startServer();
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'healthz check passed\n' });
  });

  it('names each check that passes', async () => {
    const { get } = await startServer({ readyz: { watch: () => undefined, lease: () => undefined } });
    expect(await get('/readyz?verbose')).toMatchObject({
      status: 200,
      body: '[+]watch ok\n[+]lease ok\nreadyz check passed\n',
    });
  });

  it('answers 503 with the reason of each check that fails or throws', async () => {
    const { get } = await startServer({
      readyz: {
        watch: () => 'no list has succeeded yet',
        lease: () => {
          throw new Error('broken check');
        },
        queue: () => undefined,
      },
    });
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: '[-]watch failed: no list has succeeded yet\n[-]lease failed: broken check\n[+]queue ok\nreadyz check failed\n',
    });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
  });

  it('asks one check alone at a path of its own', async () => {
    const { get } = await startServer({
      readyz: { admission: () => undefined, 'watch-pods': () => 'not listed yet' },
    });
    expect(await get('/readyz')).toMatchObject({ status: 503 });
    expect(await get('/readyz/admission?verbose')).toMatchObject({
      status: 200,
      body: '[+]admission ok\nreadyz/admission check passed\n',
    });
    expect(await get('/readyz/watch-pods')).toMatchObject({
      status: 503,
      body: '[-]watch-pods failed: not listed yet\nreadyz/watch-pods check failed\n',
    });
  });

  it('logs what changed, not every answer', async () => {
    let problem: string | undefined = 'not yet';
    const { get, logger } = await startServer({ readyz: { watch: () => problem } });
    for (let i = 0; i < 3; i += 1) await get('/readyz');
    problem = undefined;
    for (let i = 0; i < 3; i += 1) await get('/readyz');
    expect(logger.messages('warn')).toEqual(['health check fails']);
    expect(logger.messages('info')).toEqual(['health server listens', 'health check passes again']);
  });
});

describe('/metrics', () => {
  it('renders the registry in its own content type', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'things_total', help: 'Things.' }).inc({}, 3);
    const { get } = await startServer({ metrics });
    const { status, headers, body } = await get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(metrics.contentType);
    expect(body).toContain('things_total 3\n');
  });

  it('answers 500 when they cannot be rendered, and the log says why', async () => {
    const render = () => Promise.reject(new Error('broken gauge'));
    const { get, logger } = await startServer({ metrics: { contentType: 'text/plain', render } });
    expect((await get('/metrics')).status).toBe(500);
    expect(logger.messages('error')).toEqual(['metrics could not be rendered']);
  });
});

describe('requests', () => {
  it.each(['/', '/healthz/', '/metricsx', '/readyz/watch', '/readyz/', '/readyz/constructor'])(
    'for %s are answered 404',
    async (path) => {
      const { get } = await startServer();
      expect((await get(path)).status).toBe(404);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('by %s are answered 405', async (method) => {
    const { get } = await startServer();
    const { status, headers } = await get('/healthz', { method });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
  });

  it('by HEAD are answered without a body', async () => {
    const { get } = await startServer();
    expect(await get('/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});

describe('the port', () => {
  it('that is taken is a failure of start', async () => {
    const { port } = await startServer();
    await expect(startServer({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('is free again after stop, with connections cut', async () => {
    const { server, port, get } = await startServer();
    await get('/healthz');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await server.stop();
    await closed;
    await server.stop();
    await expect(get('/healthz')).rejects.toThrow();
  });
});
