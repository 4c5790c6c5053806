/** Holds a cluster's pods as the informer of @kubernetes/client-node does. */
import { CoreV1Api, KubeConfig, makeInformer, type Informer, type V1Pod } from '@kubernetes/client-node';
import { serveOrders, settledHeapBytes } from '../processes/serve-orders.ts';

let held: Informer<V1Pod> | undefined;

/** The heap once the pods are held. What was held before is let go. */
async function hold({ kubeconfig }: { readonly kubeconfig: string }): Promise<number> {
  await held?.stop();
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces());
  // A stop is told as an error.
  informer.on('error', () => undefined);
  held = informer;
  await informer.start();
  return settledHeapBytes();
}

serveOrders({ hold });
