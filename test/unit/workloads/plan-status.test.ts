import { describe, expect, it } from '@jest/globals';
import { planStatus, type PodTally, type StatusFacts } from '../../../src/workloads/plan-status.ts';
import type { Workload, WorkloadStatus } from '../../../src/workloads/workload.ts';
import { buildJob, buildWorkload } from './build-workload.ts';

const now = new Date('2026-11-24T09:00:00.500Z');
const logGroup = { logGroupName: 'prod', region: 'eu-west-1' };

function buildFacts({
  tally,
  ...facts
}: Partial<Omit<StatusFacts, 'tally'>> & { tally?: Partial<PodTally> } = {}): StatusFacts {
  return {
    apiExists: true,
    namespacesSharingName: [],
    logGroup,
    ...facts,
    tally: { claimed: 0, labeled: 0, conflicts: [], ...tally },
  };
}

function condition(status: WorkloadStatus, type: string) {
  return status.conditions?.find((candidate) => candidate.type === type);
}

interface Row {
  readonly name: string;
  readonly workload?: Workload;
  readonly facts: StatusFacts;
  readonly ready: { readonly status: string; readonly reason: string };
  readonly message: RegExp;
}

const selected = { reason: 'SelectedByReplicaSet', message: '2 pods: not labeled, because …' };
const lost = { reason: 'ClaimedByOther', message: '1 pod: claimed by …' };

