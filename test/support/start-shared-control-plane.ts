/** Jest's global setup of the integration project: one control plane with the operator in it for all test files of a run. */
import { startControlPlane } from '../control-plane/start-control-plane.ts';
import type { ControlPlane } from '../control-plane/start-control-plane.ts';
import { installChart, startOperator } from './install-operator.ts';
import { addressVariable, sharedCluster } from './shared-control-plane.ts';

declare global {
  var sharedControlPlane: ControlPlane | undefined;
}

/** Test files find it by an environment variable, which their processes inherit. */
export default async function startSharedControlPlane(): Promise<void> {
  const controlPlane = await startControlPlane({ nodes: 2 });
  globalThis.sharedControlPlane = controlPlane;
  await installChart(controlPlane, { ...sharedCluster, values: ['replicas=1'] });
  const operator = await startOperator(controlPlane, {
    guard: controlPlane.guard,
    awsEndpointUrl: 'http://127.0.0.1:9',
  });
  await operator.ready();
  const { server, ca, adminToken, kubeconfig, auditLog, folder, kubectl, helm } = controlPlane;
  const address = { server, ca, adminToken, kubeconfig, auditLog, folder, kubectl, helm };
  process.env[addressVariable] = JSON.stringify(address);
}
