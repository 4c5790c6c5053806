import { describe, expect, it } from '@jest/globals';
import {
  PodReviewer,
  type LookUps,
  type Outcome,
  type PodReviewerParts,
} from '../../../src/admission/review-pod.ts';
import type { SelectingObject } from '../../../src/pods/resolve-match-change.ts';
import { anOwner, aWorkload, bySelector, claimSetFrom } from '../../support/build-pods.ts';
import { labelsAfter, reviewText, type AdmissionAnswer } from '../../support/build-reviews.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const app = { app: 'text-generator' };
const api = aWorkload('RealtimeAPI', 'text-generator', { spec: bySelector(app) });
const right = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };
const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'uid-rs', controller: true };
const never = () => new Promise<never>(() => undefined);

interface Setting {
  readonly lookUps?: Partial<LookUps>;
  readonly parts?: Partial<PodReviewerParts>;
}

/** What was counted and read, and the reviewer. */
function open({ lookUps = {}, parts = {} }: Setting = {}) {
  const outcomes: Outcome[] = [];
  const read: string[] = [];
  const reviewer = new PodReviewer({
    claims: {
      claimsIn: (namespace) => (namespace === 'ml' ? claimSetFrom(api) : claimSetFrom()),
      hasWorkloads: (namespace) => namespace === 'ml',
      knowledge: () => 'complete',
    },
    lookUps: {
      observeOwners: ({ controller }) => {
        read.push('owners');
        return Promise.resolve({ owners: controller ? [anOwner('ReplicaSet', 'rs')] : [] });
      },
      listSelectingObjects: (namespace) => {
        read.push(`selectors of ${namespace}`);
        return Promise.resolve([]);
      },
      ...lookUps,
    },
    enforcement: { mode: 'ClaimedOnly', excludedNamespaces: new Set(['kube-system']) },
    denyForged: false,
    late: never,
    counts: { reviewed: (outcome) => void outcomes.push(outcome) },
    logger: silentLogger,
    now: () => 0,
    ...parts,
  });
  return { reviewer, outcomes, read };
}

async function answerOf(reviewer: PodReviewer, text: string): Promise<AdmissionAnswer> {
  const reviewed = await reviewer.review(text);
  if ('problem' in reviewed) throw new Error(reviewed.problem);
  return JSON.parse(reviewed.answer) as AdmissionAnswer;
}

const soon = () => Promise.resolve(undefined);
const selects = (labels: Record<string, string>): SelectingObject => ({
  ...{ apiVersion: 'v1', kind: 'Service', name: 'front', uid: 'u' },
  selector: { matchLabels: labels },
});

