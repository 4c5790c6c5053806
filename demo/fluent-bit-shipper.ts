/** A real Fluent Bit, where one is at hand: FLUENT_BIT_BIN, else the path, else where its packages put it. */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import type { Shipper } from './shipper.ts';

interface Options {
  readonly program: string;
  readonly controlPlane: ControlPlane;
  /** Of container log files. */
  readonly folder: string;
  readonly workFolder: string;
  readonly logGroupName: string;
  readonly region: string;
  /** HTTPS: Fluent Bit insists on it. */
  readonly endpoint: string;
}

export function findFluentBit(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env['FLUENT_BIT_BIN']) return env['FLUENT_BIT_BIN'];
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/opt/fluent-bit/bin'];
  return folders.map((folder) => join(folder, 'fluent-bit')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the shipper may do: read pods, for their labels. */
const rights = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: demo-shipper, namespace: cortex-logging}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: demo-shipper}
rules: [{apiGroups: [''], resources: [pods, namespaces], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: demo-shipper}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: demo-shipper}
subjects: [{kind: ServiceAccount, name: demo-shipper, namespace: cortex-logging}]
`;

export async function startFluentBit(options: Options): Promise<Shipper> {
  const { program, controlPlane, workFolder } = options;
  await controlPlane.admin.applyYaml(rights);
  const files = {
    token: join(workFolder, 'shipper-token'),
    ca: join(workFolder, 'ca.crt'),
    configuration: join(workFolder, 'fluent-bit.conf'),
  };
  writeFileSync(files.token, await controlPlane.serviceAccountToken('cortex-logging', 'demo-shipper'));
  writeFileSync(files.ca, controlPlane.ca);
  writeFileSync(files.configuration, renderConfiguration(options, files));
  const process = controlPlane.guard.spawn(program, ['--config', files.configuration], {
    logFile: join(workFolder, 'fluent-bit.log'),
    env: {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  return {
    name: `Fluent Bit (${program})`,
    stop: async () => {
      if (!process.isRunning) throw new Error(`Fluent Bit ended:\n${await process.logTail()}`);
      await process.stop({ graceMs: 15_000 });
    },
  };
}

function renderConfiguration(
  { controlPlane, folder, logGroupName, region, endpoint }: Options,
  { token, ca }: { readonly token: string; readonly ca: string },
): string {
  const values: Readonly<Record<string, string>> = {
    logFiles: `${folder}/*.log`,
    tagPrefix: `kube.${folder.slice(1).replaceAll('/', '.')}.`,
    apiServer: controlPlane.server,
    ca,
    token,
    script: join(import.meta.dirname, 'fluent-bit/reshape.lua'),
    region,
    logGroupName,
    host: new URL(endpoint).hostname,
    port: new URL(endpoint).port,
  };
  const template = readFileSync(join(import.meta.dirname, 'fluent-bit/fluent-bit.conf'), 'utf8');
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
