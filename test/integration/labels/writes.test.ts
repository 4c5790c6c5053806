import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../control-plane/audit-log.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  buildCronJob,
  buildDeployment,
  buildJob,
  buildPod,
  byReference,
  bySelector,
} from '../../support/build-manifests.ts';
import { openOperatorStage, type OperatorStage } from '../../support/operator-stage.ts';
import type { Team } from '../../support/team.ts';

/** Everything is looked at again every 0.6 s, and each time are there more than `pods` pods. */
const resyncing = ['--resync-minutes=0.01'];
const pods = 23;

let stage: OperatorStage;
let team: Team;

/** Pods that are older than the operator, claimed and not. */
beforeAll(async () => {
  stage = await openOperatorStage();
  team = await stage.newTeam('writes');
  await team.claim('RealtimeAPI', 'older', bySelector({ app: 'older' }));
  await team.create(buildDeployment('older', { replicas: 20 }));
  await team.create(buildDeployment('unclaimed', { replicas: 3 }));
  await team.untilLabeled('app=older', {}, 20);
  await stage.restart(resyncing);
}, 120_000);
afterAll(() => stage.close());

const older = { apiName: 'older', apiKind: 'RealtimeAPI' };

/** Resolves after the pods' controller has looked at pods so many times more. */
async function untilReconciled(looks: number): Promise<void> {
  const count = () =>
    stage.metric('cortex_logging_controller_reconcile_total{controller="pods",result="success"}');
  const before = await count();
  await waitFor(async () => (await count()) >= before + looks, { describe: `${looks} more looks at pods` });
}

/** The operator's writes of everything but its Lease. */
const writes = async (): Promise<readonly AuditEvent[]> =>
  (await team.writes()).filter(({ objectRef }) => objectRef?.resource !== 'leases');

describe('a pod', () => {
  it('is written once if it is older than the operator, and not at all if nothing claims it', async () => {
    await team.untilLabeled('app=older', older, 20);
    await team.untilQuiet();
    const written = await team.podWrites();
    expect(written.filter((name) => name.startsWith('older-'))).toHaveLength(20);
    expect(written.filter((name) => name.startsWith('unclaimed-'))).toEqual([]);
  });

  it('is written once from its creation over its run to its end', async () => {
    await team.claim('BatchAPI', 'brief', byReference('batch/v1', 'CronJob', 'brief'));
    await team.create(buildCronJob('brief'));
    const kubectl = (...args: readonly string[]) =>
      stage.controlPlane.runKubectl([...args, '--namespace', team.namespace]);
    await kubectl('create', 'job', 'brief-1', '--from=cronjob/brief');
    await kubectl('wait', '--for=condition=Complete', 'job/brief-1', '--timeout=20s');
    await untilReconciled(2 * pods);
    expect((await team.podWrites()).filter((name) => name.startsWith('brief-1-'))).toHaveLength(1);
  });
});

describe('in steady state nothing is written', () => {
  it('by resyncs', async () => {
    await untilReconciled(2 * pods);
    const before = (await writes()).length;
    await untilReconciled(3 * pods);
    expect(await writes()).toHaveLength(before);
  });

  it('by an operator that starts again', async () => {
    const before = (await writes()).length;
    await stage.restart(resyncing);
    await untilReconciled(3 * pods);
    expect(await writes()).toHaveLength(before);
  });

  it('by lists and watches that begin anew, as after a restart of the API server', async () => {
    const before = (await writes()).length;
    await stage.controlPlane.restartApiServer();
    await stage.operator().ready();
    await untilReconciled(3 * pods);
    expect(await writes()).toHaveLength(before);
  });
});

/** When each of the operator's patches of the pod came in, in milliseconds since the epoch. */
async function writeTimes(pod: string): Promise<readonly number[]> {
  return (await writes())
    .filter(({ objectRef }) => objectRef?.resource === 'pods' && objectRef.name === pod)
    .map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp));
}

describe('another actor that removes a label whenever it sees it', () => {
  it('does not get the operator into a hot loop, and a person is told', async () => {
    await team.create(buildPod('contested', { labels: { app: 'older', contested: 'yes' } }));
    await waitFor(
      async () => {
        const { apiName } = await team.labelsOf('contested');
        if (apiName !== undefined) await team.relabel('contested', { apiName: null });
        return (await writeTimes('contested')).length >= 4;
      },
      { describe: 'a contest of four rounds', intervalMs: 5 },
    );
    const [, second = 0, third = 0, fourth = 0] = await writeTimes('contested');
    expect(third - second).toBeGreaterThanOrEqual(990);
    expect(fourth - third).toBeGreaterThanOrEqual(1_990);
    const event = await team.untilEvent('LabelsContested', 'Pod', 'contested');
    expect(event.note).toContain('metadata.managedFields');
    await team.untilLabeled('contested=yes', older);
  });
});

describe('a write', () => {
  it('names the operator as the manager of three labels at most, and of nothing else', async () => {
    await team.claim('TaskAPI', 'task', byReference('batch/v1', 'Job', 'task'));
    await team.create(buildJob('task'));
    const labels = { apiName: 'task', apiKind: 'TaskAPI', jobID: 'task' };
    const [pod] = await team.untilLabeled('work=task', labels);
    const ours = pod?.metadata.managedFields?.filter(({ manager }) => manager === 'cortex-logging');
    expect(ours?.map(({ fieldsV1 }) => fieldsV1)).toEqual([
      { 'f:metadata': { 'f:labels': { 'f:apiKind': {}, 'f:apiName': {}, 'f:jobID': {} } } },
    ]);
  });
});
