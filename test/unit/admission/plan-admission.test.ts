import { describe, expect, it } from '@jest/globals';
import { planAdmission, type AdmissionInput } from '../../../src/admission/plan-admission.ts';
import { anOwner, aWorkload, bySelector, claimSetFrom, controlledBy } from '../../support/build-pods.ts';
import { aReview } from '../../support/build-reviews.ts';

const api = aWorkload('RealtimeAPI', 'text-generator', { spec: bySelector({ app: 'text-generator' }) });
const right = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };
const app = { app: 'text-generator' };
const alien = { app: 'other' };
const forged = { apiName: 'victim', apiKind: 'BatchAPI', jobID: 'stolen' };

function plan(changes: Partial<AdmissionInput> = {}): ReturnType<typeof planAdmission> {
  return planAdmission({
    review: aReview(),
    owners: [],
    claims: claimSetFrom(api),
    claimsComplete: true,
    isManagedNamespace: true,
    enforcement: { mode: 'ClaimedOnly', excludedNamespaces: new Set(['kube-system']) },
    denyForged: false,
    ...changes,
  });
}

const enforce = (mode: 'ClaimedOnly' | 'ManagedNamespaces' | 'Cluster'): Partial<AdmissionInput> => ({
  enforcement: { mode, excludedNamespaces: new Set(['kube-system']) },
});
const controlled = {
  ...controlledBy('ReplicaSet', 'rs'),
};
const owners = [anOwner('ReplicaSet', 'rs')];

describe('a claimed pod at birth', () => {
  it('gets its labels; without a controller every selector of its namespace is asked', () => {
    expect(plan()).toEqual({ kind: 'change', change: right, check: 'namespace' });
  });

  it('that has a controller gets them, if only that one does not mind', () => {
    const review = aReview(controlled);
    expect(plan({ review, owners })).toEqual({ kind: 'change', change: right, check: 'controller' });
  });

  it('with a controller that cannot be read asks all selectors too', () => {
    const review = aReview(controlledBy('ReplicaSet', 'rs'));
    expect(plan({ review, owners: [] })).toEqual({ kind: 'change', change: right, check: 'namespace' });
  });

  it('that has them already is left alone, so that a second call changes nothing', () => {
    expect(plan({ review: aReview({ labels: { ...app, ...right } }) })).toEqual({ kind: 'right' });
  });

  it('gets them even while not every kind is known: adding takes from nobody', () => {
    expect(plan({ claimsComplete: false })).toMatchObject({ kind: 'change' });
  });

  it('that was forged is put right, with a warning that names resource, key and values', () => {
    const planned = plan({ review: aReview({ labels: { ...app, ...forged }, ...controlled }), owners });
    expect(planned).toMatchObject({ kind: 'change', change: { ...right, jobID: null }, check: 'namespace' });
    expect(planned).toHaveProperty(
      'warning',
      'RealtimeAPI text-generator claims this pod: label apiName "victim" became "text-generator", apiKind "BatchAPI" became "RealtimeAPI", jobID "stolen" was taken away',
    );
  });

  it('that was forged waits for the watch loop while not every kind is known', () => {
    const review = aReview({ labels: { ...app, ...forged } });
    expect(plan({ review, claimsComplete: false })).toEqual({ kind: 'deferred', reason: 'ClaimsIncomplete' });
  });

  it('that was forged is refused with denyForged, with the remedy', () => {
    const planned = plan({ review: aReview({ labels: { ...app, apiName: 'victim' } }), denyForged: true });
    expect(planned).toEqual({
      kind: 'denied',
      message:
        'RealtimeAPI text-generator claims this pod, which must not say apiName=victim: leave these labels out, or write apiName=text-generator',
    });
  });

  it('with half of its labels, and those right, is not forged', () => {
    const review = aReview({ labels: { ...app, apiName: 'text-generator' } });
    expect(plan({ review, denyForged: true })).toEqual({
      kind: 'change',
      change: { apiKind: 'RealtimeAPI' },
      check: 'namespace',
    });
  });

  it('whose jobID is the name that the API server has yet to make waits for the watch loop', () => {
    const claims = claimSetFrom(aWorkload('TaskAPI', 'trainer', { spec: bySelector(app) }));
    expect(plan({ claims, review: aReview({ name: '' }) })).toEqual({
      kind: 'deferred',
      reason: 'NameUnknown',
    });
    expect(plan({ claims, review: aReview({ name: 'x' }) })).toMatchObject({
      change: { apiName: 'trainer', apiKind: 'TaskAPI', jobID: 'x' },
    });
  });

  it('whose jobID is that of its Job does not need a name', () => {
    const claims = claimSetFrom(aWorkload('TaskAPI', 'trainer', { spec: bySelector(app) }));
    const review = aReview({ name: '', ...controlledBy('Job', 'run-1') });
    expect(plan({ claims, review, owners: [anOwner('Job', 'run-1')] })).toMatchObject({
      kind: 'change',
      change: { jobID: 'run-1' },
    });
  });
});

