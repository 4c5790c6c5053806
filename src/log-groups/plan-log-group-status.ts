/** The status of a LogGroup, from what came of ensuring it. */
import { parseArn } from '../kernel/aws-arn.ts';
import { isTransient, type AwsFailure, type AwsFailureKind } from '../kernel/aws-failure.ts';
import { mergeConditions, type DesiredCondition } from '../kernel/conditions.ts';
import type { Deleted } from './delete-log-group.ts';
import type { Ensured } from './ensure-log-group.ts';
import type { LogGroup, LogGroupStatus } from './log-group.ts';
import type { ObservedLogGroup } from './observe-log-group.ts';

/** The conditions that mean that the group is not as the spec says; the first that holds is Ready's reason. */
const against = ['Conflict', 'OwnedByOther', 'AccessDenied', 'ClassMismatch', 'RetentionOverridden'];

export function planLogGroupStatus(group: LogGroup, ensured: Ensured, now: Date): LogGroupStatus {
  const denied = accessDenied(group, ensured.failures);
  // What could not be observed is not known to have gone: the conditions of the last time stay.
  const held =
    ensured.observed || ensured.failures.length === 0 ? ensured.conditions : heldBefore(group.status);
  const conditions = [...held, ...denied];
  return {
    ...seenOf(group.status, ensured.observed),
    managed: ensured.managed,
    ...conditionsOf(group, [ready(group, ensured, conditions), ...conditions], now),
  };
}

/** What CloudWatch says of the group; as before while it cannot be asked. */
function seenOf(status: LogGroupStatus, observed: ObservedLogGroup | undefined): LogGroupStatus {
  if (!observed) return status;
  const { logGroupArn: arn, retentionInDays, logGroupClass, deletionProtectionEnabled = false } = observed;
  return {
    arn,
    ...parseArn(arn),
    logGroupClass,
    deletionProtectionEnabled,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
  };
}

/** Another LogGroup, which is older, has the same `logGroupName`: nothing is done for this one. */
export function planConflictStatus(group: LogGroup, older: LogGroup, now: Date): LogGroupStatus {
  const message =
    `The LogGroup ${older.name} is older and already declares the log group ${group.spec.logGroupName}; this one has no effect. ` +
    `Delete one of the two, or give this one another logGroupName.`;
  const conflict: DesiredCondition = {
    type: 'Conflict',
    status: 'True',
    reason: 'SameLogGroupName',
    message,
  };
  const notReady: DesiredCondition = { type: 'Ready', status: 'False', reason: 'Conflict', message };
  return { ...group.status, ...conditionsOf(group, [notReady, conflict], now) };
}

/** The object was deleted, and its group is still there: what must happen before both can go. */
export function planDeletionStatus(
  group: LogGroup,
  deleted: Extract<Deleted, { outcome: 'Blocked' | 'Failed' }>,
  now: Date,
): LogGroupStatus {
  const failures = deleted.outcome === 'Failed' ? deleted.failures : [];
  const message =
    `${deleted.outcome === 'Blocked' ? deleted.message : whyNotDeleted(group, failures)} ` +
    'Or set spec.deletionPolicy: Retain, to let the LogGroup go and keep the log group as it is.';
  const conditions = [notReady('DeletionBlocked', message), ...accessDenied(group, failures)];
  return { ...group.status, ...conditionsOf(group, conditions, now) };
}

function whyNotDeleted(group: LogGroup, failures: readonly AwsFailure[]): string {
  const failure = gravest(failures) ?? failures[0];
  if (!failure)
    return `CloudWatch still shows the log group ${group.spec.logGroupName}, which was deleted. It is looked at again.`;
  return `${describeFailure(group, failure)} ${nextStep(failure)}`;
}

function conditionsOf(
  group: LogGroup,
  conditions: readonly DesiredCondition[],
  now: Date,
): Required<Pick<LogGroupStatus, 'conditions' | 'observedGeneration'>> {
  const observedGeneration = group.generation;
  return {
    conditions: mergeConditions(group.status.conditions ?? [], conditions, { now, observedGeneration }),
    observedGeneration,
  };
}

