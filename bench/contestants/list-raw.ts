/**
 * A program that lists a cluster's pods by undici.request, metadata only, page by page, parses what it gets, says how
 * long the list took, and ends: the floor for whoever has to know all pods.
 */
import { Agent, request } from 'undici';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';

interface Page {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly object[];
}

const { server, ca, token } = JSON.parse(process.argv[2] ?? '') as ClusterAddress;
const dispatcher = new Agent({ allowH2: false, connect: { ca } });
const headers = {
  authorization: `Bearer ${token}`,
  accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
};

async function list(): Promise<number> {
  const items: object[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const url = `${server}/api/v1/pods?limit=500&continue=${encodeURIComponent(next)}`;
    const { body } = await request(url, { dispatcher, headers });
    const page = (await body.json()) as Page;
    items.push(...page.items);
    next = page.metadata.continue === '' ? undefined : page.metadata.continue;
  }
  return items.length;
}

const startedAt = performance.now();
void list().then(async (count) => {
  const durationMs = performance.now() - startedAt;
  process.stdout.write(`${JSON.stringify({ message: 'listed', resource: 'pods', count, durationMs })}\n`);
  await dispatcher.destroy();
});
