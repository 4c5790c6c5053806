/** A log group as the service keeps it. */
import type { LogGroupClass } from '../common-members.ts';
import type { DataProtection } from './data-protection.ts';
import type { IndexPolicy, IndexType } from './field-index.ts';
import type { LogEvent, LogStream } from './log-stream.ts';

/** Events that are on their way to the readers. */
export interface LateEvents {
  readonly visibleFrom: number;
  readonly stream: LogStream;
  readonly events: readonly LogEvent[];
  readonly isLost: boolean;
}

export interface LogGroup {
  readonly name: string;
  /** Without the trailing `:*`. */
  readonly arn: string;
  readonly creationTime: number;
  readonly logGroupClass: LogGroupClass;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  kmsKeyId: string | undefined;
  deletionProtectionEnabled: boolean;
  /** What PutRetentionPolicy said; an account's policy may override it. */
  retentionInDays: number | undefined;
  /** The group's own; without one an account's policy may apply. */
  indexPolicy: IndexPolicy | undefined;
  /** Fields that the group's own policies indexed before. */
  readonly formerIndexes: Map<string, IndexType>;
  /** The group's own; an account's policy adds to it. */
  dataProtection: DataProtection | undefined;
  /** DELETED once it had a policy of its own that is gone. */
  dataProtectionStatus: 'ACTIVATED' | 'DELETED' | undefined;
  /** What was put and cannot be read yet. */
  late: readonly LateEvents[];
  /** Of the events, overhead included. */
  storedBytes: number;
}

/** Compares names by their characters' codes, as AWS sorts. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
