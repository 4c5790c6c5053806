/** Until the world is as it was asked for: every pod labeled, the log group as declared. */
import {
  DescribeLogGroupsCommand,
  type CloudWatchLogsClient,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import { labelsOfIdentity } from '../src/kernel/identity.ts';
import { labelKeys, type Labels } from '../src/kernel/labels.ts';
import type { KubeClient } from '../test/control-plane/kube-client.ts';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import { waitFor } from '../test/control-plane/wait-for.ts';
import { everyIdentity, identityOfPod } from './scenes.ts';
import { clusterName, namespace } from './stage.ts';
import type { WrittenPod } from './write-container-logs.ts';

interface Options {
  readonly client: CloudWatchLogsClient;
  readonly written: ReadonlyMap<string, WrittenPod>;
}

const timeoutMs = 60_000;

export async function waitUntilSettled(
  controlPlane: ControlPlane,
  { client, written }: Options,
): Promise<void> {
  const { admin } = controlPlane;
  await waitFor(() => haveAllWritten(written), { describe: 'a pod of each API to run', timeoutMs });
  await waitFor(async () => (await wronglyLabeled(admin)).length === 0, {
    describe: 'every pod of every API to carry its labels',
    timeoutMs,
  });
  await waitFor(
    async () => !/ 0\/0 | (?:False|Unknown) /.test(await controlPlane.runKubectl(['get', 'cortex', '-A'])),
    {
      describe: 'every resource to show its pods and to be ready',
      timeoutMs,
    },
  );
  await waitFor(() => isAsDeclared(client), { describe: 'the log group to be as declared', timeoutMs });
}

function haveAllWritten(written: Options['written']): boolean {
  const apis = new Set([...written.values()].map(({ name }) => identityOfPod(name).apiName));
  return everyIdentity.every(({ apiName }) => apis.has(apiName));
}

/** Names of pods that do not carry exactly the labels that they should. */
export async function wronglyLabeled(admin: KubeClient): Promise<readonly string[]> {
  const pods = await admin.list<{ metadata: { name: string; labels?: Labels } }>({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
  });
  return pods
    .filter(({ metadata: { name, labels = {} } }) => {
      const wanted = labelsOfIdentity(identityOfPod(name));
      return labelKeys.some((key) => labels[key] !== wanted[key]);
    })
    .map(({ metadata }) => metadata.name);
}

/** examples/06-log-group.yaml, read back from CloudWatch Logs. */
export async function isAsDeclared(client: CloudWatchLogsClient): Promise<boolean> {
  const group = await findGroup(client);
  return group?.retentionInDays === 30 && group.logGroupClass === 'STANDARD';
}

export async function findGroup(client: CloudWatchLogsClient): Promise<LogGroup | undefined> {
  const { logGroups = [] } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: clusterName }),
  );
  return logGroups.find(({ logGroupName }) => logGroupName === clusterName);
}
