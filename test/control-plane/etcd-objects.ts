/**
 * Objects straight in the API server's etcd: ten thousand come within a second and go in one transaction, past
 * admission and the audit log. The API server reads JSON there as well as its own protobuf, and tells its watchers.
 * https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
import { randomUUID } from 'node:crypto';
import type { AnyObject, KubeClient } from './kube-client.ts';
import { waitFor } from './wait-for.ts';

/**
 * All writes of one transaction have one revision, which the API server itself never gives to two objects: it and its
 * watchers go on after a revision that they have seen, so that who stops within one misses the rest of it.
 *
 * etcd takes 128 operations in a transaction unless its flag `--max-txn-ops` says otherwise.
 */
const batchSize = 128;

/** The same object under other names, as good as if each had been made in its own right. */
export function copiesOf(object: AnyObject, names: readonly string[]): readonly AnyObject[] {
  return names.map((name) => ({ ...object, metadata: { ...object.metadata, name, uid: randomUUID() } }));
}

/**
 * `etcd` is where its clients come, `resource` a plural of the core group, such as `pods`. Who lists from now on gets
 * all of them; a watch that is open meanwhile may be closed by the API server, and then miss some.
 */
export async function putObjects(
  etcd: string,
  resource: string,
  objects: readonly AnyObject[],
): Promise<void> {
  const puts = objects.map((object) => ({
    key: base64(`/registry/${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`),
    value: base64(JSON.stringify(withoutVersion(object))),
  }));
  // A list waits until the API server's cache has reached the newest revision: that one must not be of a batch.
  const last = puts.pop();
  for (let start = 0; start < puts.length; start += batchSize) {
    const batch = puts.slice(start, start + batchSize);
    await call(etcd, 'txn', { success: batch.map((requestPut) => ({ requestPut })) });
  }
  if (last) await call(etcd, 'put', last);
}

/**
 * Whatever their finalizers say; returns how many. A watch that begins before the API server has taken all of it in
 * misses some: write another object by the API, and wait `untilCached` before you let anybody watch.
 */
export async function deleteObjects(
  etcd: string,
  resource: string,
  { namespace, namePrefix }: { readonly namespace: string; readonly namePrefix: string },
): Promise<number> {
  const key = `/registry/${resource}/${namespace}/${namePrefix}`;
  // Names are ASCII, so that this is behind all that begin with the prefix.
  const range = { key: base64(key), range_end: base64(`${key}\x7F`) };
  const { deleted = '0' } = await call<{ deleted?: string }>(etcd, 'deleterange', range);
  return Number(deleted);
}

/**
 * Resolves when the API server's cache, which watches are served from, holds this object, and so all that was written
 * before it. A list of the newest state proves less: when the cache is late, it comes from etcd.
 */
export async function untilCached(
  admin: KubeClient,
  resource: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const query = `resourceVersion=0&fieldSelector=metadata.name%3D${name}`;
  const cached = () =>
    admin.request<{ items: unknown[] }>('GET', `/api/v1/namespaces/${namespace}/${resource}?${query}`);
  await waitFor(async () => (await cached()).items.length === 1, {
    describe: `the API server to have ${resource} ${namespace}/${name} in its cache`,
  });
}

/** The API server takes it from etcd's own count. */
function withoutVersion(object: AnyObject): object {
  return { ...object, metadata: { ...object.metadata, resourceVersion: undefined } };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function call<T>(etcd: string, method: string, body: object): Promise<T> {
  const answer = await fetch(`${etcd}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${method}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
