/** Kubeconfig files. They are JSON, which is YAML. */
import { writeFileSync } from 'node:fs';

export interface Credentials {
  readonly token?: string;
  /** PEM. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

export interface KubeconfigContent extends Credentials {
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly namespace?: string;
}

/** Writes the file, readable by its owner only, and returns its path. */
export function writeKubeconfig(path: string, content: KubeconfigContent): string {
  const { server, ca, user, namespace = 'default', token, clientCertificate, clientKey } = content;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const credentials = {
    ...(token === undefined ? {} : { token }),
    ...(clientCertificate === undefined ? {} : { 'client-certificate-data': base64(clientCertificate) }),
    ...(clientKey === undefined ? {} : { 'client-key-data': base64(clientKey) }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: 'test', context: { cluster: 'test', user, namespace } }],
  };
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}
