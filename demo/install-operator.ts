/** The operator, by the chart, with its webhook in front of the demo's API server. */
import { freePorts } from '../test/control-plane/free-port.ts';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import { waitFor } from '../test/control-plane/wait-for.ts';
import { flagsOfAdmission, pointWebhookAt } from '../test/support/admission-stage.ts';
import { installChart, startOperator } from '../test/support/install-operator.ts';
import { claimOlderPods } from './scenes.ts';
import { clusterName, namespace, region } from './stage.ts';

interface Options {
  readonly awsEndpointUrl: string;
  readonly withAdmission: boolean;
}

/** Resolves when the operator is ready and, with admission, labels pods at their birth. */
export async function installOperator(
  controlPlane: ControlPlane,
  { awsEndpointUrl, withAdmission }: Options,
): Promise<void> {
  const values = ['replicas=1', 'logGroup.create=false'];
  const admission = withAdmission ? 'Webhook' : 'None';
  await installChart(controlPlane, { clusterName, region, admission, values });
  await claimOlderPods(controlPlane);
  const [port = 0] = await freePorts(1);
  const operator = await startOperator(controlPlane, {
    guard: controlPlane.guard,
    awsEndpointUrl,
    flags: withAdmission ? flagsOfAdmission(port) : [],
  });
  await operator.ready();
  if (!withAdmission) return;
  await pointWebhookAt(controlPlane, `https://127.0.0.1:${port}/pods`);
  await waitFor(() => isLabeledAtBirth(controlPlane), { describe: 'a pod to be labeled at birth' });
}

/** Asked without making a pod. */
async function isLabeledAtBirth({ admin }: ControlPlane): Promise<boolean> {
  const pod = await admin.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', labels: { app: 'older-api' } },
    spec: { containers: [{ name: 'probe', image: 'example' }] },
  });
  return pod.metadata.labels?.['apiName'] === 'older-api';
}
