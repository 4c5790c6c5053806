/** A control plane, a twin and an operator that looks at log groups every second: for tests of what stands in CloudWatch. */
import {
  CloudWatchLogsClient,
  DescribeIndexPoliciesCommand,
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Condition } from '../../src/kernel/conditions.ts';
import { startTwin, type Twin } from '../../src/twin/start-twin.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/start-control-plane.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { installChart, startOperator, type RunningOperator } from './install-operator.ts';

export const clusterName = 'log-group-cluster';
export const region = 'eu-west-1';

export interface LogGroupStage {
  readonly controlPlane: ControlPlane;
  readonly twin: Twin;
  readonly client: CloudWatchLogsClient;
  readonly operator: RunningOperator;
  /** The UID of the namespace kube-system. */
  readonly clusterUid: string;
  /** Declares a log group of the same name. */
  declare(name: string, spec?: object): Promise<void>;
  /** Deletes the object; resolves before it is gone. */
  remove(name: string): Promise<void>;
  /** Takes away all objects that were declared, whatever keeps them: each costs calls of the shared rates. */
  clear(): Promise<void>;
  /** What `kubectl` prints. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** The group of exactly this name, as CloudWatch describes it. */
  group(name: string): Promise<LogGroup | undefined>;
  tags(name: string): Promise<Readonly<Record<string, string>>>;
  /** The document of the index policy in force. */
  indexes(name: string): Promise<unknown>;
  /** Names of the saved queries in the group's folder. */
  queries(name: string): Promise<readonly string[]>;
  isDeclared(name: string): Promise<boolean>;
  conditions(name: string): Promise<readonly Condition[]>;
  /** Resolves with the condition once it has this status. */
  condition(name: string, type: string, status?: string): Promise<Condition>;
  /** Resolves after the operator has looked at CloudWatch so many times more. */
  observed(times: number): Promise<void>;
  close(): Promise<void>;
}

export async function openLogGroupStage(): Promise<LogGroupStage> {
  const twin = await startTwin({ retentionPolicyDelayMs: 0 });
  const controlPlane = await startControlPlane();
  await installChart(controlPlane, { clusterName, region, values: ['replicas=1', 'logGroup.create=false'] });
  const client = new CloudWatchLogsClient({
    region,
    endpoint: twin.httpEndpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  const operator = await startOperator(controlPlane, {
    guard: controlPlane.guard,
    awsEndpointUrl: twin.httpEndpoint,
    flags: ['--log-group-resync-seconds', '1'],
  });
  const kubeSystem = await controlPlane.admin.get({
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'kube-system',
  });
  const asked = questions(controlPlane, client);
  return {
    controlPlane,
    twin,
    client,
    operator,
    clusterUid: kubeSystem?.metadata.uid ?? '',
    ...asked,
    observed: (times) => untilObserved(twin, times),
    close: async () => {
      client.destroy();
      await controlPlane.stop();
      await twin.close();
    },
  };
}

type Questions = Omit<
  LogGroupStage,
  'controlPlane' | 'twin' | 'client' | 'operator' | 'clusterUid' | 'observed' | 'close'
>;

const referenceOf = (name: string) => ({ apiVersion: 'cortex.dev/v1alpha1', kind: 'LogGroup', name });

function questions(controlPlane: ControlPlane, client: CloudWatchLogsClient): Questions {
  const { admin } = controlPlane;
  const declared = new Set<string>();
  const group: LogGroupStage['group'] = async (name) => {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  };
  const conditions: LogGroupStage['conditions'] = async (name) => {
    const object = await admin.get<{ status?: { conditions?: readonly Condition[] } }>(referenceOf(name));
    return object?.status?.conditions ?? [];
  };
  return {
    declare: async (name, spec = {}) => {
      declared.add(name);
      await admin.apply({
        apiVersion: 'cortex.dev/v1alpha1',
        kind: 'LogGroup',
        metadata: { name },
        spec: { logGroupName: name, ...spec },
      });
    },
    remove: async (name) => {
      await admin.delete(referenceOf(name));
    },
    clear: async () => {
      for (const name of declared) {
        if (!(await admin.get(referenceOf(name)))) continue;
        await admin.patch(referenceOf(name), { spec: { deletionPolicy: 'Retain' } });
        await admin.delete(referenceOf(name));
        await waitFor(async () => !(await admin.get(referenceOf(name))), { describe: `${name} to be gone` });
      }
      declared.clear();
    },
    kubectl: (...args) => controlPlane.runKubectl(args),
    isDeclared: async (name) => (await admin.get(referenceOf(name))) !== undefined,
    indexes: async (name) => {
      const { indexPolicies = [] } = await client.send(
        new DescribeIndexPoliciesCommand({ logGroupIdentifiers: [name] }),
      );
      return JSON.parse(indexPolicies[0]?.policyDocument ?? 'null') as unknown;
    },
    queries: async (name) => {
      const queryDefinitionNamePrefix = `Cortex/${name}/`;
      const { queryDefinitions = [] } = await client.send(
        new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }),
      );
      return queryDefinitions.map(({ name: query = '' }) => query.slice(queryDefinitionNamePrefix.length));
    },
    group,
    tags: async (name) => {
      const resourceArn = (await group(name))?.logGroupArn;
      return (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags ?? {};
    },
    conditions,
    condition: (name, type, status = 'True') =>
      waitFor(
        async () => (await conditions(name)).find((one) => one.type === type && one.status === status),
        {
          describe: `the condition ${type}=${status} of LogGroup ${name}`,
        },
      ),
  };
}

async function untilObserved(twin: Twin, times: number): Promise<void> {
  const count = (): number => twin.calls()['ListTagsForResource'] ?? 0;
  const before = count();
  await waitFor(() => count() >= before + times, { describe: `${times} looks at CloudWatch` });
}
