/** Labels at birth: what the API server stores has them already, and nobody writes to the pod again. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WorkloadKind } from '../../../src/kernel/api-kinds.ts';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import { openAdmissionStage, untilAdmitted, type AdmissionStage } from '../../support/admission-stage.ts';
import {
  buildCronJob,
  buildDeployment,
  buildJob,
  buildPod,
  byReference,
  bySelector,
} from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';

jest.setTimeout(120_000);

let stage: AdmissionStage;
let team: Team;

beforeAll(async () => {
  stage = await openAdmissionStage();
  await stage.startReplica();
  team = await stage.newTeam('birth');
  await untilAdmitted(team);
});
afterAll(() => stage.close());

/** Resolves when the operator has seen the resource: a pod of the same moment may be earlier. */
async function claim(kind: WorkloadKind, name: string, spec: object): Promise<void> {
  await team.claim(kind, name, spec);
  const describe = 'seen by the operator';
  await team.untilStatus(kind, name, { says: ({ conditions = [] }) => conditions.length > 0, describe });
}

describe('a pod that is born while the webhook is there', () => {
  it('is answered with its labels, when it is bare', async () => {
    await claim('RealtimeAPI', 'bare', bySelector({ app: 'bare' }));
    const born = await team.create(buildPod('bare'));
    expect(identityLabelsOf(born.metadata.labels ?? {})).toEqual({ apiName: 'bare', apiKind: 'RealtimeAPI' });
  });

  it('has them through Deployment and ReplicaSet, Job, and CronJob and Job', async () => {
    await claim('AsyncAPI', 'deployed', byReference('apps/v1', 'Deployment', 'deployed'));
    await claim('BatchAPI', 'batch', byReference('batch/v1', 'Job', 'batch-run'));
    await claim('TaskAPI', 'nightly', byReference('batch/v1', 'CronJob', 'nightly'));
    await team.create(buildDeployment('deployed', { replicas: 3 }));
    await team.create(buildJob('batch-run'));
    await team.create(buildCronJob('nightly'));
    const { namespace } = team;
    await stage.controlPlane.runKubectl([
      ...['create', 'job', 'night-1', '--from=cronjob/nightly', '--namespace', namespace],
    ]);
    await team.untilLabeled('app=deployed', { apiName: 'deployed', apiKind: 'AsyncAPI' }, 3);
    const batch = { apiName: 'batch', apiKind: 'BatchAPI', jobID: 'batch-run' };
    await team.untilLabeled('work=batch-run', batch);
    const nightly = { apiName: 'nightly', apiKind: 'TaskAPI', jobID: 'night-1' };
    await team.untilLabeled('batch.kubernetes.io/job-name=night-1', nightly);
  });

  it('was never patched', async () => {
    // A write of the test's own, after which all earlier ones stand in the audit log.
    await team.create(buildPod('last'));
    // The probes of the start were there to find out when the webhook is: some may be earlier than it.
    expect((await team.podWrites()).filter((name) => !name.startsWith('probe-'))).toEqual([]);
  });
});