describe('a review', () => {
  it('of a claimed pod is answered with its labels', async () => {
    const { reviewer, outcomes } = open();
    const answer = await answerOf(reviewer, reviewText({ metadata: { labels: app } }));
    expect(answer.response).toMatchObject({ uid: 'review-1', allowed: true });
    expect(labelsAfter(app, answer)).toEqual({ ...app, ...right });
    expect(outcomes).toEqual(['labeled']);
  });

  it('of what it answered itself changes nothing any more', async () => {
    const { reviewer, outcomes } = open();
    const metadata = { labels: { ...app, ...right } };
    expect((await answerOf(reviewer, reviewText({ metadata }))).response.patch).toBeUndefined();
    expect(outcomes).toEqual(['right']);
  });

  it('that is a dry run is answered like any other', async () => {
    const { reviewer } = open();
    const text = reviewText({ metadata: { labels: app }, request: { dryRun: true } });
    expect(labelsAfter(app, await answerOf(reviewer, text))).toEqual({ ...app, ...right });
  });

  it('that is malformed says why', async () => {
    expect(await open().reviewer.review('{}')).toEqual({
      problem: expect.stringContaining('AdmissionReview'),
    });
  });

  it.each([
    ['in an excluded namespace', { request: { namespace: 'kube-system' } }],
    ['of a sub-resource', { request: { subResource: 'status' } }],
    ['of a deletion', { request: { operation: 'DELETE', object: null } }],
    ['of a mirror pod', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' }, labels: app } }],
    ['of a terminating pod', { metadata: { deletionTimestamp: 'x', labels: app } }],
  ])('%s is let through and reads nothing', async (_sentence, changes) => {
    const { reviewer, outcomes, read } = open();
    const { response } = await answerOf(reviewer, reviewText(changes));
    expect(response).toEqual({ uid: 'review-1', allowed: true });
    expect({ outcomes, read }).toEqual({ outcomes: ['ignored'], read: [] });
  });

  it('in a namespace without claims reads nothing', async () => {
    const { reviewer, outcomes, read } = open();
    await answerOf(reviewer, reviewText({ metadata: { labels: app }, request: { namespace: 'free' } }));
    expect({ outcomes, read }).toEqual({ outcomes: ['unclaimed'], read: [] });
  });
});

describe('the match rule', () => {
  const metadata = { labels: app, ownerReferences: [set] };

  it('asks the controller alone where keys are only added', async () => {
    const { reviewer, read } = open();
    await answerOf(reviewer, reviewText({ metadata }));
    expect(read).toEqual(['owners']);
  });

  it('leaves the pod of a controller that would lose it as it is, and says so', async () => {
    const selector = {
      matchLabels: app,
      matchExpressions: [{ key: 'apiName', operator: 'DoesNotExist' as const }],
    };
    const owners = [anOwner('ReplicaSet', 'rs', { selector })];
    const { reviewer, outcomes } = open({ lookUps: { observeOwners: () => Promise.resolve({ owners }) } });
    const { response } = await answerOf(reviewer, reviewText({ metadata }));
    expect(response).toEqual({
      uid: 'review-1',
      allowed: true,
      warnings: [
        'labels were not written, because ReplicaSet rs selects pods by apiName: take the key out of its selector',
      ],
    });
    expect(outcomes).toEqual(['kept-by-match-rule']);
  });

  it('asks all selectors where a forged key would change', async () => {
    const objects = [selects({ apiName: 'victim' })];
    const { reviewer, outcomes } = open({
      lookUps: { listSelectingObjects: () => Promise.resolve(objects) },
    });
    const labels = { ...app, apiName: 'victim' };
    const { response } = await answerOf(reviewer, reviewText({ metadata: { ...metadata, labels } }));
    expect(response.patch).toBeUndefined();
    expect(outcomes).toEqual(['kept-by-match-rule']);
  });

  it('asks nobody about an edit that is turned back to what is stored', async () => {
    const { reviewer, read } = open({ parts: {} });
    const oldMetadata = { labels: { ...app, ...right } };
    const answer = await answerOf(reviewer, reviewText({ metadata: { labels: app }, oldMetadata }));
    expect(labelsAfter(app, answer)).toEqual({ ...app, ...right });
    expect(read).toEqual(['owners']);
  });

  it('has no say over what is refused, which is written nowhere', async () => {
    const { reviewer, outcomes, read } = open({ parts: { denyForged: true } });
    const metadata = { labels: { ...app, apiName: 'victim' } };
    const { response } = await answerOf(reviewer, reviewText({ metadata }));
    expect(response).toMatchObject({ allowed: false, status: { code: 403 } });
    expect({ outcomes, read }).toEqual({ outcomes: ['denied'], read: ['owners'] });
  });
});

describe('a pod is let through as it is, for the watch loop to label, when', () => {
  const pod = reviewText({ metadata: { labels: app, ownerReferences: [set] } });
  const bare = reviewText({ metadata: { labels: app } });
  const fails = () => Promise.reject(new Error('no'));

  it.each<[sentence: string, text: string, setting: Setting, outcome: Outcome]>([
    [
      'its owners come too late',
      pod,
      { lookUps: { observeOwners: never }, parts: { late: soon } },
      'deferred-LookUpLate',
    ],
    [
      'selectors come too late',
      bare,
      { lookUps: { listSelectingObjects: never }, parts: { late: soon } },
      'deferred-LookUpLate',
    ],
    ['its owners cannot be read', pod, { lookUps: { observeOwners: fails } }, 'deferred-LookUpFailed'],
    ['selectors cannot be read', bare, { lookUps: { listSelectingObjects: fails } }, 'deferred-LookUpFailed'],
    [
      'no kind of resource is known yet',
      pod,
      {
        parts: {
          claims: { claimsIn: () => claimSetFrom(), hasWorkloads: () => false, knowledge: () => 'unknown' },
        },
      },
      'deferred-NotSynced',
    ],
  ])('%s', async (_sentence, text, setting, outcome) => {
    const { reviewer, outcomes } = open(setting);
    const { response } = await answerOf(reviewer, text);
    expect(response).toEqual({ uid: 'review-1', allowed: true });
    expect(outcomes).toEqual([outcome]);
  });

  it('… and whatever fails after that is no unhandled rejection, and reads no more', async () => {
    let answerOwners = (): void => undefined;
    const owners = new Promise<{ owners: [] }>((resolve) => (answerOwners = () => resolve({ owners: [] })));
    const { reviewer, read } = open({ lookUps: { observeOwners: () => owners }, parts: { late: soon } });
    await answerOf(reviewer, bare);
    answerOwners();
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toEqual([]);
  });

  it('does not start a timer for what is known already', async () => {
    let timers = 0;
    const late = () => {
      timers += 1;
      return never();
    };
    await answerOf(open({ parts: { late } }).reviewer, pod);
    expect(timers).toBe(0);
  });
});
