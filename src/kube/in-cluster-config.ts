/** The service account of the pod that we run in: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CachedCredential } from './cached-credential.ts';
import type { Connection, TlsMaterial } from './kube-config.ts';

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Throws when a variable or the CA is missing. The kubelet replaces token and CA in place: both are read
 * again by `CachedCredential`'s rules.
 */
export function connectInCluster(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  now: () => number = Date.now,
): Connection {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port) {
    throw new Error(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, as they are in every pod.',
    );
  }
  let tls: TlsMaterial = { ca: readFileSync(`${folder}/ca.crt`, 'utf8') };
  const credential = new CachedCredential(async () => {
    const ca = await readFile(`${folder}/ca.crt`, 'utf8');
    if (ca !== tls.ca) tls = { ca };
    return `Bearer ${(await readFile(`${folder}/token`, 'utf8')).trim()}`;
  }, now);
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    namespace: existsSync(`${folder}/namespace`)
      ? readFileSync(`${folder}/namespace`, 'utf8').trim()
      : undefined,
    tls: () => tls,
    authorization: () => credential.get(),
    renewAuthorization: () => credential.renew(),
  };
}
