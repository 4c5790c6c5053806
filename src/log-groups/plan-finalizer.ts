/** The finalizer: there while deleting the object deletes the group, and never otherwise. */
import { logGroupFinalizer, type LogGroup } from './log-group.ts';

/** The finalizers that the object is to have; undefined if they are as they should be. */
export function planFinalizers({ spec, finalizers }: LogGroup): readonly string[] | undefined {
  const isWanted = spec.deletionPolicy === 'Delete';
  if (isWanted === finalizers.includes(logGroupFinalizer)) return undefined;
  return isWanted ? [...finalizers, logGroupFinalizer] : withoutOurs(finalizers);
}

export function withoutOurs(finalizers: readonly string[]): readonly string[] {
  return finalizers.filter((finalizer) => finalizer !== logGroupFinalizer);
}
