import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const entry = new URL('../../../src/twin.ts', import.meta.url).pathname;

describe('cortex-twin', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says when it serves, and ends cleanly on %s', async (signal) => {
    const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const endpoint = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    expect(await (await fetch(`${endpoint}/twin/health`)).json()).toEqual({ status: 'ok' });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('refuses settings that it does not understand, all at once', async () => {
    const child = spawn(process.execPath, [entry, '--http-port', 'x', '--tsl-cert', 'y'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(told).toContain('--http-port');
    expect(told).toContain('did you mean --tls-cert?');
  });
});
