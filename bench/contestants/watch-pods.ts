/** Holds a cluster's pods as the operator does: its own reflector, decoder and store. */
import { Transport } from '../../src/kube/transport.ts';
import { ClusterWatch } from '../../src/operator/watch-cluster.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { serveOrders, settledHeapBytes } from '../processes/serve-orders.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';
import { connectionTo } from './connection.ts';

const observer = {
  onList: () => undefined,
  onFailure: (resource: string, { message }: { readonly message: string }) => {
    throw new Error(`${resource}: ${message}`);
  },
  onRecovery: () => undefined,
  onObjectError: () => undefined,
};

let held: { readonly watch: ClusterWatch; readonly transport: Transport } | undefined;

/** The heap once the pods are held. What was held before is let go. */
async function hold(address: ClusterAddress): Promise<number> {
  await held?.watch.stop();
  await held?.transport.close();
  const transport = new Transport(connectionTo(address));
  const watch = new ClusterWatch({ transport, observer, logger: silentLogger });
  held = { watch, transport };
  watch.start();
  const synced = () => watch.all.every(({ state }) => state.synced);
  await waitFor(synced, { describe: 'the watches to be synced', timeoutMs: 120_000 });
  return settledHeapBytes();
}

serveOrders({ hold });
