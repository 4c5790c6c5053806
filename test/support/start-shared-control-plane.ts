/** Jest's global setup of the integration project: one control plane for all test files of a run. */
import { startControlPlane } from '../control-plane/start-control-plane.ts';
import type { ControlPlane } from '../control-plane/start-control-plane.ts';
import { addressVariable } from './shared-control-plane.ts';

declare global {
  var sharedControlPlane: ControlPlane | undefined;
}

/** Test files find it by an environment variable, which their processes inherit. */
export default async function startSharedControlPlane(): Promise<void> {
  const controlPlane = await startControlPlane({ nodes: 2 });
  globalThis.sharedControlPlane = controlPlane;
  const { server, ca, adminToken, kubeconfig, auditLog, folder, kubectl, helm } = controlPlane;
  const address = { server, ca, adminToken, kubeconfig, auditLog, folder, kubectl, helm };
  process.env[addressVariable] = JSON.stringify(address);
}
