/** Operators of clusters on one twin, through the real SDK, and a clock that only the test moves. */
import { createLogsClient, type LogsClient } from '../../../src/aws/logs-client.ts';
import type { LogGroup, LogGroupSpec } from '../../../src/log-groups/log-group.ts';
import { LogGroupReconcile } from '../../../src/log-groups/reconcile-log-group.ts';
import { startTwin, type Twin } from '../../../src/twin/start-twin.ts';
import type { LogGroupEvent } from '../../../src/log-groups/plan-events.ts';
import { buildLogGroup } from './build-log-group.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const region = 'eu-west-1';

/** One cluster with one LogGroup, `default`. */
export interface Cluster {
  readonly uid: string;
  readonly events: readonly LogGroupEvent[];
  object(): LogGroup | undefined;
  edit(spec: Partial<LogGroupSpec>): void;
  /** Somebody deletes the object. */
  remove(): void;
  /** At the next resync. */
  reconcile(): Promise<void>;
  condition(
    type: string,
  ): { readonly status: string; readonly reason: string; readonly message: string } | undefined;
}

export interface TwinStage {
  readonly twin: Twin;
  readonly aws: LogsClient;
  cluster(uid: string, spec?: Partial<LogGroupSpec>): Cluster;
  close(): Promise<void>;
}

export async function openTwinStage(): Promise<TwinStage> {
  let nowMs = Date.parse('2026-11-24T09:00:00Z');
  const twin = await startTwin({ retentionPolicyDelayMs: 0, now: () => nowMs, accountId: '123456789012' });
  const aws = createLogsClient({ region, endpointUrl: twin.httpEndpoint, credentials, maxAttempts: 1 });
  return {
    twin,
    aws,
    cluster: (uid, spec) =>
      makeCluster({ uid, aws, now: () => new Date(nowMs), pass: (ms) => (nowMs += ms) }, spec),
    close: async () => {
      await aws.close();
      await twin.close();
    },
  };
}

interface Parts {
  readonly uid: string;
  readonly aws: LogsClient;
  readonly now: () => Date;
  readonly pass: (ms: number) => void;
}

function makeCluster({ uid, aws, now, pass }: Parts, spec: Partial<LogGroupSpec> = {}): Cluster {
  let object: LogGroup | undefined = buildLogGroup({ spec });
  const events: LogGroupEvent[] = [];
  const change = (changes: Partial<LogGroup>): void => {
    if (object) object = { ...object, ...changes };
  };
  const reconciler = new LogGroupReconcile({
    logGroups: { get: () => object, list: () => (object ? [object] : []) },
    objects: {
      patchStatus: (_, status) => {
        change({ status });
        return Promise.resolve();
      },
      putFinalizers: (_, finalizers) => {
        change({ finalizers });
        if (object?.isTerminating && finalizers.length === 0) object = undefined;
        return Promise.resolve();
      },
    },
    events: { record: (event) => void events.push(event) },
    aws,
    clusterUid: uid,
    now,
    random: () => 0.5,
  });
  return {
    uid,
    events,
    object: () => object,
    edit: (changes) =>
      object && change({ generation: object.generation + 1, spec: { ...object.spec, ...changes } }),
    remove: () => change({ isTerminating: true }),
    reconcile: async () => {
      pass(70_000);
      await reconciler.reconcile('default');
    },
    condition: (type) => object?.status.conditions?.find((condition) => condition.type === type),
  };
}
