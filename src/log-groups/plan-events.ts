/** What a person is told by Events: conditions that begin to hold, and what was written to CloudWatch. */
import { apiVersion } from '../kernel/api-kinds.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroup, LogGroupStatus } from './log-group.ts';

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
  const regarding = { apiVersion, kind: 'LogGroup', name: group.name, uid: group.uid };
  return [...written(group, done), ...begun(group.status, status)].map((told) => ({ regarding, ...told }));
}

const words: Readonly<Record<LogGroupAction['kind'], string>> = {
  create: 'created',
  tag: 'tags set',
  untag: 'tags removed',
  putRetention: 'retention set',
  associateKmsKey: 'KMS key set',
  disassociateKmsKey: 'KMS key taken off',
};

function written(group: LogGroup, done: readonly LogGroupAction[]): readonly Told[] {
  if (done.length === 0) return [];
  const isCreation = done.some(({ kind }) => kind === 'create');
  // A spec that was in force already means that somebody else has changed the group.
  const isDrift = group.status.observedGeneration === group.generation;
  const what = done.map(({ kind }) => words[kind]).join(', ');
  const reason = isCreation ? 'Created' : isDrift ? 'DriftRepaired' : 'Updated';
  return [{ type: 'Normal', reason, note: `Log group ${group.spec.logGroupName}: ${what}.` }];
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
