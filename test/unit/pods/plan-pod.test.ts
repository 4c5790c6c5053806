import { describe, expect, it } from '@jest/globals';
import { planPod, type PodInput } from '../../../src/pods/plan-pod.ts';
import { aPod, aWorkload, bySelector, claimSetFrom } from '../../support/build-pods.ts';

const claims = claimSetFrom(aWorkload('RealtimeAPI', 'text', { spec: bySelector({ app: 'x' }) }));
const right = { app: 'x', apiName: 'text', apiKind: 'RealtimeAPI' };

function input(changes: Partial<PodInput>): PodInput {
  return {
    pod: aPod({ labels: { app: 'x' } }),
    owners: [],
    claims,
    claimsComplete: true,
    isManagedNamespace: true,
    enforcement: { mode: 'ClaimedOnly', excludedNamespaces: new Set() },
    formerClaim: undefined,
    wasLabeled: false,
    ...changes,
  };
}

describe('planPod', () => {
  it.each([
    ['a claimed pod without labels is written now', {}, 'now'],
    ['a claimed pod that is right is left alone', { pod: aPod({ labels: right }) }, 'right'],
    [
      'a forged label on a claimed pod is put right now',
      { pod: aPod({ labels: { ...right, apiName: 'victim' } }) },
      'now',
    ],
    ['adding does not wait for kinds that cannot be listed', { claimsComplete: false }, 'now'],
    [
      'changing waits while some kind is not known',
      { claimsComplete: false, pod: aPod({ labels: { ...right, apiName: 'victim' } }) },
      'wait',
    ],
    [
      'a pod that changes hands because its claim vanished waits for the grace period',
      { pod: aPod({ labels: { ...right, apiName: 'gone' } }), formerClaim: 'RealtimeAPI/ml/gone' },
      'later',
    ],
    [
      'a pod that changes hands while its former claim stands changes now',
      { pod: aPod({ labels: { ...right, apiName: 'victim' } }), formerClaim: 'RealtimeAPI/ml/text' },
      'now',
    ],
    ['an unclaimed pod without keys is right', { claims: claimSetFrom() }, 'right'],
    [
      'labels that we wrote on a pod nobody claims go later',
      { claims: claimSetFrom(), pod: aPod({ labels: right, ownKeys: ['apiName', 'apiKind'] }) },
      'later',
    ],
    [
      'a label that we wrote beside one of somebody else’s goes later',
      { claims: claimSetFrom(), pod: aPod({ labels: right, ownKeys: ['apiKind'] }) },
      'later',
    ],
    [
      'labels that it was born with go later, when the claim that gave them is gone',
      { claims: claimSetFrom(), pod: aPod({ labels: right }), wasLabeled: true },
      'later',
    ],
    [
      'labels that somebody else wrote are reported',
      { claims: claimSetFrom(), pod: aPod({ labels: right }) },
      'reported',
    ],
    [
      'labels that somebody else wrote go later where enforcement reaches',
      {
        claims: claimSetFrom(),
        pod: aPod({ labels: right }),
        enforcement: { mode: 'Cluster', excludedNamespaces: new Set<string>() } as const,
      },
      'later',
    ],
  ])('%s', (_name, changes, pace) => {
    expect(planPod(input(changes)).pace).toBe(pace);
  });
});
