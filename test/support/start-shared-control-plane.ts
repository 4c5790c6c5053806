/**
 * Jest's global setup of the integration project: the operator's bundle, which all tests start, and one control plane
 * with an operator in it for all test files of a run.
 */
import { join } from 'node:path';
import { bundleProgram } from '../../scripts/build/bundle-program.ts';
import { startControlPlane } from '../control-plane/start-control-plane.ts';
import type { ControlPlane } from '../control-plane/start-control-plane.ts';
import { bundleVariable, installChart, startOperator } from './install-operator.ts';
import { addressVariable, sharedCluster } from './shared-control-plane.ts';

declare global {
  var sharedControlPlane: ControlPlane | undefined;
}

/** Test files find it by an environment variable, which their processes inherit. */
export default async function startSharedControlPlane(): Promise<void> {
  const controlPlane = await startControlPlane({ nodes: 2 });
  globalThis.sharedControlPlane = controlPlane;
  await bundleProgram('operator', controlPlane.folder);
  process.env[bundleVariable] = join(controlPlane.folder, 'operator.js');
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
