/** What can be done with a running control plane, also by another process than the one that started it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAuditLog } from './audit-log.ts';
import type { AuditEvent } from './audit-log.ts';
import { openAuthority } from './certificates.ts';
import { KubeClient } from './kube-client.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { tailOf } from './process-guard.ts';
import { outputOf } from './run-command.ts';
import { waitFor } from './wait-for.ts';

/** What describes a running control plane to another process; plain data. */
export interface ControlPlaneAddress {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly adminToken: string;
  /** A kubeconfig file with all rights. */
  readonly kubeconfig: string;
  readonly auditLog: string;
  /** A folder that is removed at the end: room for kubeconfig files and the like. */
  readonly folder: string;
  readonly kubectl: string;
  readonly helm: string;
}

export interface ControlPlaneConnection extends ControlPlaneAddress {
  /** All rights. */
  readonly admin: KubeClient;
  /** A kubeconfig file of a user that exists by its client certificate, with the rights that RBAC gives it. */
  userKubeconfig(user: string, groups?: readonly string[]): string;
  /** A kubeconfig file with a new token of a ServiceAccount, which is made if it is not there. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  /** A new token of a ServiceAccount; it lives an hour if nothing else is asked for (the least is 600 s). */
  serviceAccountToken(namespace: string, name: string, expirationSeconds?: number): Promise<string>;
  /** A kubeconfig file for any server with this control plane's users behind it, such as a proxy. */
  tokenKubeconfig(name: string, content: TokenKubeconfig): string;
  /** All writes since the start, see readAuditLog. */
  auditEvents(): Promise<readonly AuditEvent[]>;
  /** Runs kubectl as admin and returns what it prints. @throws Error with its complaint */
  runKubectl(args: readonly string[], input?: string): Promise<string>;
  /** A new namespace whose default ServiceAccount is there, so that pods can be made in it at once. */
  newNamespace(prefix?: string): Promise<string>;
  /** The end of a component's log, such as `kube-apiserver`. */
  logTail(component: string, lines?: number): Promise<string>;
  /** Closes the client's connections. */
  close(): Promise<void>;
}

export interface TokenKubeconfig {
  readonly token: string;
  /** Default: the API server itself, with its authority. */
  readonly server?: string;
  readonly ca?: string;
}

/** Opens a client; needs the files in the address's folder. */
export function connectToControlPlane(address: ControlPlaneAddress): ControlPlaneConnection {
  const { server, ca, folder, adminToken } = address;
  const admin = new KubeClient({ server, ca, token: adminToken });
  const tokenKubeconfig: ControlPlaneConnection['tokenKubeconfig'] = (name, content) =>
    writeKubeconfig(kubeconfigPath(folder, name), { server, ca, ...content, user: name });
  const serviceAccountToken: ControlPlaneConnection['serviceAccountToken'] = (
    namespace,
    name,
    seconds = 3600,
  ) => requestToken(admin, { namespace, name, seconds });
  return {
    ...address,
    admin,
    userKubeconfig: (user, groups = []) => {
      const { certificate, key } = authorityIn(folder).issueClient(user, groups);
      const credentials = { clientCertificate: certificate, clientKey: key };
      return writeKubeconfig(kubeconfigPath(folder, user), { server, ca, user, ...credentials });
    },
    serviceAccountToken,
    serviceAccountKubeconfig: async (namespace, name) => {
      const token = await serviceAccountToken(namespace, name);
      return tokenKubeconfig(`${namespace}.${name}`, { token });
    },
    tokenKubeconfig,
    auditEvents: () => readAuditLog(address.auditLog),
    runKubectl: (args, input = '') =>
      outputOf(address.kubectl, ['--kubeconfig', address.kubeconfig, ...args], { input }),
    newNamespace: (prefix = 'test') => createNamespace(admin, prefix),
    logTail: (component, lines = 20) => tailOf(join(folder, `${component}.log`), lines),
    close: () => admin.close(),
  };
}

function authorityIn(folder: string) {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return openAuthority({ certificate: read('ca.crt'), key: read('ca.key') });
}

function kubeconfigPath(folder: string, user: string): string {
  return join(folder, `${user.replaceAll(/[^\w.-]/g, '_')}.kubeconfig`);
}

interface TokenWish {
  readonly namespace: string;
  readonly name: string;
  readonly seconds: number;
}

async function requestToken(admin: KubeClient, { namespace, name, seconds }: TokenWish): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  const reference = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name };
  if ((await admin.get(reference)) === undefined) await admin.create(account);
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  };
  const path = `${await admin.pathOf(reference)}/token`;
  const answer = await admin.request<{ status: { token: string } }>('POST', path, request);
  return answer.status.token;
}

async function createNamespace(admin: KubeClient, prefix: string): Promise<string> {
  const namespace = await admin.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { generateName: `${prefix}-` },
  });
  const { name } = namespace.metadata;
  await waitFor(
    () => admin.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }),
    { describe: `the default ServiceAccount of namespace ${name}` },
  );
  return name;
}
