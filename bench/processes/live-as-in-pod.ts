/** A program that finds the API server as it would in a pod: by two variables and the files of its service account. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceAccountFolder } from '../../src/kube/in-cluster-config.ts';
import type { ClusterAddress } from '../scripted-cluster/start-scripted-cluster.ts';

export interface InPod {
  /** The bundle, in which the service account's folder is another one: only a container has the real one. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function liveAsInPod(program: string, folder: string, address: ClusterAddress): Promise<InPod> {
  const account = join(folder, 'serviceaccount');
  await mkdir(account);
  const files = { 'ca.crt': address.ca, token: address.token, namespace: 'cortex-logging' };
  for (const [name, content] of Object.entries(files)) await writeFile(join(account, name), content);
  const code = await readFile(program, 'utf8');
  if (!code.includes(serviceAccountFolder)) throw new Error(`${program} never looks for a service account.`);
  await writeFile(program, code.replaceAll(serviceAccountFolder, account));
  const { hostname, port } = new URL(address.server);
  return { program, env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port } };
}
