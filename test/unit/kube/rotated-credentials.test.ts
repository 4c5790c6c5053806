/** Tokens that others rotate, in the files of a pod's service account and in a kubeconfig, against a server that refuses the old one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectInCluster } from '../../../src/kube/in-cluster-config.ts';
import { openConnection, type Connection } from '../../../src/kube/kube-config.ts';
import { Transport } from '../../../src/kube/transport.ts';
import { writeKubeconfig } from '../../control-plane/kubeconfig.ts';
import { ScriptedApiServer, sendJson, sendStatus } from '../../support/scripted-api-server.ts';

let server: ScriptedApiServer;
let folder: string;
/** The only token that the server takes. */
let valid: string;
let now: number;

beforeAll(async () => {
  server = await new ScriptedApiServer().start();
  server.answer = ({ headers }, response) => {
    if (headers.authorization === `Bearer ${valid}`) sendJson(response, { ok: true });
    else sendStatus(response, 401, 'Unauthorized', 'Unauthorized');
  };
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-credentials-'));
  valid = 'first';
  now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A refused credential is read again at most once a second. */
function passOneSecond(): void {
  now += 1_000;
}

const ca = () => String(server.connection().tls().ca);

function writeServiceAccount(token: string): void {
  writeFileSync(join(folder, 'ca.crt'), ca());
  writeFileSync(join(folder, 'token'), `${token}\n`);
}

function kubeconfig(token: string): string {
  const place = { server: `https://127.0.0.1:${server.port}`, ca: ca() };
  return writeKubeconfig(join(folder, 'kubeconfig'), { ...place, user: 'operator', token });
}

/** Sources of credentials, each with the way in which its token is replaced. */
const sources: readonly (readonly [
  name: string,
  open: () => Promise<Connection> | Connection,
  write: (token: string) => void,
])[] = [
  [
    'the files of a service account',
    () => {
      const environment = {
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String(server.port),
      };
      return connectInCluster(environment, folder);
    },
    writeServiceAccount,
  ],
  [
    'a kubeconfig',
    () => openConnection({ kubeconfig: join(folder, 'kubeconfig'), environment: {} }),
    kubeconfig,
  ],
];

jest.setTimeout(20_000);

describe.each(sources)('a token in %s', (_, open, write) => {
  it('that the server takes no more is read again, and the request is answered', async () => {
    write('first');
    const transport = new Transport(await open());
    const get = () => transport.request({ method: 'GET', path: '/api' });
    await expect(get()).resolves.toEqual({ ok: true });
    write('second');
    valid = 'second';
    passOneSecond();
    await expect(get()).resolves.toEqual({ ok: true });
    await transport.close();
  });
});

describe('a kubeconfig that is being written when its token is refused', () => {
  it('leaves the refusal to be told, and serves again once it is whole', async () => {
    const path = kubeconfig('first');
    const transport = new Transport(await openConnection({ kubeconfig: path, environment: {} }));
    const get = () => transport.request({ method: 'GET', path: '/api' });
    valid = 'second';
    writeFileSync(path, '{"kind": "Conf');
    passOneSecond();
    await expect(get()).rejects.toMatchObject({ status: 401, reason: 'Unauthorized' });
    kubeconfig('second');
    passOneSecond();
    await expect(get()).resolves.toEqual({ ok: true });
    await transport.close();
  });
});
