/** A resource that claims pods, as tests start from; modified by what a test is about. */
import type { Workload } from '../../../src/workloads/workload.ts';

export function buildWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    kind: 'RealtimeAPI',
    namespace: 'ml',
    name: 'text-generator',
    uid: 'u-1',
    generation: 1,
    creationTimestamp: '2026-11-24T08:00:00Z',
    spec: { selector: { matchLabels: { app: 'text-generator' } } },
    status: {},
    ...changes,
  };
}

export function buildJob(changes: Partial<Workload> = {}): Workload {
  return buildWorkload({
    kind: 'BatchJob',
    name: 'run-1',
    spec: { apiName: 'image-classifier' },
    ...changes,
  });
}
