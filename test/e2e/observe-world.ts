/** The resources in the cluster, and the group in CloudWatch Logs, in the words of the tests. */
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { apiVersion, workloadKinds } from '../../src/kernel/api-kinds.ts';
import type { Condition } from '../../src/kernel/conditions.ts';
import type { AnyObject } from '../control-plane/kube-client.ts';
import { clusterName } from './names.ts';
import type { Scene } from './scene.ts';

export interface Resource {
  /** Kind and name. */
  readonly id: string;
  /** What the spec of a job names. */
  readonly apiName: string | undefined;
  /** Labeled / claimed. */
  readonly pods: string | undefined;
  readonly logs: { readonly logGroupName: string; readonly query: string; readonly url: string } | undefined;
  /** Ready, for the newest spec, and every claimed pod labeled. */
  readonly isSettled: boolean;
}

interface CortexObject extends AnyObject {
  readonly spec: { readonly apiName?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly pods?: { readonly claimed: number; readonly labeled: number; readonly summary: string };
    readonly logs?: { readonly logGroupName: string; readonly query: string; readonly url: string };
  };
}

/** All resources of Cortex Logging, of all namespaces. */
export async function readResources({ admin }: Scene): Promise<readonly Resource[]> {
  const kinds = [...workloadKinds, 'LogGroup'];
  const lists = await Promise.all(kinds.map((kind) => admin.list<CortexObject>({ apiVersion, kind })));
  return lists.flat().map(describe);
}

function describe({ kind, metadata, spec, status = {} }: CortexObject): Resource {
  const { pods, logs, conditions = [], observedGeneration } = status;
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isCurrent = observedGeneration === metadata.generation;
  return {
    id: `${kind ?? ''} ${metadata.name}`,
    apiName: spec.apiName,
    pods: pods?.summary,
    logs,
    isSettled: isCurrent && ready?.status === 'True' && pods?.labeled === pods?.claimed,
  };
}

export interface ObservedGroup {
  readonly retentionInDays: number | undefined;
  readonly logGroupClass: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The cluster's group; undefined while there is none. */
export async function findLogGroup({ aws }: Scene): Promise<ObservedGroup | undefined> {
  const { logGroups = [] } = await aws.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: clusterName }),
  );
  const group = logGroups.find(({ logGroupName }) => logGroupName === clusterName);
  if (group === undefined) return undefined;
  const { tags = {} } = await aws.send(new ListTagsForResourceCommand({ resourceArn: group.logGroupArn }));
  return { retentionInDays: group.retentionInDays, logGroupClass: group.logGroupClass, tags };
}
