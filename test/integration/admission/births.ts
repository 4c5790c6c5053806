/** Labels at birth: what the API server stores has them already, and nobody writes to the pod again. */
import { beforeAll, expect, it } from '@jest/globals';
import { identityLabelsOf } from '../../../src/kernel/labels.ts';
import {
  buildCronJob,
  buildDeployment,
  buildJob,
  buildPod,
  byReference,
  bySelector,
} from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';
import type { ModeWorld } from './mode-world.ts';

export function podsHaveTheirLabelsAtBirth(world: () => ModeWorld): void {
  let team: Team;
  beforeAll(async () => {
    team = await world().stage.newTeam('birth');
    const claims = [
      ['RealtimeAPI', 'bare', bySelector({ app: 'bare' })],
      ['AsyncAPI', 'deployed', byReference('apps/v1', 'Deployment', 'deployed')],
      ['BatchAPI', 'batch', byReference('batch/v1', 'Job', 'batch-run')],
      ['TaskAPI', 'nightly', byReference('batch/v1', 'CronJob', 'nightly')],
    ] as const;
    for (const [kind, name, spec] of claims) await team.claim(kind, name, spec);
    await Promise.all(claims.map(([kind, name]) => team.untilSeen(kind, name)));
  });

  it('a bare pod is answered with its labels', async () => {
    const born = await team.create(buildPod('bare'));
    expect(identityLabelsOf(born.metadata.labels ?? {})).toEqual({ apiName: 'bare', apiKind: 'RealtimeAPI' });
  });

  it('pods have them through Deployment and ReplicaSet, Job, and CronJob and Job', async () => {
    await team.create(buildDeployment('deployed', { replicas: 3 }));
    await team.create(buildJob('batch-run'));
    await team.create(buildCronJob('nightly'));
    const { namespace } = team;
    await world().stage.controlPlane.runKubectl([
      ...['create', 'job', 'night-1', '--from=cronjob/nightly', '--namespace', namespace],
    ]);
    await team.untilLabeled('app=deployed', { apiName: 'deployed', apiKind: 'AsyncAPI' }, 3);
    const batch = { apiName: 'batch', apiKind: 'BatchAPI', jobID: 'batch-run' };
    await team.untilLabeled('work=batch-run', batch);
    const nightly = { apiName: 'nightly', apiKind: 'TaskAPI', jobID: 'night-1' };
    await team.untilLabeled('batch.kubernetes.io/job-name=night-1', nightly);
  });

  it('none of them was ever patched', async () => {
    expect(await world().patchedPods(team)).toEqual([]);
  });
}