function heldBefore(status: LogGroupStatus): readonly DesiredCondition[] {
  return (status.conditions ?? []).filter(
    ({ type }) => type !== 'Ready' && type !== 'AccessDenied' && type !== 'Conflict',
  );
}

function ready(group: LogGroup, ensured: Ensured, conditions: readonly DesiredCondition[]): DesiredCondition {
  const failure = gravest(ensured.failures);
  if (failure)
    return notReady(reasonOf[failure.kind], `${describeFailure(group, failure)} ${nextStep(failure)}`);
  const type = against.find((candidate) => conditions.some((condition) => condition.type === candidate));
  const reason = conditions.find((condition) => condition.type === type);
  if (reason) return notReady(reason.type, reason.message);
  const { logGroupName } = group.spec;
  if (ensured.progress !== 'Settled') {
    return notReady(
      'Settling',
      `CloudWatch does not show yet what was written to ${logGroupName}. It is looked at again; if this stays, compare the group in the console with the spec.`,
    );
  }
  return {
    type: 'Ready',
    status: 'True',
    reason: 'AsDeclared',
    message: `The log group ${logGroupName} is as the spec says.${seeAlso(conditions)}`,
  };
}

/** Conditions that are no reason not to be ready, and still to be known. */
function seeAlso(conditions: readonly DesiredCondition[]): string {
  const types = conditions.map(({ type }) => type);
  return types.length === 0
    ? ''
    : ` See the condition${types.length === 1 ? '' : 's'} ${types.join(' and ')}.`;
}

/** What is tried again by itself stands before what is refused; missing rights are told together, apart. */
function gravest(failures: readonly AwsFailure[]): AwsFailure | undefined {
  return (
    failures.find(({ kind }) => isTransient(kind)) ?? failures.find(({ kind }) => kind !== 'AccessDenied')
  );
}

function notReady(reason: string, message: string): DesiredCondition {
  return { type: 'Ready', status: 'False', reason, message };
}

/** All missing rights at once, so that one change of the IAM policy mends them. */
function accessDenied(group: LogGroup, failures: readonly AwsFailure[]): readonly DesiredCondition[] {
  const missing = failures
    .filter(({ kind }) => kind === 'AccessDenied')
    .map(({ action, resource }) => `${action} on ${resource}`);
  if (missing.length === 0) return [];
  const message =
    `AWS denies ${[...new Set(missing)].join(' and ')}, which the log group ${group.spec.logGroupName} needs. ` +
    `Allow it in the IAM policy of the operator's role.`;
  return [{ type: 'AccessDenied', status: 'True', reason: 'MissingPermission', message }];
}

const reasonOf: Readonly<Record<AwsFailureKind, string>> = {
  AccessDenied: 'AccessDenied',
  CredentialsExpired: 'CredentialsExpired',
  Throttled: 'Throttled',
  Unreachable: 'AWSUnreachable',
  Unavailable: 'AWSUnreachable',
  NotFound: 'Refused',
  AlreadyExists: 'Refused',
  Aborted: 'Aborted',
  Invalid: 'Refused',
  LimitExceeded: 'LimitExceeded',
  Unknown: 'Refused',
};

const nextSteps: Readonly<Record<string, string>> = {
  AccessDenied: "Allow it in the IAM policy of the operator's role.",
  CredentialsExpired:
    "It is tried again; if this stays, check the operator's IRSA or Pod Identity role and the node's clock.",
  Throttled:
    'It is tried again, more slowly; if this stays, look for another heavy user of the CloudWatch Logs API in this account and region.',
  AWSUnreachable:
    "It is tried again; if this stays, check the region, the cluster's route to CloudWatch Logs (NAT or VPC endpoint) and its DNS.",
  Aborted: 'It is tried again: another operation on the group was under way.',
  LimitExceeded:
    "It is tried again every minute; raise the account's quota in Service Quotas, or delete log groups or saved queries that nobody uses.",
  Refused: 'It is tried again every minute; correct the spec.',
};

function nextStep({ kind }: AwsFailure): string {
  return nextSteps[reasonOf[kind]] ?? '';
}

function describeFailure(group: LogGroup, { action, message }: AwsFailure): string {
  return `${action} for the log group ${group.spec.logGroupName} failed: ${message.replace(/\.?$/, '.')}`;
}
