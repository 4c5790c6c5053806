/** Runs a plan's actions in their order. */
import { createHash } from 'node:crypto';
import { AwsFailure, isTransient } from '../kernel/aws-failure.ts';
import { renderIndexPolicy } from './index-policy.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { QueryDefinition } from './saved-query.ts';

export interface LogGroupCreator {
  createLogGroup(group: {
    readonly logGroupName: string;
    readonly logGroupClass?: string;
    readonly kmsKeyId?: string;
    readonly deletionProtectionEnabled?: boolean;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<void>;
}

export interface LogGroupTagger {
  tagResource(logGroupArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untagResource(logGroupArn: string, tagKeys: readonly string[]): Promise<void>;
}

export interface RetentionWriter {
  putRetentionPolicy(logGroupName: string, retentionInDays: number): Promise<void>;
}

export interface KmsKeyWriter {
  associateKmsKey(logGroupName: string, kmsKeyId: string): Promise<void>;
  disassociateKmsKey(logGroupName: string): Promise<void>;
}

export interface LogGroupDeleter {
  putDeletionProtection(logGroupName: string, deletionProtectionEnabled: boolean): Promise<void>;
  deleteLogGroup(logGroupName: string): Promise<void>;
}

export interface IndexPolicyWriter {
  putIndexPolicy(logGroupName: string, policyDocument: string): Promise<void>;
  deleteIndexPolicy(logGroupName: string): Promise<void>;
}

export interface QueryDefinitionWriter {
  putQueryDefinition(
    definition: QueryDefinition & { readonly queryDefinitionId?: string; readonly clientToken?: string },
  ): Promise<void>;
  deleteQueryDefinition(queryDefinitionId: string): Promise<void>;
}

/** Failures are thrown as `AwsFailure`. */
export type LogGroupWriter = LogGroupCreator &
  LogGroupTagger &
  RetentionWriter &
  KmsKeyWriter &
  LogGroupDeleter &
  IndexPolicyWriter &
  QueryDefinitionWriter;

/** The group that is written to; a group that does not exist yet has no ARN. */
export interface ActionTarget {
  readonly logGroupName: string;
  readonly logGroupArn: string;
  readonly now: Date;
}

export interface Applied {
  readonly done: readonly LogGroupAction[];
  readonly failures: readonly AwsFailure[];
}

type Apply<Kind> = (
  writer: LogGroupWriter,
  target: ActionTarget,
  action: Extract<LogGroupAction, { kind: Kind }>,
) => Promise<void>;

const entries: { readonly [Kind in LogGroupAction['kind']]: Apply<Kind> } = {
  create: (writer, { logGroupName }, { tags, logGroupClass, kmsKeyId, deletionProtectionEnabled }) =>
    writer.createLogGroup({
      logGroupName,
      tags,
      ...(logGroupClass && { logGroupClass }),
      ...(kmsKeyId && { kmsKeyId }),
      ...(deletionProtectionEnabled === undefined ? {} : { deletionProtectionEnabled }),
    }),
  tag: (writer, { logGroupArn }, { tags }) => writer.tagResource(logGroupArn, tags),
  untag: (writer, { logGroupArn }, { tagKeys }) => writer.untagResource(logGroupArn, tagKeys),
  putRetention: (writer, { logGroupName }, { retentionInDays }) =>
    writer.putRetentionPolicy(logGroupName, retentionInDays),
  associateKmsKey: (writer, { logGroupName }, { kmsKeyId }) => writer.associateKmsKey(logGroupName, kmsKeyId),
  disassociateKmsKey: (writer, { logGroupName }) => writer.disassociateKmsKey(logGroupName),
  putDeletionProtection: (writer, { logGroupName }, { deletionProtectionEnabled }) =>
    writer.putDeletionProtection(logGroupName, deletionProtectionEnabled),
  putIndexPolicy: (writer, { logGroupName }, { fields }) =>
    writer.putIndexPolicy(logGroupName, renderIndexPolicy(fields)),
  deleteIndexPolicy: (writer, { logGroupName }) => writer.deleteIndexPolicy(logGroupName),
  putQueryDefinition: (writer, { now }, { definition, queryDefinitionId }) =>
    writer.putQueryDefinition({
      ...definition,
      ...(queryDefinitionId === undefined
        ? { clientToken: tokenOf(definition, now) }
        : { queryDefinitionId }),
    }),
  deleteQueryDefinition: (writer, _, { queryDefinitionId }) =>
    writer.deleteQueryDefinition(queryDefinitionId),
  delete: (writer, { logGroupName }) => writer.deleteLogGroup(logGroupName),
};

/**
 * The same for whoever saves the query at the same time, so that CloudWatch makes one of it. Another one a minute
 * later, or a query that a person has deleted would be taken for saved already.
 */
function tokenOf(definition: QueryDefinition, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  return createHash('sha256')
    .update(JSON.stringify([definition, minute]))
    .digest('hex');
}

/**
 * Does what can be done: an action that fails stops only those that need it, which is a failed creation,
 * and what would fail for the same reason, which is everything once AWS cannot be reached. Another writer
 * who made or deleted the group since it was observed is no failure: observe again to see what is left.
 */
export async function applyLogGroup(
  writer: LogGroupWriter,
  target: ActionTarget,
  actions: readonly LogGroupAction[],
): Promise<Applied> {
  const done: LogGroupAction[] = [];
  const failures: AwsFailure[] = [];
  for (const action of actions) {
    const failure = await attempt(writer, target, action);
    if (failure === undefined) {
      done.push(action);
      continue;
    }
    if (isRace(action, failure)) break;
    failures.push(failure);
    if (action.kind === 'create' || isTransient(failure.kind)) break;
  }
  return { done, failures };
}

function isRace(action: LogGroupAction, { kind }: AwsFailure): boolean {
  return action.kind === 'create' ? kind === 'AlreadyExists' : kind === 'NotFound';
}

async function attempt(
  writer: LogGroupWriter,
  target: ActionTarget,
  action: LogGroupAction,
): Promise<AwsFailure | undefined> {
  try {
    await (entries[action.kind] as Apply<LogGroupAction['kind']>)(writer, target, action);
    return undefined;
  } catch (error) {
    if (error instanceof AwsFailure) return error;
    throw error;
  }
}
