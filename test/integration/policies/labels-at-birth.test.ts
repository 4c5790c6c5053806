/** The mode Policy: what the API server itself labels at birth, what it leaves to the operator, and that both agree. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WorkloadKind } from '../../../src/kernel/api-kinds.ts';
import type { IdentityLabels, Labels } from '../../../src/kernel/labels.ts';
import {
  buildCronJob,
  buildDaemonSet,
  buildDeployment,
  buildJob,
  buildStatefulSet,
  byReference,
  bySelector,
  ownedBy,
} from '../../support/build-manifests.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import type { Team } from '../../support/team.ts';
import { openPolicyTeam, type PolicyTeam } from './open-policy-team.ts';

jest.setTimeout(120_000);

let policies: PolicyTeam;
let team: Team;
let born: PolicyTeam['born'];
let claim: PolicyTeam['claim'];
let untilKnown: PolicyTeam['untilKnown'];

beforeAll(async () => {
  policies = await openPolicyTeam('by-policy');
  ({ team, born, claim, untilKnown } = policies);
});
afterAll(() => policies.close());

interface Managed {
  readonly manager: string;
  readonly fieldsV1?: { readonly 'f:metadata'?: { readonly 'f:labels'?: object } };
}

/** Which of the three keys stand on the pods as the operator wrote them. */
async function writtenByOperator(labelSelector: string): Promise<readonly string[]> {
  const pods = await team.pods(labelSelector);
  const entries = pods.flatMap(({ metadata }) => (metadata.managedFields ?? []) as readonly Managed[]);
  const ours = entries.filter(({ manager }) => manager === 'cortex-logging');
  return ours.flatMap(({ fieldsV1 }) => Object.keys(fieldsV1?.['f:metadata']?.['f:labels'] ?? {}));
}

const expressions = (...matchExpressions: readonly object[]) => ({ selector: { matchExpressions } });

type Row = readonly [
  sentence: string,
  name: string,
  kind: WorkloadKind,
  spec: object,
  labels: Labels,
  wanted: IdentityLabels,
];

const rows: readonly Row[] = [
  ['realtime', 'realtime', 'RealtimeAPI', bySelector({ app: 'r', tier: 'x' }), { app: 'r', tier: 'x' }, {}],
  ['async', 'async', 'AsyncAPI', bySelector({ app: 'a' }), { app: 'a' }, {}],
  ['batch, without the jobID', 'batch', 'BatchAPI', bySelector({ app: 'b' }), { app: 'b' }, {}],
  ['task, without the jobID', 'task', 'TaskAPI', bySelector({ app: 't' }), { app: 't' }, {}],
  [
    'of a job with its name for ID',
    'job',
    'BatchJob',
    { apiName: 'images', ...bySelector({ app: 'bj' }) },
    { app: 'bj' },
    { apiName: 'images', apiKind: 'BatchAPI', jobID: 'job' },
  ],
  [
    'of a job with another ID',
    'other-id',
    'TaskJob',
    { apiName: 'trainer', jobID: 'Epoch.7', ...bySelector({ app: 'tj' }) },
    { app: 'tj' },
    { apiName: 'trainer', apiKind: 'TaskAPI', jobID: 'Epoch.7' },
  ],
  [
    'by In and Exists',
    'in-exists',
    'RealtimeAPI',
    expressions({ key: 'app', operator: 'In', values: ['e1', 'e2'] }, { key: 'tier', operator: 'Exists' }),
    { app: 'e2', tier: '' },
    {},
  ],
  [
    'by NotIn and DoesNotExist',
    'not-in',
    'AsyncAPI',
    expressions(
      { key: 'app', operator: 'In', values: ['n'] },
      { key: 'tier', operator: 'NotIn', values: ['x'] },
      { key: 'stage', operator: 'DoesNotExist' },
    ),
    { app: 'n' },
    {},
  ],
  [
    'where the right name stands there already',
    'named',
    'RealtimeAPI',
    bySelector({ app: 'named' }),
    { app: 'named', apiName: 'named' },
    {},
  ],
];

describe('a pod that a controller makes and a selector claims is answered with its labels', () => {
  beforeAll(async () => {
    for (const [, name, kind, spec] of rows) await claim(kind, name, spec);
    await untilKnown();
  });

  it.each(rows)('%s', async (_sentence, name, kind, _spec, labels, wanted) => {
    expect(await born(name, labels)).toEqual({ apiName: name, apiKind: kind, ...wanted });
  });

  it('and the operator, which decides for itself, adds the missing jobIDs and changes nothing', async () => {
    await team.untilQuiet();
    expect(await team.labelsOf('batch')).toMatchObject({ apiName: 'batch', jobID: 'batch' });
    expect(await team.labelsOf('task')).toMatchObject({ apiName: 'task', jobID: 'task' });
    const names = rows.map(([, name]) => name);
    const written = (await team.podWrites()).filter((name) => names.includes(name));
    expect([...written].sort()).toEqual(['batch', 'task']);
    expect(await writtenByOperator('app in (b,t)')).toEqual(['f:jobID', 'f:jobID']);
  });
});

