/** Another client of the API server: one GET after the other, each with a pause before it. */
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { serveOrders } from '../processes/serve-orders.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';

const pauseMs = 5;

let connected: { readonly address: ClusterAddress; readonly dispatcher: Agent };
let probing: { isStopped: boolean; readonly latencies: Promise<readonly number[]> } | undefined;

async function probe(): Promise<number> {
  const { address, dispatcher } = connected;
  const headers = { authorization: `Bearer ${address.token}`, 'user-agent': 'cortex-bench-probe' };
  const startedAt = performance.now();
  const url = `${address.server}/api/v1/namespaces/default`;
  const { statusCode, body } = await request(url, { dispatcher, headers });
  await body.dump();
  if (statusCode !== 200) throw new Error(`A GET was answered ${statusCode}.`);
  return performance.now() - startedAt;
}

async function probeUntilStopped(): Promise<readonly number[]> {
  const latencies: number[] = [];
  while (probing?.isStopped !== true) {
    await pause(pauseMs);
    latencies.push(await probe());
  }
  return latencies;
}

serveOrders({
  connect: (address: ClusterAddress) => {
    const { ca } = address;
    connected = { address, dispatcher: new Agent({ allowH2: false, connect: { ca } }) };
  },
  probe: async (times: number) => {
    const latencies: number[] = [];
    for (let time = 0; time < times; time += 1) {
      await pause(pauseMs);
      latencies.push(await probe());
    }
    return latencies;
  },
  start: () => {
    probing = undefined;
    probing = { isStopped: false, latencies: probeUntilStopped() };
  },
  /** The latencies since the start, in milliseconds. */
  stop: () => {
    if (probing === undefined) return [];
    probing.isStopped = true;
    return probing.latencies;
  },
});