const rows: readonly Row[] = [
  {
    name: 'all of whose pods carry the labels is Ready',
    facts: buildFacts({ tally: { claimed: 3, labeled: 3 } }),
    ready: { status: 'True', reason: 'Claiming' },
    message: /All 3/,
  },
  {
    name: 'with pods still to be labeled is not Ready, and says how many',
    facts: buildFacts({ tally: { claimed: 3, labeled: 1 } }),
    ready: { status: 'False', reason: 'LabelsPending' },
    message: /2 of 3.*operator's log/,
  },
  {
    name: 'in whose namespace owners cannot be read is not known to be Ready, whatever is counted',
    facts: buildFacts({ tally: { claimed: 3, labeled: 3, partial: true } }),
    ready: { status: 'Unknown', reason: 'OwnersUnreadable' },
    message: /namespace ml.*this RealtimeAPI claims them.*operator's log/,
  },
  {
    name: 'that is known not to be Ready says so, also where owners cannot be read',
    facts: buildFacts({ tally: { claimed: 3, labeled: 1, partial: true } }),
    ready: { status: 'False', reason: 'LabelsPending' },
    message: /2 of 3/,
  },
  {
    name: 'whose selector matches nothing is Ready, since no pods are no fault, and says where to look',
    facts: buildFacts(),
    ready: { status: 'True', reason: 'NoPods' },
    message: /spec\.selector matches no pods in namespace ml.*compare/,
  },
  {
    name: 'whose workloadRef owns no pods names the object',
    workload: buildWorkload({
      spec: { workloadRef: { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' } },
    }),
    facts: buildFacts(),
    ready: { status: 'True', reason: 'NoPods' },
    message: /CronJob nightly in namespace ml.*spec\.workloadRef/,
  },
  {
    name: 'that claims what it owns, and owns nothing, names the other ways',
    workload: buildWorkload({ spec: {} }),
    facts: buildFacts(),
    ready: { status: 'True', reason: 'NoPods' },
    message: /this RealtimeAPI owns no pods.*spec\.selector or spec\.workloadRef/,
  },
  {
    name: 'in conflict is not Ready, however many pods are labeled',
    facts: buildFacts({ tally: { claimed: 3, labeled: 3, conflicts: [lost] } }),
    ready: { status: 'False', reason: 'Conflict' },
    message: /claimed by/,
  },
  {
    name: 'that is a job without its API is not Ready, and says what to create',
    workload: buildJob(),
    facts: buildFacts({ apiExists: false, tally: { conflicts: [lost] } }),
    ready: { status: 'False', reason: 'APINotFound' },
    message: /no BatchAPI image-classifier in namespace ml.*Create the BatchAPI image-classifier/,
  },
  {
    name: 'that is a task job without its API asks for a TaskAPI',
    workload: buildJob({ kind: 'TaskJob' }),
    facts: buildFacts({ apiExists: false }),
    ready: { status: 'False', reason: 'APINotFound' },
    message: /no TaskAPI image-classifier/,
  },
];

describe('a resource', () => {
  it.each(rows)('$name', ({ workload = buildWorkload(), facts, ready, message }) => {
    const status = planStatus(workload, facts, now);
    expect(condition(status, 'Ready')).toMatchObject(ready);
    expect(condition(status, 'Ready')?.message).toMatch(message);
  });

  it('counts its pods, also as text for the column', () => {
    const { pods } = planStatus(buildWorkload(), buildFacts({ tally: { claimed: 12, labeled: 7 } }), now);
    expect(pods).toEqual({ claimed: 12, labeled: 7, summary: '7/12' });
  });

  it('shows every conflict in one condition, and none where there is none', () => {
    const status = planStatus(
      buildWorkload(),
      buildFacts({ tally: { claimed: 3, conflicts: [selected, lost] } }),
      now,
    );
    expect(condition(status, 'Conflict')).toMatchObject({
      status: 'True',
      reason: 'SelectedByReplicaSet',
      message: '2 pods: not labeled, because …\n1 pod: claimed by …',
    });
    expect(condition(planStatus(buildWorkload(), buildFacts(), now), 'Conflict')).toBeUndefined();
  });

  it('says which generation it was computed from', () => {
    const status = planStatus(buildWorkload({ generation: 7 }), buildFacts(), now);
    expect(status.observedGeneration).toBe(7);
    expect(status.conditions?.every(({ observedGeneration }) => observedGeneration === 7)).toBe(true);
  });

  it('is the same again when nothing changed', () => {
    const facts = buildFacts({ tally: { claimed: 3, labeled: 3 }, namespacesSharingName: ['b'] });
    const status = planStatus(buildWorkload(), facts, now);
    expect(planStatus(buildWorkload({ status }), facts, new Date(now.getTime() + 3_600_000))).toEqual(status);
  });

  it('keeps the time since which it is not Ready, whatever the reason', () => {
    const status = planStatus(buildWorkload(), buildFacts({ tally: { claimed: 1 } }), now);
    const later = new Date('2026-11-24T10:00:00Z');
    const after = planStatus(
      buildWorkload({ status }),
      buildFacts({ tally: { claimed: 1, conflicts: [lost] } }),
      later,
    );
    expect(condition(after, 'Ready')?.lastTransitionTime).toBe('2026-11-24T09:00:00Z');
    expect(condition(after, 'Conflict')?.lastTransitionTime).toBe('2026-11-24T10:00:00Z');
  });
});

describe('a name that other namespaces use too', () => {
  it('is told without touching Ready', () => {
    const facts = buildFacts({ tally: { claimed: 1, labeled: 1 }, namespacesSharingName: ['b', 'a'] });
    const status = planStatus(buildWorkload(), facts, now);
    expect(condition(status, 'Ready')?.status).toBe('True');
    expect(condition(status, 'NameShared')?.message).toMatch(
      /^RealtimeAPI text-generator is also in namespaces a, b, .*Use the query in this status.*namespace ml only/,
    );
  });

  it('is told of a job by the API that it runs', () => {
    const status = planStatus(buildJob(), buildFacts({ namespacesSharingName: ['a'] }), now);
    expect(condition(status, 'NameShared')?.message).toMatch(
      /^BatchAPI image-classifier is also in namespace a,/,
    );
  });

  it('does not fill the status where hundreds share it', () => {
    const namespacesSharingName = Array.from({ length: 300 }, (_, i) => `team-${i}`);
    const status = planStatus(buildWorkload(), buildFacts({ namespacesSharingName }), now);
    expect(condition(status, 'NameShared')?.message).toMatch(/and 295 more/);
  });
});

describe('where the records are', () => {
  const queryOf = (workload: Workload, facts = buildFacts()) =>
    planStatus(workload, facts, now).logs?.query.split('\n');

  it('is told by the query of the API in its namespace', () => {
    expect(queryOf(buildWorkload())).toEqual([
      'fields @timestamp, message',
      '| filter labels.apiName="text-generator"',
      '| filter labels.apiKind="RealtimeAPI"',
      '| filter namespace="ml"',
      '| sort @timestamp asc',
      '| limit 1000',
    ]);
  });

  it.each([
    { name: 'its own name', spec: { apiName: 'image-classifier' }, jobID: 'run-1' },
    { name: 'spec.jobID', spec: { apiName: 'image-classifier', jobID: '69b9' }, jobID: '69b9' },
  ])('is told of a job by $name', ({ spec, jobID }) => {
    expect(queryOf(buildJob({ spec }))?.slice(1, 4)).toEqual([
      '| filter labels.apiName="image-classifier"',
      `| filter labels.jobID="${jobID}"`,
      '| filter labels.apiKind="BatchAPI"',
    ]);
    expect(planStatus(buildJob({ spec }), buildFacts(), now).jobID).toBe(jobID);
  });

  it('is told by a query that parses, where the group discovers no fields', () => {
    const facts = buildFacts({ logGroup: { ...logGroup, logGroupClass: 'INFREQUENT_ACCESS' } });
    expect(queryOf(buildWorkload(), facts)?.[0]).toMatch(/^parse @message/);
  });

  it('is told with a link to the console of the region', () => {
    const { logs } = planStatus(
      buildWorkload(),
      buildFacts({ logGroup: { logGroupName: 'prod', region: 'cn-north-1' } }),
      now,
    );
    expect(logs).toMatchObject({
      logGroupName: 'prod',
      url: expect.stringMatching(/^https:\/\/console\.amazonaws\.cn\/.*prod/),
    });
  });

  it('is not told while the group is not known', () => {
    const { tally, apiExists, namespacesSharingName } = buildFacts();
    const facts = { tally, apiExists, namespacesSharingName };
    expect(planStatus(buildWorkload(), facts, now).logs).toBeUndefined();
  });
});

describe('the times of a job', () => {
  const start = '2026-11-24T08:30:00Z';
  const end = '2026-11-24T08:45:00Z';
  const at = '2026-11-24T09:00:00Z';

  it.each([
    { name: 'are not there before it has pods', before: {}, tally: {}, times: {} },
    {
      name: 'begin with its first pod',
      before: {},
      tally: { claimed: 1, finished: 0 },
      times: { startTime: at },
    },
    {
      name: 'keep their beginning',
      before: { startTime: start },
      tally: { claimed: 1, finished: 0 },
      times: { startTime: start },
    },
    {
      name: 'end with its last pod',
      before: { startTime: start },
      tally: { claimed: 2, finished: 2 },
      times: { startTime: start, endTime: at },
    },
    {
      name: 'begin and end at once for a job that nobody saw running',
      before: {},
      tally: { claimed: 1, finished: 1 },
      times: { startTime: at, endTime: at },
    },
    {
      name: 'keep their end when the pods are cleaned away',
      before: { startTime: start, endTime: end },
      tally: { claimed: 0, finished: 0 },
      times: { startTime: start, endTime: end },
    },
    {
      name: 'end when the pods were cleaned away before they were seen finished',
      before: { startTime: start },
      tally: { claimed: 0, finished: 0 },
      times: { startTime: start, endTime: at },
    },
    {
      name: 'go on when a pod is made again',
      before: { startTime: start, endTime: end },
      tally: { claimed: 2, finished: 1 },
      times: { startTime: start },
    },
    {
      name: 'end when the pods have gone, where it is not known which of them had finished',
      before: { startTime: start },
      tally: { claimed: 0 },
      times: { startTime: start, endTime: at },
    },
    {
      name: 'do not end while owners cannot be read, so that it is not known which pods it has',
      before: { startTime: start },
      tally: { claimed: 0, finished: 0, partial: true },
      times: { startTime: start },
    },
    {
      name: 'keep their end also while owners cannot be read',
      before: { startTime: start, endTime: end },
      tally: { claimed: 0, finished: 0, partial: true },
      times: { startTime: start, endTime: end },
    },
    {
      name: 'do not end while it is not known which pods have finished',
      before: { startTime: start },
      tally: { claimed: 2 },
      times: { startTime: start },
    },
  ])('$name', ({ before, tally, times }) => {
    const { startTime, endTime } = planStatus(buildJob({ status: before }), buildFacts({ tally }), now);
    expect({ startTime, endTime }).toEqual({ startTime: undefined, endTime: undefined, ...times });
  });

  it('are the time range of the link once it has ended, with some minutes to spare', () => {
    const facts = buildFacts({ tally: { claimed: 1, labeled: 1, finished: 1 } });
    const { logs } = planStatus(buildJob({ status: { startTime: start, endTime: end } }), facts, now);
    expect(logs?.url).toContain('2026-11-24T08*3a25*3a00.000Z');
    expect(logs?.url).toContain('2026-11-24T08*3a50*3a00.000Z');
  });

  it('are not kept for an API', () => {
    const status = planStatus(buildWorkload(), buildFacts({ tally: { claimed: 1, finished: 1 } }), now);
    expect(status).not.toHaveProperty('startTime');
    expect(status).not.toHaveProperty('jobID');
  });
});
