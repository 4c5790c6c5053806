/** Everything that a run works with, and the same for the process that runs the tests. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { KubeClient } from '../control-plane/kube-client.ts';
import { outputOf } from '../control-plane/run-command.ts';
import { region } from './names.ts';
import type { Settings } from './settings.ts';

/** Plain data. */
export interface SceneAddress {
  readonly settings: Settings;
  readonly kubectl: string;
  readonly helm: string;
  /** Of a proxy to the API server that needs no credentials. */
  readonly server: string;
  /** Of CloudWatch Logs; pods and this machine reach it. */
  readonly awsEndpointUrl: string;
}

export interface Scene extends SceneAddress {
  readonly admin: KubeClient;
  readonly aws: CloudWatchLogsClient;
  /** What kubectl prints. @throws Error with its complaint */
  readonly runKubectl: (args: readonly string[]) => Promise<string>;
  /** What helm prints. @throws Error with its complaint */
  readonly runHelm: (args: readonly string[], input?: string) => Promise<string>;
  close(): Promise<void>;
}

/** No command here takes longer, on any cluster that works. */
const commandMs = 120_000;
export const awsCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

export function openScene(address: SceneAddress): Scene {
  const { server, awsEndpointUrl, kubectl, helm, settings } = address;
  const admin = new KubeClient({ server, ca: '' });
  const aws = new CloudWatchLogsClient({
    region,
    endpoint: awsEndpointUrl,
    requestHandler: { requestTimeout: 20_000, throwOnRequestTimeout: true },
    credentials: awsCredentials,
  });
  const run = (program: string) => (args: readonly string[], input?: string) =>
    outputOf(program, ['--kubeconfig', settings.kubeconfig, ...args], {
      timeoutMs: commandMs,
      ...(input === undefined ? {} : { input }),
    });
  return {
    ...address,
    admin,
    aws,
    runKubectl: run(kubectl),
    runHelm: run(helm),
    close: async () => {
      aws.destroy();
      await admin.close();
    },
  };
}

const variable = 'CORTEX_E2E_SCENE';

export function sceneEnvironment(address: SceneAddress): Readonly<Record<string, string>> {
  const { settings, kubectl, helm, server, awsEndpointUrl } = address;
  return {
    [variable]: JSON.stringify({ settings, kubectl, helm, server, awsEndpointUrl } satisfies SceneAddress),
  };
}

/** In the process that runs the tests. */
export function sceneOfEnvironment(): Scene {
  const address = process.env[variable];
  if (address === undefined)
    throw new Error('These tests are run by `npm run e2e`, which makes their scene.');
  return openScene(JSON.parse(address) as SceneAddress);
}
