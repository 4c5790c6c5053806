/** The LogGroup object `default` for the cluster's own log group, where nobody has declared one. */
import { apiVersion } from '../kernel/api-kinds.ts';
import type { LogGroup, LogGroupSpec } from './log-group.ts';

export const defaultLogGroupName = 'default';

export interface LogGroupObjects {
  /** Every LogGroup of the cluster, read live: a lister that is behind would make a second one. */
  listLogGroups(): Promise<readonly LogGroup[]>;
  /** Answers `AlreadyExists` when an object of that name is there, and leaves it as it is. */
  createLogGroup(manifest: LogGroupManifest): Promise<'Created' | 'AlreadyExists'>;
}

export interface LogGroupManifest {
  readonly apiVersion: string;
  readonly kind: 'LogGroup';
  readonly metadata: { readonly name: string };
  readonly spec: LogGroupSpec;
}

/**
 * `Present`: some LogGroup declares the group, made here or not. `NameTaken`: none does, and the name
 * `default` is in use for another group; `message` tells a person what to do.
 */
export type EnsuredDefault =
  { readonly outcome: 'Present' | 'Created' } | { readonly outcome: 'NameTaken'; readonly message: string };

/** Never changes an object that is there. Two replicas may do this at once. */
export async function ensureDefaultLogGroup(
  objects: LogGroupObjects,
  spec: LogGroupSpec,
): Promise<EnsuredDefault> {
  const { logGroupName } = spec;
  if (isDeclared(await objects.listLogGroups(), logGroupName)) return { outcome: 'Present' };
  const metadata = { name: defaultLogGroupName };
  const created = await objects.createLogGroup({ apiVersion, kind: 'LogGroup', metadata, spec });
  if (created === 'Created') return { outcome: 'Created' };
  // Whoever was faster may have declared the same group, or another one.
  if (isDeclared(await objects.listLogGroups(), logGroupName)) return { outcome: 'Present' };
  return { outcome: 'NameTaken', message: nameTaken(logGroupName) };
}

function isDeclared(groups: readonly LogGroup[], logGroupName: string): boolean {
  return groups.some((group) => group.spec.logGroupName === logGroupName);
}

function nameTaken(logGroupName: string): string {
  return (
    `The LogGroup ${defaultLogGroupName} declares another log group than ${logGroupName}, and no LogGroup declares that one: it is not managed. ` +
    `Create a LogGroup of another name with spec.logGroupName: ${logGroupName}.`
  );
}
