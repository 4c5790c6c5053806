import { describe, expect, it } from '@jest/globals';
import { Interner } from '../../../src/kernel/intern.ts';
import { decodePod } from '../../../src/pods/pod.ts';

const labelsBy = (manager: string, keys: readonly string[]) => ({
  manager,
  fieldsV1: { 'f:metadata': { 'f:labels': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
});

function decode(metadata: object) {
  return decodePod({ metadata: { name: 'p', namespace: 'ml', uid: 'u', ...metadata } }, new Interner());
}

describe('decodePod', () => {
  it.each([
    ['a pod without labels has none', {}, { labels: {} }],
    ['labels are kept', { labels: { a: 'b' } }, { labels: { a: 'b' } }],
    [
      'a deletion timestamp makes it terminating',
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
      { terminating: true },
    ],
    [
      'the mirror annotation makes it a mirror pod',
      { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      { mirror: true },
    ],
    ['other annotations do not', { annotations: { a: 'b' } }, { mirror: false }],
    [
      'its controller is the owner that says so',
      {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' },
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'r', controller: true },
        ],
      },
      { controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'r', controller: true } },
    ],
    [
      'an owner that is no controller does not count',
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' }] },
      { controller: undefined },
    ],
    [
      'the keys of our field manager are those that we wrote',
      { managedFields: [labelsBy('kubectl', ['apiName']), labelsBy('cortex-logging', ['app', 'apiKind'])] },
      { ownKeys: ['apiKind'] },
    ],
    [
      'our field manager on other keys does not',
      { managedFields: [labelsBy('cortex-logging', ['app'])] },
      { ownKeys: [] },
    ],
    [
      'another manager on the keys does not',
      { managedFields: [labelsBy('kubectl', ['apiName', 'apiKind'])] },
      { ownKeys: [] },
    ],
    [
      'a manager entry without fields does not',
      { managedFields: [{ manager: 'cortex-logging' }] },
      { ownKeys: [] },
    ],
  ])('%s', (_name, metadata, expected) => {
    expect(decode(metadata)).toMatchObject(expected);
  });

  it('shares the list of own keys among pods, so that an equal pod is no change', () => {
    const managedFields = [labelsBy('cortex-logging', ['apiName', 'apiKind'])];
    expect(decode({ managedFields }).ownKeys).toBe(decode({ managedFields }).ownKeys);
  });
});
