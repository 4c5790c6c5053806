/** Label patches as @kubernetes/client-node does them, by its own API and with its default settings. */
import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import type { PodPlace } from '../scripted-cluster/generate-pods.ts';
import { labelsOfBench, runAtOnce } from './run-at-once.ts';

let client: CoreV1Api;

async function patch({ namespace, name, uid }: PodPlace): Promise<void> {
  const body = { metadata: { uid, labels: labelsOfBench } };
  await client.patchNamespacedPod(
    { namespace, name, body, fieldManager: 'cortex-logging' },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

serveOrders({
  connect: ({ kubeconfig }: { readonly kubeconfig: string }) => {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    client = config.makeApiClient(CoreV1Api);
  },
  patch: (places: readonly PodPlace[]) => cpuOf(() => runAtOnce(places, patch)),
});
