/** The status of a resource that claims pods, from what is known of its pods, its API and its log group. */
import { apiKindOfJob, isJobKind } from '../kernel/api-kinds.ts';
import { mergeConditions, type DesiredCondition } from '../kernel/conditions.ts';
import { insightsLink } from '../kernel/console-link.ts';
import type { Identity } from '../kernel/identity.ts';
import { renderInsightsQuery } from '../kernel/insights-query.ts';
import { apiNameOf, type Workload, type WorkloadStatus } from './workload.ts';

/** The pods of one resource. */
export interface PodTally {
  readonly claimed: number;
  readonly labeled: number;
  /** Of those claimed; where it is not told, a job ends when its pods have gone. */
  readonly finished?: number;
  /** Pods of the namespace could not be looked at, since their owners cannot be read: some may be this resource's. */
  readonly partial?: boolean;
  readonly conflicts: readonly { readonly reason: string; readonly message: string }[];
}

export interface StatusFacts {
  readonly tally: PodTally;
  /** Jobs only: whether the API that the job runs exists in its namespace. */
  readonly apiExists: boolean;
  /** Other namespaces with a resource of the same kind and API name. */
  readonly namespacesSharingName: readonly string[];
  /** The cluster's log group; absent while it is not known. */
  readonly logGroup?: {
    readonly logGroupName: string;
    readonly region: string;
    readonly logGroupClass?: string;
  };
}

export function planStatus(workload: Workload, facts: StatusFacts, now: Date): WorkloadStatus {
  const { generation, kind, name, spec } = workload;
  const { claimed, labeled } = facts.tally;
  const times = isJobKind(kind) ? jobTimes(workload.status, facts.tally, now) : {};
  const desired = [ready(workload, facts), ...conflict(facts), ...nameShared(workload, facts)];
  return {
    observedGeneration: generation,
    conditions: mergeConditions(workload.status.conditions ?? [], desired, {
      now,
      observedGeneration: generation,
    }),
    pods: { claimed, labeled, summary: `${labeled}/${claimed}` },
    ...(isJobKind(kind) ? { jobID: spec.jobID ?? name } : {}),
    ...times,
    ...logs(workload, facts, times),
  };
}

function ready(workload: Workload, facts: StatusFacts): DesiredCondition {
  const { claimed, labeled, conflicts, partial = false } = facts.tally;
  const isRunOfNothing = isJobKind(workload.kind) && !facts.apiExists;
  if (isRunOfNothing)
    return { type: 'Ready', status: 'False', reason: 'APINotFound', message: apiNotFound(workload) };
  if (conflicts.length > 0)
    return { type: 'Ready', status: 'False', reason: 'Conflict', message: told(conflicts) };
  if (labeled < claimed)
    return { type: 'Ready', status: 'False', reason: 'LabelsPending', message: pending(claimed, labeled) };
  if (partial)
    return { type: 'Ready', status: 'Unknown', reason: 'OwnersUnreadable', message: unreadable(workload) };
  return claimed > 0
    ? {
        type: 'Ready',
        status: 'True',
        reason: 'Claiming',
        message: `All ${claimed} claimed pods carry the labels.`,
      }
    : { type: 'Ready', status: 'True', reason: 'NoPods', message: noPods(workload) };
}

function pending(claimed: number, labeled: number): string {
  return `${claimed - labeled} of ${claimed} claimed pods do not carry the labels yet. They get them within seconds, or after the grace period where they carry those of a resource that is gone; if this stays, look at the operator's log.`;
}

function unreadable({ kind, namespace }: Workload): string {
  return (
    `Some pods of namespace ${namespace} could not be looked at, because the objects that own them cannot be read, ` +
    `so it is not known whether this ${kind} claims them. They are looked at again and again; if this stays, the operator's log says what it cannot read.`
  );
}

function apiNotFound(workload: Workload): string {
  const kind = isJobKind(workload.kind) ? apiKindOfJob[workload.kind] : workload.kind;
  const apiName = apiNameOf(workload);
  return (
    `There is no ${kind} ${apiName} in namespace ${workload.namespace}, so the pods of this ${workload.kind} get no labels. ` +
    `Create the ${kind} ${apiName}; if the name is wrong, create the ${workload.kind} anew, since spec.apiName cannot change.`
  );
}

