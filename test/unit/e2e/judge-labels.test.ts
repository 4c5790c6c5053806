import { describe, expect, it } from '@jest/globals';
import { isEarly, labelLatencies, latencyOf, strangeLabels, unlabeled } from '../../e2e/judge-labels.ts';
import type { PodEntry } from '../../e2e/pod-journal.ts';

const own = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };

/** Created at 100; each set of labels comes 50 ms after the one before. */
function entry(name: string, labels: readonly object[], startedAt?: number): PodEntry {
  return {
    name,
    createdAt: 100,
    labels: labels.map((each, index) => ({ at: 100 + 50 * index, labels: each })),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}

describe('the labels in the journal', () => {
  it('are late by the time between creation and the first right set', () => {
    expect(latencyOf(entry('text-generator-1', [{}, own, {}, own]))).toBe(50);
    expect(latencyOf(entry('text-generator-1', [own]))).toBe(0);
    expect(latencyOf(entry('text-generator-1', [{}]))).toBeUndefined();
  });

  it('of a pod that nobody claims have no latency, and are right when there are none', () => {
    const bystander = entry('bystander', [{}]);
    expect(labelLatencies([bystander])).toEqual([]);
    expect(unlabeled([bystander])).toEqual([]);
    expect(unlabeled([entry('bystander', [own])])).toEqual(['bystander']);
  });

  it('are early if they came before a container ran', () => {
    expect(isEarly(entry('text-generator-1', [{}, own], 151))).toBe(true);
    expect(isEarly(entry('text-generator-1', [{}, own], 150))).toBe(false);
    expect(isEarly(entry('text-generator-1', [{}], 150))).toBe(false);
  });

  it('are strange if they are neither none nor its own', () => {
    const forged = { ...own, apiName: 'forged' };
    expect(strangeLabels([entry('text-generator-1', [{}, own])])).toEqual([]);
    expect(strangeLabels([entry('text-generator-1', [{}, forged, own])])).toEqual([
      `text-generator-1: ${JSON.stringify(forged)}`,
    ]);
    expect(strangeLabels([entry('text-generator-1', [{ ...own, jobID: 'x' }])])).toHaveLength(1);
  });

  it('of a pod that nobody expects are never right', () => {
    expect(unlabeled([entry('stranger', [{}])])).toEqual(['stranger']);
  });
});