describe('the pods of real controllers', () => {
  it('are born with their labels, and never written again', async () => {
    await claim('RealtimeAPI', 'deployed', bySelector({ app: 'deployed' }));
    await claim('AsyncAPI', 'stateful', bySelector({ app: 'stateful' }));
    await claim('AsyncAPI', 'daemons', bySelector({ app: 'daemons' }));
    await claim('BatchJob', 'one-run', { apiName: 'runs', ...bySelector({ work: 'one-run' }) });
    await untilKnown('RealtimeAPI', 'AsyncAPI', 'BatchJob');
    await team.create(buildDeployment('deployed', { replicas: 3 }));
    await team.create(buildStatefulSet('stateful', { replicas: 2 }));
    await team.create(buildDaemonSet('daemons'));
    await team.create(buildJob('one-run'));
    await team.untilLabeled('app=deployed', { apiName: 'deployed', apiKind: 'RealtimeAPI' }, 3);
    await team.untilLabeled('app=stateful', { apiName: 'stateful', apiKind: 'AsyncAPI' }, 2);
    await team.untilLabeled('app=daemons', { apiName: 'daemons', apiKind: 'AsyncAPI' }, 2);
    await team.untilLabeled('work=one-run', { apiName: 'runs', apiKind: 'BatchAPI', jobID: 'one-run' });
    await team.untilQuiet();
    expect(await writtenByOperator('app in (deployed,stateful,daemons)')).toEqual([]);
    expect(await writtenByOperator('work=one-run')).toEqual([]);
  });

  it('get the name of their Job as jobID by the operator, each run of a CronJob its own', async () => {
    await claim('BatchAPI', 'photos', bySelector({ work: 'plain' }));
    await claim('TaskAPI', 'nightly', bySelector({ work: 'cron' }));
    await untilKnown('BatchAPI', 'TaskAPI');
    await team.create(buildJob('plain'));
    await team.create(buildCronJob('cron'));
    const run = ['create', 'job', 'night-1', '--from=cronjob/cron', '--namespace', team.namespace];
    await controlPlane().runKubectl(run);
    await team.untilLabeled('work=plain', { apiName: 'photos', apiKind: 'BatchAPI', jobID: 'plain' });
    await team.untilLabeled('work=cron', { apiName: 'nightly', apiKind: 'TaskAPI', jobID: 'night-1' });
    expect(await writtenByOperator('work in (plain,cron)')).toEqual(['f:jobID', 'f:jobID']);
  });

  it('carry what a job says of itself also where its API claims them too, whichever is looked at first', async () => {
    await claim('BatchAPI', 'both', bySelector({ app: 'both' }));
    await claim('BatchJob', 'run-of-both', { apiName: 'both', ...bySelector({ app: 'both' }) });
    await untilKnown('BatchAPI', 'BatchJob');
    const labels = { apiName: 'both', apiKind: 'BatchAPI', jobID: 'run-of-both' };
    for (let index = 0; index < 8; index += 1)
      expect(await born(`both-${index}`, { app: 'both' })).toEqual(labels);
    await team.untilQuiet();
    expect(await writtenByOperator('app=both')).toEqual([]);
  });
});

describe('left to the operator are, without a label at birth,', () => {
  it('pods without a controller, which a selector of the namespace might catch', async () => {
    await claim('RealtimeAPI', 'bare', bySelector({ app: 'bare' }));
    await untilKnown('RealtimeAPI');
    expect(await born('bare', { app: 'bare' }, { ownerReferences: [] })).toEqual({});
    const owner = await team.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
    const ownerReferences = ownedBy(owner).ownerReferences.map((one) => ({ ...one, controller: false }));
    expect(await born('owned-only', { app: 'bare' }, { ownerReferences })).toEqual({});
    await team.untilLabeled('app=bare', { apiName: 'bare', apiKind: 'RealtimeAPI' }, 2);
  });

  it('pods that are claimed through their owners', async () => {
    await claim('RealtimeAPI', 'by-owner', byReference('apps/v1', 'Deployment', 'by-owner'));
    await team.create(buildDeployment('by-owner'));
    await team.untilLabeled('app=by-owner', { apiName: 'by-owner', apiKind: 'RealtimeAPI' });
    expect(await writtenByOperator('app=by-owner')).toEqual(['f:apiKind', 'f:apiName']);
  });

  it('pods that a resource of ours controls, whose own claim is stronger', async () => {
    await claim('RealtimeAPI', 'selecting', bySelector({ app: 'owned' }));
    const owner = await team.claim('AsyncAPI', 'owner');
    await untilKnown('RealtimeAPI', 'AsyncAPI');
    expect(await born('owned', { app: 'owned' }, ownedBy(owner))).toEqual({});
    await team.untilLabeled('app=owned', { apiName: 'owner', apiKind: 'AsyncAPI' });
  });

  it('pods whose author wrote other values, which are put right', async () => {
    await claim('RealtimeAPI', 'honest', bySelector({ app: 'honest' }));
    await untilKnown('RealtimeAPI');
    const forged = { apiName: 'victim', apiKind: 'RealtimeAPI' };
    expect(await born('forged', { app: 'honest', ...forged })).toEqual(forged);
    await team.untilLabeled('app=honest', { apiName: 'honest', apiKind: 'RealtimeAPI' });
  });

  it('pods of a job whose API is not there', async () => {
    await team.claim('BatchJob', 'early', { apiName: 'not-yet', ...bySelector({ app: 'early' }) });
    await team.untilCondition('BatchJob', 'early', { type: 'Ready', reason: 'APINotFound' });
    await untilKnown('BatchJob');
    expect(await born('early', { app: 'early' })).toEqual({});
  });
});
