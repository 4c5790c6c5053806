/** Label patches by undici.request and nothing else: the floor for whoever patches over HTTP from Node. */
import { Agent, request } from 'undici';
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import type { PodPlace } from '../scripted-cluster/generate-pods.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';
import { labelsOfBench, runAtOnce } from './run-at-once.ts';

export const userAgent = 'cortex-bench-raw';

let connected: { readonly address: ClusterAddress; readonly dispatcher: Agent };

async function patch(place: PodPlace): Promise<void> {
  const { address, dispatcher } = connected;
  const path = `/api/v1/namespaces/${place.namespace}/pods/${place.name}?fieldManager=cortex-logging`;
  const { statusCode, body } = await request(`${address.server}${path}`, {
    method: 'PATCH',
    dispatcher,
    headers: {
      authorization: `Bearer ${address.token}`,
      'content-type': 'application/merge-patch+json',
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'user-agent': userAgent,
    },
    body: JSON.stringify({ metadata: { uid: place.uid, labels: labelsOfBench } }),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`A patch was answered ${statusCode}.`);
}

serveOrders({
  connect: (address: ClusterAddress) => {
    const { ca } = address;
    connected = { address, dispatcher: new Agent({ allowH2: false, connections: 32, connect: { ca } }) };
  },
  patch: (places: readonly PodPlace[]) => cpuOf(() => runAtOnce(places, patch)),
});
