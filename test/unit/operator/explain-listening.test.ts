import { describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { explainListening, startListening } from '../../../src/operator/explain-listening.ts';

const place = { host: '127.0.0.1', port: 8080, flag: 'health' } as const;

function listen(server: Server, port: number, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}

describe('a server that cannot listen', () => {
  it.each([
    [
      'because the port is taken',
      'EADDRINUSE',
      'port 8080 (--health-port) is taken on 127.0.0.1: end what listens there, or choose another port',
    ],
    [
      'because the port is privileged',
      'EACCES',
      'port 8080 (--health-port) is only for privileged programs here: choose one from 1024 on',
    ],
    [
      "because the address is somebody else's",
      'EADDRNOTAVAIL',
      '127.0.0.1 (--health-host) is no address of this host: choose one, or 0.0.0.0 for all',
    ],
    [
      'because the name is unknown',
      'ENOTFOUND',
      '127.0.0.1 (--health-host) does not resolve: choose an address of this host, or 0.0.0.0 for all',
    ],
    ['for another reason is not explained', 'EMFILE', undefined],
  ])('%s', (_, code, sentence) => {
    expect(explainListening(code, place)).toBe(sentence);
  });

  it('rejects its start with that sentence, for a port that is really taken', async () => {
    const [first, second] = [createServer(), createServer()];
    const port = await listen(first, 0);
    await expect(
      startListening(() => listen(second, port), { host: '127.0.0.1', port, flag: 'admission' }),
    ).rejects.toThrow(`port ${port} (--admission-port) is taken on 127.0.0.1`);
    first.close();
  });

  it('rejects its start as it is, where the address is not to blame', async () => {
    const broken = new Error('no certificate');
    await expect(startListening(() => Promise.reject(broken), place)).rejects.toBe(broken);
  });
});
