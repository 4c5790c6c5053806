import { describe, expect, it } from '@jest/globals';
import { resolveIdentity, type Owner } from '../../../src/pods/resolve-identity.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import {
  anOwner,
  aPod,
  aWorkload,
  byReference,
  bySelector,
  claimSetFrom,
  ourOwner,
} from '../../support/build-pods.ts';

interface Case {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly podName?: string;
  readonly owners?: readonly Owner[];
  readonly workloads: readonly Workload[];
  /** apiKind/apiName or apiKind/apiName/jobID. */
  readonly identity: string | undefined;
  readonly losers?: readonly string[];
}

const app = { app: 'x' };
const batchApi = aWorkload('BatchAPI', 'classifier', { spec: bySelector(app) });
const longName = `nightly-${'0123456789'.repeat(7)}`;

const cases: readonly Case[] = [
  { name: 'a pod without owner and claim has no identity', workloads: [], identity: undefined },
  {
    name: 'a selector that matches the pod claims it',
    workloads: [aWorkload('RealtimeAPI', 'text', { spec: bySelector(app) })],
    identity: 'RealtimeAPI/text',
  },
  {
    name: 'a selector that does not match the pod claims nothing',
    workloads: [aWorkload('RealtimeAPI', 'text', { spec: bySelector({ app: 'y' }) })],
    identity: undefined,
  },
  {
    name: 'an expression claims as well as a label does',
    workloads: [
      aWorkload('AsyncAPI', 'a', {
        spec: { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['w', 'x'] }] } },
      }),
    ],
    identity: 'AsyncAPI/a',
  },
  {
    name: 'a workloadRef claims what the named Deployment owns through its ReplicaSet',
    owners: [anOwner('ReplicaSet', 'text-1'), anOwner('Deployment', 'text')],
    workloads: [aWorkload('RealtimeAPI', 'gen', { spec: byReference('Deployment', 'text') })],
    identity: 'RealtimeAPI/gen',
  },
  {
    name: 'a workloadRef of the same name but another kind claims nothing',
    owners: [anOwner('ReplicaSet', 'text-1'), anOwner('Deployment', 'text')],
    workloads: [aWorkload('RealtimeAPI', 'gen', { spec: byReference('StatefulSet', 'text') })],
    identity: undefined,
  },
  {
    name: 'a workloadRef of the same kind in another group claims nothing',
    owners: [anOwner('Deployment', 'text')],
    workloads: [
      aWorkload('RealtimeAPI', 'gen', {
        spec: { workloadRef: { apiVersion: 'other.io/v1', kind: 'Deployment', name: 'text' } },
      }),
    ],
    identity: undefined,
  },
  {
    name: 'a workloadRef holds across versions of the same group',
    owners: [anOwner('Deployment', 'text')],
    workloads: [
      aWorkload('RealtimeAPI', 'gen', {
        spec: { workloadRef: { apiVersion: 'apps/v1beta1', kind: 'Deployment', name: 'text' } },
      }),
    ],
    identity: 'RealtimeAPI/gen',
  },
  {
    name: 'a resource claims the pods that it owns',
    owners: [ourOwner('AsyncAPI', 'speech')],
    workloads: [aWorkload('AsyncAPI', 'speech')],
    identity: 'AsyncAPI/speech',
  },
  {
    name: 'an owner of our kind with another UID than the resource claims nothing',
    owners: [{ ...ourOwner('AsyncAPI', 'speech'), uid: 'forged' }],
    workloads: [aWorkload('AsyncAPI', 'speech')],
    identity: undefined,
  },
  {
    name: 'an owner decides against a selector, however old the selector is',
    owners: [anOwner('ReplicaSet', 'text-1'), anOwner('Deployment', 'text')],
    workloads: [
      aWorkload('RealtimeAPI', 'old', { spec: bySelector(app), age: 0 }),
      aWorkload('RealtimeAPI', 'gen', { spec: byReference('Deployment', 'text'), age: 9 }),
    ],
    identity: 'RealtimeAPI/gen',
  },
  {
    name: 'the outermost claimed owner decides',
    owners: [anOwner('Job', 'run-1'), anOwner('CronJob', 'nightly')],
    workloads: [
      aWorkload('TaskAPI', 'inner', { spec: byReference('Job', 'run-1'), age: 0 }),
      aWorkload('TaskAPI', 'outer', { spec: byReference('CronJob', 'nightly'), age: 9 }),
    ],
    identity: 'TaskAPI/outer/run-1',
  },
  {
    name: 'of two selectors the older resource wins and the other has lost',
    workloads: [
      aWorkload('RealtimeAPI', 'young', { spec: bySelector(app), age: 9 }),
      aWorkload('RealtimeAPI', 'old', { spec: bySelector(app), age: 1 }),
    ],
    identity: 'RealtimeAPI/old',
    losers: ['RealtimeAPI/ml/young'],
  },
  {
    name: 'of two selectors of one age the kind decides, by alphabet',
    workloads: [
      aWorkload('RealtimeAPI', 'a', { spec: bySelector(app) }),
      aWorkload('AsyncAPI', 'b', { spec: bySelector(app) }),
    ],
    identity: 'AsyncAPI/b',
    losers: ['RealtimeAPI/ml/a'],
  },
  {
    name: 'of two selectors of one age and kind the name decides',
    workloads: [
      aWorkload('AsyncAPI', 'b', { spec: bySelector(app) }),
      aWorkload('AsyncAPI', 'a', { spec: bySelector(app) }),
    ],
    identity: 'AsyncAPI/a',
    losers: ['AsyncAPI/ml/b'],
  },
  {
    name: 'an owner whose selector does not match the pod did not make it: the chain ends before it',
    owners: [
      anOwner('ReplicaSet', 'victim-1', { selector: { matchLabels: { app: 'victim' } } }),
      anOwner('Deployment', 'victim'),
    ],
    workloads: [aWorkload('RealtimeAPI', 'victim', { spec: byReference('Deployment', 'victim') })],
    identity: undefined,
  },
  {
    name: 'an owner whose selector matches the pod is followed',
    owners: [
      anOwner('ReplicaSet', 'x-1', { selector: { matchLabels: app } }),
      anOwner('Deployment', 'x', { selector: { matchLabels: app } }),
    ],
    workloads: [aWorkload('RealtimeAPI', 'x', { spec: byReference('Deployment', 'x') })],
    identity: 'RealtimeAPI/x',
  },
  {
    name: 'each run of a claimed CronJob gets the name of its Job as jobID',
    owners: [anOwner('Job', 'nightly-28'), anOwner('CronJob', 'nightly')],
    workloads: [aWorkload('BatchAPI', 'classifier', { spec: byReference('CronJob', 'nightly') })],
    identity: 'BatchAPI/classifier/nightly-28',
  },
  {
    name: 'the outermost run gives the jobID: the JobSet, not its Job',
    owners: [anOwner('Job', 'set-a-0'), anOwner('JobSet', 'set-a', { group: 'jobset.x-k8s.io' })],
    workloads: [batchApi],
    identity: 'BatchAPI/classifier/set-a',
  },
  {
    name: 'a resource of ours that owns the Job is not the run',
    owners: [anOwner('Job', 'run-7'), ourOwner('BatchAPI', 'classifier')],
    workloads: [aWorkload('BatchAPI', 'classifier')],
    identity: 'BatchAPI/classifier/run-7',
  },
  {
    name: 'a pod of a batch API without owner is its own run',
    podName: 'bare-1',
    workloads: [batchApi],
    identity: 'BatchAPI/classifier/bare-1',
  },
  {
    name: 'a jobID over 63 characters is cut and ended by a hash',
    owners: [anOwner('Job', longName)],
    workloads: [batchApi],
    identity: `BatchAPI/classifier/${longName.slice(0, 54)}-f1c1c15a`,
  },
  {
    name: 'realtime and async pods never carry a jobID, even those of a Job',
    owners: [anOwner('Job', 'run-7')],
    workloads: [aWorkload('RealtimeAPI', 'r', { spec: bySelector(app) })],
    identity: 'RealtimeAPI/r',
  },
  {
    name: 'a job resource gives its own jobID and the name and kind of its API',
    workloads: [
      aWorkload('TaskAPI', 'train'),
      aWorkload('TaskJob', 'run', { spec: { ...bySelector(app), apiName: 'train', jobID: '69b9' } }),
    ],
    identity: 'TaskAPI/train/69b9',
  },
  {
    name: 'a job resource without jobID is named by its own name',
    workloads: [
      aWorkload('BatchAPI', 'classifier'),
      aWorkload('BatchJob', 'run', { spec: { ...bySelector(app), apiName: 'classifier' } }),
    ],
    identity: 'BatchAPI/classifier/run',
  },
  {
    name: 'a job without its API gives no identity',
    workloads: [aWorkload('BatchJob', 'run', { spec: { ...bySelector(app), apiName: 'classifier' } })],
    identity: undefined,
  },
  {
    name: 'a job whose API is of the other kind gives no identity',
    workloads: [
      aWorkload('TaskAPI', 'classifier'),
      aWorkload('BatchJob', 'run', { spec: { ...bySelector(app), apiName: 'classifier' } }),
    ],
    identity: undefined,
  },
  {
    name: 'a job of the API that wins refines it, and nobody has lost',
    workloads: [
      batchApi,
      aWorkload('BatchJob', 'run', {
        age: 9,
        spec: { ...bySelector(app), apiName: 'classifier', jobID: 'j1' },
      }),
    ],
    identity: 'BatchAPI/classifier/j1',
    losers: [],
  },
  {
    name: 'a job owned by its API refines it along the chain',
    owners: [anOwner('Job', 'k8s-job'), ourOwner('BatchJob', 'run'), ourOwner('BatchAPI', 'classifier')],
    workloads: [
      aWorkload('BatchAPI', 'classifier'),
      aWorkload('BatchJob', 'run', { spec: { apiName: 'classifier', jobID: 'j1' } }),
    ],
    identity: 'BatchAPI/classifier/j1',
  },
  {
    name: 'two jobs of one API cannot both have run the pod: the older wins, the other has lost',
    workloads: [
      aWorkload('BatchAPI', 'classifier'),
      aWorkload('BatchJob', 'b', { age: 2, spec: { ...bySelector(app), apiName: 'classifier' } }),
      aWorkload('BatchJob', 'a', { age: 3, spec: { ...bySelector(app), apiName: 'classifier' } }),
    ],
    identity: 'BatchAPI/classifier/b',
    losers: ['BatchJob/ml/a'],
  },
  {
    name: 'a job of another API does not refine the winner but has lost',
    workloads: [
      batchApi,
      aWorkload('BatchAPI', 'other', { age: 1 }),
      aWorkload('BatchJob', 'run', { age: 9, spec: { ...bySelector(app), apiName: 'other' } }),
    ],
    identity: 'BatchAPI/classifier/pod-1',
    losers: ['BatchJob/ml/run'],
  },
];

describe('resolveIdentity', () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const pod = aPod({ labels: each.labels ?? app, name: each.podName ?? 'pod-1' });
    const resolution = resolveIdentity(pod, each.owners ?? [], claimSetFrom(...each.workloads));
    expect(say(resolution?.identity)).toBe(each.identity);
    if (each.losers) expect(resolution?.losers.map(({ key }) => key)).toEqual(each.losers);
  });

  it('does not depend on the order in which resources were listed', () => {
    const workloads = [
      aWorkload('RealtimeAPI', 'young', { spec: bySelector(app), age: 9 }),
      aWorkload('AsyncAPI', 'old', { spec: bySelector(app), age: 1 }),
      batchApi,
    ];
    const answers = [workloads, workloads.toReversed()].map((order) =>
      resolveIdentity(aPod({ labels: app }), [], claimSetFrom(...order)),
    );
    expect(answers[0]).toEqual(answers[1]);
  });
});

function say(identity: { apiKind: string; apiName: string; jobID?: string } | undefined): string | undefined {
  return identity && [identity.apiKind, identity.apiName, identity.jobID].filter(Boolean).join('/');
}
