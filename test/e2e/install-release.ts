/** Namespaces, CRDs and operator, as a user installs them. */
import type { Labels } from '../../src/kernel/labels.ts';
import { chartFolder } from '../support/install-operator.ts';
import { clusterName, markLabel, region, release, systemNamespace } from './names.ts';
import { awsCredentials, type Scene } from './scene.ts';
import { imageValues, type Settings } from './settings.ts';

/** It refuses every pod that is not up to Pod Security's `restricted`. */
export async function createNamespace({ admin }: Scene, name: string, further: Labels = {}): Promise<void> {
  const labels = { [markLabel]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted', ...further };
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** Ends when all replicas are ready. */
export async function installRelease(scene: Scene): Promise<void> {
  await runHelmWith(scene, 'install');
}

/** To these values beside those of the installation. Ends when all replicas are new and ready. */
export async function upgradeRelease(scene: Scene, values: object): Promise<void> {
  await runHelmWith(scene, 'upgrade', values);
}

async function runHelmWith(
  { runHelm, settings, awsEndpointUrl }: Scene,
  command: string,
  further: object = {},
): Promise<void> {
  const place = ['--namespace', systemNamespace, '--wait', '--timeout', '90s', '--values', '-'];
  const values = { ...releaseValues(settings, awsEndpointUrl), ...further };
  await runHelm([command, release, chartFolder, ...place], JSON.stringify(values));
}

function releaseValues({ operatorImage, pullPolicy }: Settings, awsEndpointURL: string): object {
  return {
    clusterName,
    region,
    awsEndpointURL,
    image: { ...(operatorImage === undefined ? {} : imageValues(operatorImage)), pullPolicy },
    // AWS's client wants some; a twin takes any.
    extraEnv: [
      { name: 'AWS_ACCESS_KEY_ID', value: awsCredentials.accessKeyId },
      { name: 'AWS_SECRET_ACCESS_KEY', value: awsCredentials.secretAccessKey },
    ],
  };
}
