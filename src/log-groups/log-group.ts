/** One LogGroup object, decoded to what the operator uses. */
import type { Condition } from '../kernel/conditions.ts';
import type { KubeObject } from '../kernel/object-meta.ts';

export type LogGroupClass = 'STANDARD' | 'INFREQUENT_ACCESS';

/** FACET: an index that the console shows with its values too. */
export interface FieldIndex {
  /** With its path, such as `labels.apiName`. */
  readonly name: string;
  readonly type?: 'FIELD_INDEX' | 'FACET';
}

/** What keeps an object until its group has been deleted; there only under `deletionPolicy: Delete`. */
export const logGroupFinalizer = 'cortex.dev/log-group';

export interface LogGroupSpec {
  /** The name in CloudWatch. */
  readonly logGroupName: string;
  /** Unset: the retention is not managed. */
  readonly retentionInDays?: number;
  readonly logGroupClass?: LogGroupClass;
  /** ARN of a KMS key or of an alias. Unset: not managed; unset again: taken off, if it was set here. */
  readonly kmsKeyID?: string;
  /** Wanted beside whatever tags others have put there; one removed here is removed there. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Take over a group that carries another cluster's tag. */
  readonly adopt?: boolean;
  /** Unset: not managed. */
  readonly deletionProtectionEnabled?: boolean;
  /** Unset: the three labels, where neither the account nor somebody else has a policy for the group. */
  readonly fieldIndexes?: readonly FieldIndex[];
  /** Default Managed. */
  readonly savedQueries?: 'Managed' | 'Unmanaged';
  /** Default Retain. */
  readonly deletionPolicy?: 'Retain' | 'Delete';
}

/**
 * What the operator itself has put on the group, as far as it can be undone: without this memory a tag
 * removed from the spec could not be told from somebody else's. Lost with the status, it only means
 * that nothing is taken off.
 */
export interface ManagedOnGroup {
  readonly tagKeys?: readonly string[];
  readonly kmsKeyID?: string;
  /** Whether the group's index policy is the operator's: one of somebody else is not replaced by the default. */
  readonly indexPolicy?: boolean;
}

export interface LogGroupStatus {
  /** Without the trailing `:*`. */
  readonly arn?: string;
  readonly account?: string;
  readonly region?: string;
  /** As CloudWatch has it; absent where records never expire. */
  readonly retentionInDays?: number;
  readonly logGroupClass?: string;
  readonly deletionProtectionEnabled?: boolean;
  readonly managed?: ManagedOnGroup;
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
}

export interface LogGroup {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** Guards a change of the finalizers. */
  readonly resourceVersion: string;
  readonly finalizers: readonly string[];
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly isTerminating: boolean;
  readonly spec: LogGroupSpec;
  readonly status: LogGroupStatus;
}

/** What the schema has validated already is taken as it is. */
export function decodeLogGroup(object: KubeObject): LogGroup {
  const { metadata, spec, status } = object as KubeObject & { spec: LogGroupSpec; status?: LogGroupStatus };
  return {
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    resourceVersion: metadata.resourceVersion ?? '',
    finalizers: metadata.finalizers ?? [],
    creationTimestamp: metadata.creationTimestamp ?? '',
    isTerminating: metadata.deletionTimestamp !== undefined,
    spec,
    status: status ?? {},
  };
}

/** Of several objects with one `logGroupName`, the one that decides: the older, then the first by name. */
export function decidingLogGroup(groups: readonly LogGroup[]): LogGroup | undefined {
  return groups
    .filter((group) => !group.isTerminating)
    .toSorted((a, b) => compare(a.creationTimestamp, b.creationTimestamp) || compare(a.name, b.name))[0];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
