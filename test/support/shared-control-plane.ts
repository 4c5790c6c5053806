/**
 * The control plane that all integration tests of a run share, with one operator in it that has the chart's default
 * settings. A test that breaks something, or needs other settings, starts a control plane and an operator of its own
 * (`startControlPlane`, `installChart`, `startOperator`: about six seconds).
 */
import { connectToControlPlane } from '../control-plane/connect-to-control-plane.ts';
import type {
  ControlPlaneAddress,
  ControlPlaneConnection,
} from '../control-plane/connect-to-control-plane.ts';

export { waitFor } from '../control-plane/wait-for.ts';

/** The cluster that the shared operator believes to run in. */
export const sharedCluster = { clusterName: 'shared-cluster', region: 'eu-west-1' } as const;

/** Holds the address of the shared control plane as JSON. */
export const addressVariable = 'CORTEX_TEST_CONTROL_PLANE';

let connection: ControlPlaneConnection | undefined;

/** The connection of this test file, opened at the first call. */
export function controlPlane(): ControlPlaneConnection {
  connection ??= connectToControlPlane(addressFrom(process.env[addressVariable]));
  return connection;
}

function addressFrom(text: string | undefined): ControlPlaneAddress {
  if (text === undefined)
    throw new Error(
      'There is no shared control plane: integration tests run in the jest project "integration".',
    );
  return JSON.parse(text) as ControlPlaneAddress;
}
