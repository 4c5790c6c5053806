/** A kubeconfig, read by client-node: contexts, certificates, tokens, exec plugins, OIDC. */
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { CachedCredential } from './cached-credential.ts';
import type { Connection, TlsMaterial } from './kube-config.ts';

/** Of `path`, else of the files in KUBECONFIG, else of ~/.kube/config. Throws what is wrong with it. */
export async function connectByKubeconfig(
  path: string | undefined,
  context: string | undefined,
): Promise<Connection> {
  let config = load(path, context);
  const server = serverOf(config);
  let tls: TlsMaterial = {};
  let isRefused = false;
  const read = async (): Promise<string | undefined> => {
    // A plugin's answer is kept inside the KubeConfig until it expires: a refused one goes with it.
    config = hasPlugin(config) && !isRefused ? config : load(path, context);
    isRefused = false;
    const options = await credentialsOf(config);
    tls = sameOr(tls, options);
    return authorizationOf(config, options);
  };
  const credential = new CachedCredential(read, Date.now);
  await credential.get();
  return {
    server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    tls: () => tls,
    authorization: () => credential.get(),
    renewAuthorization: () => {
      isRefused = true;
      return credential.renew();
    },
  };
}

function load(path: string | undefined, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

function serverOf(config: KubeConfig): URL {
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(
      `it has no context "${config.getCurrentContext()}" with a cluster; choose one of its contexts`,
    );
  if (cluster.proxyUrl)
    throw new Error(
      `cluster "${cluster.name}" has a proxy-url, which is not supported; use a direct address`,
    );
  return new URL(cluster.server);
}

/** A plugin or provider keeps what it got until that expires; plain files and texts are read again. */
function hasPlugin(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return Boolean(user?.exec ?? user?.authProvider);
}

async function credentialsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  return options;
}

function authorizationOf(config: KubeConfig, { headers, auth }: RequestOptions): string | undefined {
  const { Authorization: header } = headers as Record<string, string | undefined>;
  const user = config.getCurrentUser();
  if (header !== undefined) return header;
  return user?.username && auth ? `Basic ${Buffer.from(auth).toString('base64')}` : undefined;
}

/** The certificates in `options`; `before` itself where none changed, so that connections stay. */
function sameOr(before: TlsMaterial, options: RequestOptions): TlsMaterial {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const after = Object.fromEntries(
    Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return JSON.stringify(after) === JSON.stringify(before) ? before : after;
}