/** No pods are no fault: a CronJob has none between two runs. */
function noPods({ kind, namespace, spec }: Workload): string {
  if (spec.workloadRef) {
    const { kind: ownerKind, name } = spec.workloadRef;
    return `The claim is in force, but ${ownerKind} ${name} in namespace ${namespace} owns no pods now. If it should, check spec.workloadRef.`;
  }
  if (spec.selector) {
    return `The claim is in force, but spec.selector matches no pods in namespace ${namespace} now. If it should, compare it with their labels.`;
  }
  return `The claim is in force, but this ${kind} owns no pods now. To claim pods that others have made, set spec.selector or spec.workloadRef.`;
}

function conflict({ tally: { conflicts } }: StatusFacts): readonly DesiredCondition[] {
  const [first] = conflicts;
  return first ? [{ type: 'Conflict', status: 'True', reason: first.reason, message: told(conflicts) }] : [];
}

function told(conflicts: PodTally['conflicts']): string {
  return conflicts.map(({ message }) => message).join('\n');
}

function nameShared(workload: Workload, { namespacesSharingName }: StatusFacts): readonly DesiredCondition[] {
  if (namespacesSharingName.length === 0) return [];
  const { kind, namespace } = workload;
  const shared = `${isJobKind(kind) ? apiKindOfJob[kind] : kind} ${apiNameOf(workload)}`;
  return [
    {
      type: 'NameShared',
      status: 'True',
      reason: 'OtherNamespaces',
      message:
        `${shared} is also in ${listed(namespacesSharingName)}, and a query without the namespace reads the records of all. ` +
        `Use the query in this status, which reads namespace ${namespace} only.`,
    },
  ];
}

const maxListed = 5;

function listed(namespaces: readonly string[]): string {
  const sorted = namespaces.toSorted();
  const more = sorted.length - maxListed;
  const named = sorted.slice(0, maxListed).join(', ');
  return `${sorted.length === 1 ? 'namespace' : 'namespaces'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

type JobTimes = Pick<WorkloadStatus, 'startTime' | 'endTime'>;

/** A job that gets pods again after it had ended goes on. */
function jobTimes(before: WorkloadStatus, { claimed, finished, partial }: PodTally, now: Date): JobTimes {
  const at = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const startTime = before.startTime ?? (claimed > 0 ? at : undefined);
  if (startTime === undefined) return {};
  // Finished pods may be cleaned away at once, so no pods left is an end as well.
  const hasEnded = (finished ?? 0) >= claimed;
  // Pods that could not be looked at may be the job's, and may run.
  const endTime = before.endTime ?? (partial ? undefined : at);
  return hasEnded && endTime !== undefined ? { startTime, endTime } : { startTime };
}

function logs(workload: Workload, { logGroup }: StatusFacts, times: JobTimes): Pick<WorkloadStatus, 'logs'> {
  if (!logGroup) return {};
  const { logGroupName, region, logGroupClass = 'STANDARD' } = logGroup;
  const query = renderInsightsQuery(identityOf(workload), { namespace: workload.namespace, logGroupClass });
  return {
    logs: { logGroupName, query, url: insightsLink({ region, logGroupName, query, ...rangeOf(times) }) },
  };
}

function identityOf({ kind, name, spec, ...rest }: Workload): Identity {
  const apiName = apiNameOf({ kind, name, spec, ...rest });
  return isJobKind(kind)
    ? { apiName, apiKind: apiKindOfJob[kind], jobID: spec.jobID ?? name }
    : { apiName, apiKind: kind };
}

/** Lines may be older than the claim and younger than the pod's end by some seconds. */
const marginMs = 5 * 60_000;

function rangeOf({ startTime, endTime }: JobTimes): { range?: { start: string; end: string } } {
  if (startTime === undefined || endTime === undefined) return {};
  const shifted = (time: string, byMs: number): string => new Date(Date.parse(time) + byMs).toISOString();
  return { range: { start: shifted(startTime, -marginMs), end: shifted(endTime, marginMs) } };
}
