import { describe, expect, it } from '@jest/globals';
import { readOperatorConfig } from '../../../src/config/read-operator-config.ts';
import type { KubeRequest } from '../../../src/kube/transport.ts';
import { Store } from '../../../src/kube/store.ts';
import { makeCertificatePath } from '../../../src/operator/admission-path.ts';
import type { WatchedRegistration } from '../../../src/operator/watch-registration.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** A Secret that exists and is empty, and a registration of two webhooks. */
class Cluster {
  secret = { metadata: { resourceVersion: '1' }, data: {} };
  bundles = ['', ''];
  readonly watch = new Store<WatchedRegistration>({ onListenerError: () => undefined });
  #version = 0;

  request = <T>({ path }: KubeRequest): Promise<T> => {
    const webhooks = this.bundles.map((caBundle, index) => ({
      name: `webhook-${index}`,
      clientConfig: { caBundle },
    }));
    return Promise.resolve((path.includes('/secrets/') ? this.secret : { webhooks }) as T);
  };

  send = ({ path, body = '' }: KubeRequest): Promise<void> => {
    if (path.includes('/secrets/')) {
      const { data } = JSON.parse(body) as Cluster['secret'];
      this.secret = { metadata: { resourceVersion: String((this.#version += 1)) }, data };
      return Promise.resolve();
    }
    const operations = JSON.parse(body) as { op: string; value: string }[];
    this.bundles = operations.filter(({ op }) => op === 'add').map(({ value }) => value);
    return Promise.resolve();
  };

  requestText = (): Promise<string> => Promise.reject(new Error('nobody asks for text'));

  upgrade(): void {
    this.bundles = [...this.bundles, ''];
    const resourceVersion = String((this.#version += 1));
    this.watch.upsert({ namespace: '', name: 'cortex-logging-operator', uid: 'uid', resourceVersion });
  }

  get areRegistered(): boolean {
    return this.bundles.every((bundle) => bundle !== '');
  }
}

describe('the leader', () => {
  it('gives a webhook that an upgrade adds its caBundle when it appears, long before it looks again', async () => {
    const cluster = new Cluster();
    const config = readOperatorConfig({
      argv: ['--cluster-name=c', '--region=eu-west-1'],
      env: {},
      hostname: 'operator-1',
    });
    const metrics = new Metrics('test_');
    const parts = { config, transport: cluster, logger: silentLogger, metrics };
    const path = makeCertificatePath(parts, cluster.watch);
    path.enqueueAll();
    for (const controller of path.controllers) controller.start();
    const areRegistered = () => Promise.resolve(cluster.areRegistered);
    await waitFor(areRegistered, { describe: 'the first caBundles' });
    cluster.upgrade();
    expect(cluster.areRegistered).toBe(false);
    // It looks every ten seconds.
    await waitFor(areRegistered, { describe: 'the caBundle of the new webhook', timeoutMs: 5_000 });
    await Promise.all(path.controllers.map((controller) => controller.stop({ deadlineMs: 1_000 })));
    await path.close();
    cluster.upgrade();
    expect(cluster.areRegistered).toBe(false);
  });
});
