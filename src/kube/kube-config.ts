/**
 * Where the API server is and who we are. In a cluster this is three files and two variables, read here;
 * a kubeconfig, with its plugins and providers, is client-node's business, which is therefore loaded
 * only when there is one.
 */
import { existsSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { messageOf } from '../kernel/errors.ts';
import { connectInCluster, serviceAccountFolder } from './in-cluster-config.ts';

export type TlsMaterial = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'
>;

export interface Connection {
  readonly server: URL;
  /** The namespace of the service account or of the kubeconfig's context, if it names one. */
  readonly namespace: string | undefined;
  /** One object until the certificates change, then another. */
  tls(): TlsMaterial;
  /** The Authorization header of the moment; files are read anew about once a minute. */
  authorization(): Promise<string | undefined>;
  /** The same, read anew now (at most once a second): for an answer 401. */
  renewAuthorization(): Promise<string | undefined>;
}

export interface ConnectionSource {
  /** Path of a kubeconfig; before all else. */
  readonly kubeconfig?: string | undefined;
  /** A context of the kubeconfig, default its current one. */
  readonly context?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The kubeconfig that is named, else the ones in KUBECONFIG, else the service account of the pod that we
 * run in, else ~/.kube/config. Throws an error for people when none can be used.
 */
export async function openConnection(source: ConnectionSource): Promise<Connection> {
  const { kubeconfig, context, environment } = source;
  const named = kubeconfig ?? environment['KUBECONFIG'];
  if (!named && environment['KUBERNETES_SERVICE_HOST'] && existsSync(`${serviceAccountFolder}/token`)) {
    return connectInCluster(environment, serviceAccountFolder);
  }
  const { connectByKubeconfig } = await import('./kubeconfig-file.ts');
  try {
    return await connectByKubeconfig(kubeconfig, context);
  } catch (error) {
    throw new Error(`Cannot use the kubeconfig ${named ?? '~/.kube/config'}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
