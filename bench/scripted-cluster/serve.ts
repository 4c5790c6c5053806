/** The process of a scripted API server on TLS: a cluster whose only costs to its clients are their own. */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../test/control-plane/certificates.ts';
import { serveOrders } from '../processes/serve-orders.ts';
import type { PodBatch } from './generate-pods.ts';
import { PodRegistry } from './pod-registry.ts';
import { RequestRouter } from './route-request.ts';

/** Less than the silence that clients bear. */
const bookmarkEveryMs = 30_000;

const authority = createAuthority();
const { certificate: cert, key } = authority.issueServer(['127.0.0.1']);
const pods = new PodRegistry();
const router = new RequestRouter(pods);

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '/', headers } = request;
  router.answer(
    {
      method,
      url: new URL(url, 'https://127.0.0.1'),
      accept: headers.accept ?? '',
      body: Buffer.concat(chunks).toString('utf8'),
    },
    response,
  );
}

async function start(): Promise<{ readonly server: string; readonly ca: string }> {
  // A client that ends in the middle of a request is its own affair.
  const server = createServer({ cert, key, keepAliveTimeout: 600_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  setInterval(() => router.bookmark(), bookmarkEveryMs);
  return { server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: authority.certificate };
}

serveOrders({
  start,
  add: (batch: PodBatch) => pods.add(batch),
  remove: (batch: PodBatch) => pods.remove(batch),
  /** The new pods; resolves when all of them have been patched. */
  addAndAwaitPatches: async (batch: PodBatch) => {
    const patched = pods.patched(pods.patches + batch.count);
    pods.add(batch);
    await patched;
  },
});
