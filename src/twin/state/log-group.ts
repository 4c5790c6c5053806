/** A log group as the service keeps it. */
import type { LogGroupClass } from '../common-members.ts';
import type { LogStream } from './log-stream.ts';

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
  /** Of the events, overhead included. */
  storedBytes: number;
}

/** Compares names by their characters' codes, as AWS sorts. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
