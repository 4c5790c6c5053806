/** The stage of the demo: a control plane, a CloudWatch Logs, and the operator in between. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { startTwin, type Twin } from '../src/twin/start-twin.ts';
import { createAuthority } from '../test/control-plane/certificates.ts';
import type { ProcessGuard } from '../test/control-plane/process-guard.ts';
import { startControlPlane, type ControlPlane } from '../test/control-plane/start-control-plane.ts';

/** As examples/06-log-group.yaml has it. */
export const clusterName = 'my-cluster';
export const region = 'eu-west-1';
/** Where the demo's APIs live. */
export const namespace = 'ml';

export interface Stage {
  readonly controlPlane: ControlPlane;
  readonly twin: Twin;
  readonly client: CloudWatchLogsClient;
  /** For files; removed at the end. */
  readonly folder: string;
  close(): Promise<void>;
}

/** All that it starts runs by the guard, and is ended when that is closed, at whatever moment. */
export async function openStage(guard: ProcessGuard, report: (line: string) => void): Promise<Stage> {
  const authority = createAuthority('cortex demo authority');
  const { certificate, key } = authority.issueServer(['127.0.0.1', 'localhost']);
  const twin = await startTwin({ tls: { cert: certificate, key } });
  const controlPlane = await startControlPlane({ nodes: 2, guard, report }).catch(async (error: unknown) => {
    await twin.close();
    throw error;
  });
  const folder = mkdtempSync(join(tmpdir(), 'cortex-demo-'));
  guard.removeAtEnd(folder);
  const client = new CloudWatchLogsClient({
    region,
    endpoint: twin.httpEndpoint,
    requestHandler: { requestTimeout: 20_000, throwOnRequestTimeout: true },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  return {
    controlPlane,
    twin,
    client,
    folder,
    close: async () => {
      client.destroy();
      await controlPlane.stop();
      await twin.close();
    },
  };
}
