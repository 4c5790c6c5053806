import type { Connection } from '../../src/kube/kube-config.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';

/** A way to the cluster whose credentials never change. */
export function connectionTo({ server, ca, token }: ClusterAddress): Connection {
  const tls = { ca };
  const authorization = Promise.resolve(`Bearer ${token}`);
  return {
    server: new URL(server),
    namespace: undefined,
    tls: () => tls,
    authorization: () => authorization,
    renewAuthorization: () => authorization,
  };
}
