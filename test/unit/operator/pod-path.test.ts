/** When the counts of the resources are whole: the pod path on an API server that answers as a test says. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { readOperatorConfig } from '../../../src/config/read-operator-config.ts';
import { Transport } from '../../../src/kube/transport.ts';
import { makePodPath, type PodPath } from '../../../src/operator/pod-path.ts';
import { ClusterWatch } from '../../../src/operator/watch-cluster.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { aPod } from '../../support/build-pods.ts';
import {
  ScriptedApiServer,
  sendJson,
  sendStatus,
  type SeenRequest,
} from '../../support/scripted-api-server.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const argv = ['--cluster-name=my-cluster', '--region=us-east-1'];
const config = readOperatorConfig({ argv, env: {}, hostname: 'operator-0' });
const labels = { app: 'x', apiName: 'api', apiKind: 'RealtimeAPI' };
const metadata = (name: string, more: object = {}) => ({
  namespace: 'ml',
  name,
  uid: `uid-${name}`,
  resourceVersion: '1',
  ...more,
});
const api = (namespace: string) => ({
  metadata: metadata('api', { namespace, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' }),
  spec: { selector: { matchLabels: { app: 'x' } } },
});
const pods = ['a', 'b', 'c'].map((name) => ({ metadata: metadata(name, { labels }) }));
const unlabeled = { metadata: metadata('unlabeled', { labels: { app: 'x' } }) };
const ofApi = { kind: 'RealtimeAPI', namespace: 'ml', name: 'api' };

describe('the pod path', () => {
  let server: ScriptedApiServer;
  let transport: Transport;
  let cluster: ClusterWatch;
  let path: PodPath;
  /** Answers the list of finished pods, with these. */
  let finish: (items: readonly object[]) => void;

  beforeEach(async () => {
    const list = Promise.withResolvers<readonly object[]>();
    finish = list.resolve;
    server = await new ScriptedApiServer().start();
    server.answer = (request, response) => {
      answer(request, response, list.promise);
    };
    transport = new Transport(server.connection(), { userAgent: 'test' });
    const ignore = () => undefined;
    const observer = { onList: ignore, onFailure: ignore, onRecovery: ignore, onObjectError: ignore };
    cluster = new ClusterWatch({ transport, observer, logger: silentLogger });
    const parts = { config, cluster, transport, isLeader: () => true, logger: silentLogger };
    path = makePodPath({ ...parts, events: { record: ignore } as never, metrics: new Metrics() }, ignore);
    cluster.start();
    await waitFor(() => path.isReady(), { describe: 'pods and claims to be known' });
  });
  afterEach(async () => {
    await Promise.all(path.controllers.map((controller) => controller.stop({ deadlineMs: 0 })));
    await cluster.stop();
    await transport.close();
    await server.stop();
  });

  function begin(): void {
    path.enqueueAll();
    for (const controller of path.controllers) controller.start();
  }

  it('has seen all once each pod was looked at, though one fails and another is always in hand', async () => {
    finish([]);
    await waitFor(() => cluster.finishedPods.state.synced, { describe: 'finished pods to be known' });
    begin();
    cluster.pods.store.upsert(aPod({ namespace: 'held', name: 'late', labels: { app: 'x' } }));
    expect(path.hasSeenAll()).toBe(false);
    await waitFor(() => path.hasSeenAll(), { describe: 'all to be seen' });
    expect(path.outcomes.tallyOf(ofApi)).toMatchObject({ claimed: 4, labeled: 3 });
  });

  it('has not seen all before it is known which pods have finished', async () => {
    begin();
    await waitFor(() => path.outcomes.tallyOf(ofApi).claimed === 4, { describe: 'the pods to be looked at' });
    expect(path.hasSeenAll()).toBe(false);
    finish(pods.slice(0, 2));
    await waitFor(() => path.hasSeenAll(), { describe: 'all to be seen' });
    expect(path.outcomes.tallyOf(ofApi).finished).toBe(2);
  });
});

/** In the namespace `held` selectors are asked for and never told; in others nobody may read them. */
function answer(
  { path, query }: SeenRequest,
  response: ServerResponse,
  finished: Promise<readonly object[]>,
) {
  const tell = (items: readonly object[]) =>
    sendJson(response, { metadata: { resourceVersion: '1' }, items });
  if (path.includes('/namespaces/held/')) return;
  if (query.has('watch')) response.writeHead(200).flushHeaders();
  else if (query.has('fieldSelector')) void finished.then(tell);
  else if (path === '/api/v1/pods') tell([...pods, unlabeled]);
  else if (path.endsWith('/realtimeapis')) tell([api('ml'), api('held')]);
  else if (path.startsWith('/apis/cortex.dev/')) tell([]);
  else sendStatus(response, 403, 'Forbidden', 'not to be read');
}
