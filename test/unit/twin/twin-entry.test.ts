import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { authorization } from './twin-client.ts';

// Each case starts a program, on a machine that may be busy.
jest.setTimeout(30_000);

const entry = new URL('../../../src/twin.ts', import.meta.url).pathname;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The program, and what it printed until it was ready. */
async function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [entry, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const endpoint = await readyEndpoint(lines);
  return { child, lines, endpoint };
}

async function readyEndpoint(lines: AsyncIterator<string>) {
  const { value } = (await lines.next()) as { value: string };
  const [, endpoint] = /^ready (https?:\/\/[\w.]+:\d+)$/.exec(value) ?? [];
  expect(endpoint).toBeDefined();
  return endpoint!;
}

/** What a program that does not start says. */
async function failure(...args: readonly string[]) {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  expect(await once(child, 'close')).toEqual([1, null]);
  return told;
}

async function call(endpoint: string, operation: string, input: unknown = {}) {
  const headers = { 'x-amz-target': `Logs_20140328.${operation}`, authorization: authorization() };
  const response = await fetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('cortex-twin', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says when it serves, and ends cleanly on %s', async (signal) => {
    const { child, endpoint } = await start();
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await (await fetch(`${endpoint}/twin/health`)).json()).toEqual({ status: 'ok' });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('answers what it is serving before it ends', async () => {
    const { child, endpoint } = await start('--latency', '300');
    const answer = call(endpoint, 'DescribeLogGroups');
    let counted: Record<string, unknown> = {};
    while (counted['DescribeLogGroups'] === undefined)
      counted = (await (await fetch(`${endpoint}/twin/calls`)).json()) as Record<string, unknown>;
    child.kill('SIGTERM');
    expect(await answer).toEqual({ status: 200, body: { logGroups: [] } });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('serves HTTPS under a certificate that it makes and hands out', async () => {
    const { lines, endpoint } = await start('--tls');
    const secure = await readyEndpoint(lines);
    const ca = await (await fetch(`${endpoint}/twin/certificate`)).text();
    const sent = request(`${secure}/twin/health`, { ca, agent: false });
    sent.end();
    const [reply] = (await once(sent, 'response')) as [IncomingMessage];
    expect(Buffer.concat(await reply.toArray()).toString()).toBe('{"status":"ok"}');
  });

  it('begins with the clock, the delay and the faults of its flags', async () => {
    const { endpoint } = await start(
      ...['--now', '2026-01-01T00:00:00Z', '--ingestion-delay', '5000', '--account', '123456789012'],
      ...['--faults', '[{"kind":"throttle","operation":"DescribeLogStreams"}]'],
    );
    const clock = (await (await fetch(`${endpoint}/twin/clock`)).json()) as { now: number };
    expect(new Date(clock.now).toISOString()).toMatch(/^2026-01-01T00:0/);
    expect(await (await fetch(`${endpoint}/twin/faults`)).json()).toEqual([
      { kind: 'late', delayMs: 5_000 },
      { kind: 'throttle', operation: 'DescribeLogStreams' },
    ]);
    await call(endpoint, 'CreateLogGroup', { logGroupName: 'g' });
    expect((await call(endpoint, 'DescribeLogGroups')).body).toMatchObject({
      logGroups: [{ logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:g' }],
    });
  });

  it('refuses settings that it does not understand, all at once', async () => {
    const told = await failure(
      '--port',
      'x',
      '--tsl-cert',
      'y',
      '--faults',
      '[{"kind":"explode"}]',
      '--now',
      'soon',
    );
    expect(told).toContain('--port');
    expect(told).toContain('did you mean --tls-cert?');
    expect(told).toContain("Value 'explode' at 'kind'");
    expect(told).toContain('a time such as 2026-11-25T12:00:00Z');
  });

  it('tells a port that is taken', async () => {
    const { endpoint } = await start();
    expect(await failure('--port', new URL(endpoint).port)).toContain('EADDRINUSE');
  });
});
