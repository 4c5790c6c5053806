/** Namespaces, CRDs and operator, as a user installs them. */
import { chartFolder } from '../support/install-operator.ts';
import { clusterName, markLabel, region, release, systemNamespace, workloadNamespace } from './names.ts';
import { awsCredentials, type Scene } from './scene.ts';
import { imageValues, type Settings } from './settings.ts';

/** Both refuse every pod that is not up to Pod Security's `restricted`. */
export async function createNamespaces({ admin }: Scene): Promise<void> {
  const labels = { [markLabel]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted' };
  for (const name of [systemNamespace, workloadNamespace])
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** Ends when all replicas are ready. */
export async function installRelease({ runHelm, settings, awsEndpointUrl }: Scene): Promise<void> {
  const place = ['--namespace', systemNamespace, '--wait', '--timeout', '90s', '--values', '-'];
  const values = JSON.stringify(releaseValues(settings, awsEndpointUrl));
  await runHelm(['install', release, chartFolder, ...place], values);
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
