import { describe, expect, it } from '@jest/globals';
import { LabelWriter } from '../../../src/pods/apply-labels.ts';
import type { Owner } from '../../../src/pods/resolve-identity.ts';
import { anOwner, aPod, controlledBy } from '../../support/build-pods.ts';

/** Orphans its pods, and makes new ones, when they get an apiName. */
const upset = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'rs',
  uid: 'uid-rs',
  selector: { matchExpressions: [{ key: 'apiName', operator: 'DoesNotExist' }] },
} as const;

describe('labels that are added to a pod with a controller', () => {
  it.each<[string, readonly Owner[], string]>([
    [
      'are not written where the controller at hand would lose it',
      [anOwner('ReplicaSet', 'rs', upset)],
      'refused',
    ],
    ['are written where the controller at hand does not mind', [anOwner('ReplicaSet', 'rs')], 'patched'],
    ['are not written where its controller could not be read and one of the namespace minds', [], 'refused'],
  ])('%s', async (_name, owners, expected) => {
    const writer = new LabelWriter(
      { listSelectingObjects: () => Promise.resolve([upset]) },
      { patchLabels: () => Promise.resolve('patched') },
    );
    const pod = aPod(controlledBy('ReplicaSet', 'rs'));
    expect((await writer.apply(pod, owners, { apiName: 'text' })).result).toBe(expected);
  });
});
