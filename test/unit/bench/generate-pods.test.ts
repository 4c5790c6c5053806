import { describe, expect, it } from '@jest/globals';
import { labelKeys } from '../../../src/kernel/labels.ts';
import { metadataOf, placesOf } from '../../../bench/scripted-cluster/generate-pods.ts';

describe('Generated pods', () => {
  const batch = { id: 'batch', count: 40, withJobs: true };

  it('have ten labels each, none of them ours', () => {
    for (const [index] of placesOf(batch).entries()) {
      const keys = Object.keys(metadataOf(batch, index, 1).labels);
      expect(keys).toHaveLength(10);
      expect(keys).not.toEqual(expect.arrayContaining([...labelKeys]));
    }
  });

  it('are where all processes of a benchmark expect them', () => {
    const places = placesOf(batch);
    expect(places.map((_, index) => metadataOf(batch, index, 1))).toMatchObject(places);
    expect(new Set(places.map(({ uid }) => uid)).size).toBe(40);
  });

  it('share their owner in ReplicaSets, save for one in four, which has a Job of its own', () => {
    const owners = placesOf(batch).map((_, index) => metadataOf(batch, index, 1).ownerReferences[0]);
    const kinds = owners.map((owner) => (owner as { kind: string }).kind);
    expect(kinds.filter((kind) => kind === 'Job')).toHaveLength(10);
    expect(new Set(owners.map((owner) => (owner as { uid: string }).uid)).size).toBe(12);
  });
});
