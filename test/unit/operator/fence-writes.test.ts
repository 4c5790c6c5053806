import { describe, expect, it } from '@jest/globals';
import { LogsClient } from '../../../src/aws/logs-client.ts';
import { RetryableError } from '../../../src/kernel/errors.ts';
import type { KubeRequest } from '../../../src/kube/transport.ts';
import { fenceAws, fenceKube, type LogGroupsOfAws } from '../../../src/operator/fence-writes.ts';

const path = '/api/v1/namespaces/ml/pods/pod-1';

function makeFenced() {
  const sent: string[] = [];
  const state = { leads: true };
  const server = {
    request: <T>({ method }: KubeRequest) => Promise.resolve(void sent.push(method) as T),
    requestText: ({ method }: KubeRequest) => Promise.resolve(String(sent.push(method))),
    send: ({ method }: KubeRequest) => Promise.resolve(void sent.push(method)),
  };
  const call = (name: string) => (): Promise<never> => {
    sent.push(name);
    return Promise.resolve(undefined as never);
  };
  const all = Object.fromEntries(methodsOf(LogsClient).map((name) => [name, call(name)]));
  const mayWrite = () => state.leads;
  return {
    sent,
    state,
    kube: fenceKube(server, mayWrite),
    aws: fenceAws(all as unknown as LogGroupsOfAws, mayWrite),
  };
}

describe('a replica that leads', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('sends %s', async (method) => {
    const { kube, sent } = makeFenced();
    await kube.send({ method, path });
    await kube.request({ method, path });
    expect(sent).toEqual([method, method]);
  });
});

describe('a replica that does not lead any more', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('refuses %s, to be tried again', async (method) => {
    const { kube, sent, state } = makeFenced();
    state.leads = false;
    const refused = { name: 'RetryableError', message: expect.stringContaining('does not lead') as unknown };
    await expect(kube.send({ method, path })).rejects.toMatchObject(refused);
    await expect(kube.request({ method, path })).rejects.toMatchObject(refused);
    await expect(kube.requestText({ method, path })).rejects.toMatchObject(refused);
    expect(sent).toEqual([]);
  });

  it('still reads', async () => {
    const { kube, sent, state } = makeFenced();
    state.leads = false;
    await kube.request({ method: 'GET', path });
    await kube.requestText({ method: 'GET', path });
    expect(sent).toEqual(['GET', 'GET']);
  });

  it('reads from AWS and writes nothing there', async () => {
    const { aws, sent, state } = makeFenced();
    state.leads = false;
    const methods = Object.entries(aws) as [string, (...args: unknown[]) => Promise<unknown>][];
    expect(methods.map(([name]) => name).sort()).toEqual([...methodsOf(LogsClient)].sort());
    const isRead = (name: string) => /^(describe|list)/.test(name);
    for (const [name, method] of methods) {
      const refused = await method({}).then(
        () => false,
        (error: unknown) => error instanceof RetryableError,
      );
      expect({ name, refused }).toEqual({ name, refused: !isRead(name) });
    }
    expect(sent.filter((name) => !isRead(name))).toEqual([]);
    expect(sent.length).toBeGreaterThan(0);
  });
});

/** All that the client can do with log groups. */
function methodsOf(client: typeof LogsClient): readonly string[] {
  return Object.getOwnPropertyNames(client.prototype).filter((name) => !/^(constructor|close)$/.test(name));
}
