/** Label patches by the operator's own patcher and transport, without watch, queue and decision. */
import type { Connection } from '../../src/kube/kube-config.ts';
import { PodPatcher } from '../../src/kube/patch-pod-labels.ts';
import { Transport } from '../../src/kube/transport.ts';
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import type { PodPlace } from '../scripted-cluster/generate-pods.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';
import { connectionTo } from './connection.ts';
import { labelsOfBench, patchesInFlight, runAtOnce } from './run-at-once.ts';

let patcher: PodPatcher;

serveOrders({
  connect: (address: ClusterAddress) => {
    const connection: Connection = connectionTo(address);
    const options = { fieldManager: 'cortex-logging', maxInFlight: patchesInFlight };
    patcher = new PodPatcher(new Transport(connection), options);
  },
  patch: (places: readonly PodPlace[]) =>
    cpuOf(() => runAtOnce(places, (place) => patcher.patchLabels(place, labelsOfBench))),
});