describe('an unclaimed pod', () => {
  const review = aReview({ labels: { ...alien, ...forged } });

  it("without the keys is nobody's business", () => {
    expect(plan({ review: aReview({ labels: alien }) })).toEqual({ kind: 'unclaimed' });
  });

  it('with the keys is reported where enforcement does not reach', () => {
    const warning =
      'no API claims this pod, yet it says apiName=victim, apiKind=BatchAPI, jobID=stolen; its logs are filed under that name';
    expect(plan({ review })).toEqual({ kind: 'reported', warning });
    expect(plan({ review, ...enforce('ManagedNamespaces'), isManagedNamespace: false })).toMatchObject({
      kind: 'reported',
    });
  });

  it('is only reported with denyForged too, where nothing would be taken away', () => {
    expect(plan({ review, denyForged: true })).toMatchObject({ kind: 'reported' });
  });

  it.each(['ManagedNamespaces', 'Cluster'] as const)('loses them under %s', (mode) => {
    expect(plan({ review, ...enforce(mode) })).toEqual({
      kind: 'change',
      change: { apiName: null, apiKind: null, jobID: null },
      check: 'namespace',
      warning: 'no API claims this pod: apiName=victim, apiKind=BatchAPI, jobID=stolen was taken away',
    });
  });

  it('is refused under both with denyForged', () => {
    expect(plan({ review, ...enforce('Cluster'), denyForged: true })).toEqual({
      kind: 'denied',
      message:
        'no resource of cortex.dev in the namespace ml claims this pod, which must not say apiName=victim, apiKind=BatchAPI, jobID=stolen: leave apiName, apiKind, jobID out, or claim the pod',
    });
  });

  it('keeps them while not every kind is known: its claim may be among what is missing', () => {
    const incomplete = { claimsComplete: false, ...enforce('Cluster'), denyForged: true };
    expect(plan({ review, ...incomplete })).toEqual({ kind: 'deferred', reason: 'ClaimsIncomplete' });
  });
});

describe('an edit', () => {
  const stored = { ...app, ...right };

  it('that spoils a right label is turned back, and no selector needs to be asked for what is stored', () => {
    const review = aReview({ labels: { ...stored, apiName: 'victim' }, oldLabels: stored });
    expect(plan({ review })).toMatchObject({
      kind: 'change',
      change: { apiName: 'text-generator' },
      check: 'none',
      warning: expect.stringContaining('"victim" became "text-generator"'),
    });
  });

  it('that takes a right label away is turned back, and never refused', () => {
    const review = aReview({ labels: app, oldLabels: stored });
    expect(plan({ review, denyForged: true })).toMatchObject({
      kind: 'change',
      change: right,
      check: 'none',
      warning: expect.stringContaining('its labels stay'),
    });
  });

  it('that spoils a right label is refused with denyForged', () => {
    const review = aReview({ labels: { ...stored, jobID: 'stolen' }, oldLabels: stored });
    expect(plan({ review, denyForged: true })).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('write no jobID'),
    });
  });

  it('of a pod that was not right before is left to the watch loop, which knows what selects it', () => {
    const review = aReview({ labels: { ...app, apiName: 'b' }, oldLabels: { ...app, apiName: 'a' } });
    expect(plan({ review })).toEqual({ kind: 'deferred', reason: 'NotRightBefore' });
  });

  it('that makes a claimed pod right is right', () => {
    const review = aReview({ labels: stored, oldLabels: app });
    expect(plan({ review })).toEqual({ kind: 'right' });
  });

  it('that forges an unclaimed pod is turned back where enforcement reaches', () => {
    const review = aReview({ labels: { ...alien, ...forged }, oldLabels: alien });
    expect(plan({ review, ...enforce('Cluster') })).toMatchObject({ kind: 'change', check: 'none' });
    expect(plan({ review, ...enforce('ClaimedOnly') })).toMatchObject({ kind: 'reported' });
  });

  it('of an unclaimed pod that was forged before is left to the watch loop', () => {
    const review = aReview({ labels: { ...alien, ...forged }, oldLabels: { ...alien, apiName: 'x' } });
    expect(plan({ review, ...enforce('Cluster') })).toEqual({ kind: 'deferred', reason: 'NotRightBefore' });
  });
});

describe('warnings', () => {
  it('are short enough for every client to show them whole', () => {
    const long = 'x'.repeat(63);
    const review = aReview({ labels: { ...app, apiName: long, apiKind: long, jobID: long } });
    const planned = plan({ review }) as { warning: string };
    expect(planned.warning.length).toBeLessThanOrEqual(256);
  });
});
