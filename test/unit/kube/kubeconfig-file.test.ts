import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnection } from '../../../src/kube/kube-config.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'cortex-kubeconfig-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const clusters = [{ name: 'prod', cluster: { server: 'https://127.0.0.1:6443' } }];
const users = [{ name: 'me', user: { token: 'secret' } }];
const contexts = [
  { name: 'prod', context: { cluster: 'prod', user: 'me', namespace: 'ml' } },
  { name: 'lost', context: { cluster: 'gone', user: 'me' } },
];

function write(content: object): string {
  const path = join(folder, 'config');
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...content }));
  return path;
}

describe('a kubeconfig', () => {
  it('says where the API server is, and who we are', async () => {
    const kubeconfig = write({ clusters, users, contexts, 'current-context': 'prod' });
    const connection = await openConnection({ kubeconfig, environment: {} });
    expect(connection).toMatchObject({ server: new URL('https://127.0.0.1:6443'), namespace: 'ml' });
    expect(await connection.authorization()).toBe('Bearer secret');
  });

  it.each([
    ['that is empty', {}, 'it has no contexts; is it the right file?'],
    [
      'without a current context',
      { clusters, users, contexts },
      'it has no current-context; choose one of its contexts (prod, lost): kubectl config use-context NAME',
    ],
    [
      'whose current context is not there',
      { clusters, users, contexts, 'current-context': 'prd' },
      'it has no context "prd"; choose one of its contexts (prod, lost)',
    ],
    [
      'whose context has no cluster',
      { clusters, users, contexts, 'current-context': 'lost' },
      'its context "lost" is of the cluster "gone", which it does not have; choose one of its contexts (prod, lost)',
    ],
  ])('%s is refused in words that help', async (_, content, problem) => {
    const kubeconfig = write(content);
    await expect(openConnection({ kubeconfig, environment: {} })).rejects.toThrow(
      `Cannot use the kubeconfig ${kubeconfig}: ${problem}`,
    );
  });

  it('that does not hold the context that is asked for is refused', async () => {
    const kubeconfig = write({ clusters, users, contexts, 'current-context': 'prod' });
    await expect(openConnection({ kubeconfig, context: 'test', environment: {} })).rejects.toThrow(
      'it has no context "test"; choose one of its contexts (prod, lost)',
    );
  });
});
