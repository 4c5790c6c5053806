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

/** client-node's name for the made-up context that stands in where there is no kubeconfig at all. */
const standIn = 'loaded-context';

function load(path: string | undefined, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  if (path === undefined && config.getCurrentContext() === standIn)
    throw new Error('there is none; name one by --kubeconfig or KUBECONFIG, or run in a pod');
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

function serverOf(config: KubeConfig): URL {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(problemOfContext(config));
  if (cluster.proxyUrl)
    throw new Error(
      `cluster "${cluster.name}" has a proxy-url, which is not supported; use a direct address`,
    );
  return new URL(cluster.server);
}

/** Why there is no cluster to talk to. */
function problemOfContext(config: KubeConfig): string {
  const names = config.getContexts().map(({ name }) => name);
  if (names.length === 0) return 'it has no contexts; is it the right file?';
  const choice = `choose one of its contexts (${names.join(', ')})`;
  // Without one in the file it is undefined, whatever its type says.
  const chosen = config.getCurrentContext() as string | undefined;
  if (!chosen) return `it has no current-context; ${choice}: kubectl config use-context NAME`;
  const context = config.getContextObject(chosen);
  if (!context) return `it has no context "${chosen}"; ${choice}`;
  return `its context "${chosen}" is of the cluster "${context.cluster}", which it does not have; ${choice}`;
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
