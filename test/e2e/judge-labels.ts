/** What the journal says about labels, against what they should have been. Pure. */
import type { IdentityLabels } from '../../src/kernel/labels.ts';
import { carries, expectedLabels } from './expected-pods.ts';
import type { PodEntry } from './pod-journal.ts';

/** Pods that do not carry what they should, by name. */
export function unlabeled(entries: readonly PodEntry[]): readonly string[] {
  return entries.filter((entry) => !isRight(entry, entry.labels.at(-1)?.labels)).map(({ name }) => name);
}

/** Ms from the creation of the pod until it had its labels; undefined if it never should have some, or never had. */
export function latencyOf(entry: PodEntry): number | undefined {
  if (expectedLabels(entry.name)?.apiName === undefined) return undefined;
  const right = entry.labels.find(({ labels }) => isRight(entry, labels));
  return right && right.at - entry.createdAt;
}

export function labelLatencies(entries: readonly PodEntry[]): readonly number[] {
  return entries.map(latencyOf).filter((latency) => latency !== undefined);
}

/** Whether the pod had its labels before the first of its containers ran. */
export function isEarly(entry: PodEntry): boolean {
  const latency = latencyOf(entry);
  return latency !== undefined && entry.createdAt + latency < (entry.startedAt ?? Infinity);
}

/** Every set of labels that a pod carried and that was neither none nor its own. */
export function strangeLabels(entries: readonly PodEntry[]): readonly string[] {
  return entries.flatMap((entry) =>
    entry.labels
      .filter(({ labels }) => Object.keys(labels).length > 0 && !isRight(entry, labels))
      .map(({ labels }) => `${entry.name}: ${JSON.stringify(labels)}`),
  );
}

function isRight({ name }: PodEntry, labels: IdentityLabels = {}): boolean {
  const wanted = expectedLabels(name);
  return wanted !== undefined && carries(labels, wanted);
}
