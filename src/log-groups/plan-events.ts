/** What a person is told by Events: conditions that begin or cease to hold, and what was written to CloudWatch. */
import { apiVersion } from '../kernel/api-kinds.ts';
import type { Condition } from '../kernel/conditions.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { FieldIndex, LogGroup, LogGroupStatus } from './log-group.ts';

export interface LogGroupEvent {
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for programs. */
  readonly reason: string;
  readonly note: string;
}

type Told = Omit<LogGroupEvent, 'regarding'>;

/** `status` is the one to be written, in place of the object's own. */
export function planEvents(
  group: LogGroup,
  status: LogGroupStatus,
  done: readonly LogGroupAction[],
): readonly LogGroupEvent[] {
  return [...written(group, done), ...begun(group.status, status), ...recovered(group.status, status)].map(
    (told) => regarding(group, told),
  );
}

/** That the object goes, and what became of its group. */
export function planFarewell(group: LogGroup, { kept }: { readonly kept?: string }): LogGroupEvent {
  const { logGroupName } = group.spec;
  if (kept !== undefined) return regarding(group, { type: 'Warning', reason: 'LogGroupKept', note: kept });
  const note = `The log group ${logGroupName} is deleted, with all its records.`;
  return regarding(group, { type: 'Normal', reason: 'LogGroupDeleted', note });
}

function regarding({ name, uid }: LogGroup, told: Told): LogGroupEvent {
  return { regarding: { apiVersion, kind: 'LogGroup', name, uid }, ...told };
}

type Words = {
  readonly [Kind in LogGroupAction['kind']]: (action: Extract<LogGroupAction, { kind: Kind }>) => string;
};

const words: Words = {
  create: ({ logGroupClass }) =>
    `created${logGroupClass === undefined ? '' : ` with class ${logGroupClass}`}`,
  tag: ({ tags }) => `tags set: ${Object.keys(tags).join(', ')}`,
  untag: ({ tagKeys }) => `tags removed: ${tagKeys.join(', ')}`,
  putRetention: ({ retentionInDays }) => `retention set to ${retentionInDays} days`,
  associateKmsKey: ({ kmsKeyId }) => `KMS key set: ${kmsKeyId}`,
  disassociateKmsKey: () => 'KMS key taken off',
  putDeletionProtection: ({ deletionProtectionEnabled }) =>
    `deletion protection turned ${deletionProtectionEnabled ? 'on' : 'off'}`,
  putIndexPolicy: ({ fields, replacing }) =>
    `fields indexed: ${fieldNames(fields)}${replacing === undefined ? '' : `, in place of the account-level index policy ${replacing}`}`,
  deleteIndexPolicy: () => 'index policy taken off',
  putQueryDefinition: ({ definition, queryDefinitionId }) =>
    `query ${lastPart(definition.name)} ${queryDefinitionId === undefined ? 'saved' : 'brought up to date'}`,
  deleteQueryDefinition: ({ name }) => `a second query ${lastPart(name)} deleted`,
  delete: () => 'deleted',
};

function written(group: LogGroup, done: readonly LogGroupAction[]): readonly Told[] {
  if (done.length === 0) return [];
  const what = done
    .map((action) => (words[action.kind] as (told: LogGroupAction) => string)(action))
    .join('; ');
  const { logGroupName } = group.spec;
  if (done.some(({ kind }) => kind === 'create')) {
    // Its ARN is known from before: it has existed.
    if (group.status.arn === undefined)
      return [{ type: 'Normal', reason: 'Created', note: `Log group ${logGroupName}: ${what}.` }];
    const note = `The log group ${logGroupName} was gone from CloudWatch, and its records with it. Made again: ${what}.`;
    return [{ type: 'Warning', reason: 'Recreated', note }];
  }
  // A spec that was in force already means that somebody else has changed the group.
  const isDrift = group.status.observedGeneration === group.generation;
  return [
    {
      type: 'Normal',
      reason: isDrift ? 'DriftRepaired' : 'Updated',
      note: `Log group ${logGroupName}: ${what}.`,
    },
  ];
}

function begun(before: LogGroupStatus, after: LogGroupStatus): readonly Told[] {
  const bad = (status: LogGroupStatus): readonly { reason: string; note: string }[] =>
    (status.conditions ?? [])
      .filter((condition) =>
        condition.type === 'Ready' ? condition.status === 'False' : condition.status === 'True',
      )
      .map(({ type, reason, message }) => ({ reason: type === 'Ready' ? reason : type, note: message }));
  const known = new Set(bad(before).map(({ reason }) => reason));
  const events = new Map(bad(after).map((event) => [event.reason, event]));
  events.delete('Settling');
  return [...events.values()]
    .filter(({ reason }) => !known.has(reason))
    .map((event) => ({ type: 'Warning', ...event }));
}

function recovered(before: LogGroupStatus, after: LogGroupStatus): readonly Told[] {
  const was = readyOf(before);
  const is = readyOf(after);
  if (was?.status !== 'False' || was.reason === 'Settling' || is?.status !== 'True') return [];
  return [{ type: 'Normal', reason: 'Ready', note: is.message }];
}

function readyOf({ conditions = [] }: LogGroupStatus): Condition | undefined {
  return conditions.find(({ type }) => type === 'Ready');
}

function fieldNames(fields: readonly FieldIndex[]): string {
  return fields.map(({ name }) => name).join(', ');
}

/** The name without its folder. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
