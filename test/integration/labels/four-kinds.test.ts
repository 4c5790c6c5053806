import { beforeAll, describe, expect, it } from '@jest/globals';
import { toLabelValue } from '../../../src/kernel/labels.ts';
import {
  buildCronJob,
  buildDaemonSet,
  buildDeployment,
  buildJob,
  buildPod,
  buildStatefulSet,
  byReference,
  bySelector,
  ownedBy,
} from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';

let team: Team;

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'four-kinds');
});

describe('the pods of realtime and async APIs', () => {
  it('carry name and kind, claimed by selector, whether the claim or the pods came first', async () => {
    await team.create(buildDeployment('pods-first', { replicas: 2 }));
    await team.untilLabeled('app=pods-first', {}, 2);
    await team.claim('RealtimeAPI', 'claimed-late', bySelector({ app: 'pods-first' }));
    await team.claim('AsyncAPI', 'claimed-early', bySelector({ app: 'pods-last' }));
    await team.create(buildDeployment('pods-last', { replicas: 2 }));
    await team.untilLabeled('app=pods-first', { apiName: 'claimed-late', apiKind: 'RealtimeAPI' }, 2);
    await team.untilLabeled('app=pods-last', { apiName: 'claimed-early', apiKind: 'AsyncAPI' }, 2);
  });

  it.each([
    ['Deployment', buildDeployment('by-name', { replicas: 2 }), 2],
    ['StatefulSet', buildStatefulSet('stateful', { replicas: 2 }), 2],
    ['DaemonSet', buildDaemonSet('daemons'), 2],
  ])('carry name and kind, claimed through their %s', async (kind, manifest, pods) => {
    const name = manifest.metadata.name ?? '';
    await team.create(manifest);
    await team.claim('AsyncAPI', name, byReference('apps/v1', kind, name));
    await team.untilLabeled(`app=${name}`, { apiName: name, apiKind: 'AsyncAPI' }, pods);
  });

  it('are claimed by a resource that owns them, without selector or reference', async () => {
    const owner = await team.claim('RealtimeAPI', 'owner');
    await team.create(buildPod('owned', ownedBy(owner)));
    await team.untilLabeled('app=owned', { apiName: 'owner', apiKind: 'RealtimeAPI' });
  });

  it('are claimed by a resource that owns their Deployment', async () => {
    const owner = await team.claim('AsyncAPI', 'owner-of-more');
    await team.create(buildDeployment('further-in', { metadata: ownedBy(owner) }));
    await team.untilLabeled('app=further-in', { apiName: 'owner-of-more', apiKind: 'AsyncAPI' });
  });
});

describe('the pods of batch and task APIs', () => {
  it('carry the name of their Job as jobID, also when they have ended', async () => {
    await team.claim('BatchAPI', 'images', byReference('batch/v1', 'Job', 'images-run'));
    await team.create(buildJob('images-run'));
    const labels = { apiName: 'images', apiKind: 'BatchAPI', jobID: 'images-run' };
    await team.untilLabeled('work=images-run', labels);
  });

  it('carry a jobID of their own for every run of a claimed CronJob', async () => {
    await team.claim('TaskAPI', 'nightly', byReference('batch/v1', 'CronJob', 'nightly-cron'));
    await team.create(buildCronJob('nightly-cron'));
    for (const run of ['run-1', 'run-2'])
      await controlPlane().runKubectl([
        ...['create', 'job', run, '--from=cronjob/nightly-cron', '--namespace', team.namespace],
      ]);
    for (const run of ['run-1', 'run-2']) {
      const labels = { apiName: 'nightly', apiKind: 'TaskAPI', jobID: run };
      await team.untilLabeled(`batch.kubernetes.io/job-name=${run}`, labels);
    }
  });

  it('carry their own name as jobID where nothing owns them', async () => {
    await team.claim('TaskAPI', 'bare', bySelector({ app: 'alone' }));
    await team.create(buildPod('alone'));
    await team.untilLabeled('app=alone', { apiName: 'bare', apiKind: 'TaskAPI', jobID: 'alone' });
  });

  it('carry a jobID that is cut and ends in a hash where the name is longer than a label may be', async () => {
    const names = ['a', 'b'].map((end) => `${'long-'.repeat(13)}${end}`);
    const ids = names.map(toLabelValue);
    expect(new Set(ids.map((id) => id.length))).toEqual(new Set([63]));
    expect(new Set(ids).size).toBe(2);
    await team.claim('BatchAPI', 'long', bySelector({ long: 'yes' }));
    for (const name of names)
      await team.create(buildPod(name, { labels: { long: 'yes', end: name.slice(-1) } }));
    for (const [index, end] of ['a', 'b'].entries()) {
      const labels = { apiName: 'long', apiKind: 'BatchAPI', jobID: ids[index] ?? '' };
      await team.untilLabeled(`end=${end}`, labels);
    }
  });

  it('carry the jobID that a BatchJob or TaskJob gives them, its name or another', async () => {
    await team.claim('BatchAPI', 'classifier');
    await team.claim('TaskAPI', 'trainer');
    await team.claim('BatchJob', '69b9e5e4e8', { apiName: 'classifier', ...bySelector({ work: 'plain' }) });
    const spec = { apiName: 'trainer', jobID: 'Epoch.7' };
    await team.claim('TaskJob', 'epoch-7', { ...spec, ...byReference('batch/v1', 'Job', 'training') });
    await team.create(buildJob('plain'));
    await team.create(buildJob('training'));
    const plain = { apiName: 'classifier', apiKind: 'BatchAPI', jobID: '69b9e5e4e8' };
    await team.untilLabeled('work=plain', plain);
    const trained = { apiName: 'trainer', apiKind: 'TaskAPI', jobID: 'Epoch.7' };
    await team.untilLabeled('work=training', trained);
  });

  it('wait for the API that a BatchJob runs, and the BatchJob says so', async () => {
    await team.claim('BatchJob', 'too-early', { apiName: 'not-yet', ...bySelector({ app: 'early' }) });
    await team.create(buildPod('early'));
    const condition = await team.untilCondition('BatchJob', 'too-early', {
      type: 'Ready',
      reason: 'APINotFound',
    });
    expect(condition.status).toBe('False');
    expect(await team.labelsOf('early')).toEqual({});
    await team.claim('BatchAPI', 'not-yet');
    const labels = { apiName: 'not-yet', apiKind: 'BatchAPI', jobID: 'too-early' };
    await team.untilLabeled('app=early', labels);
    await team.untilCondition('BatchJob', 'too-early', { type: 'Ready', reason: 'Claiming' });
  });
});

describe('all of them', () => {
  it('were written once each, and nothing but labels', async () => {
    const pods = await team.pods();
    const writes = await waitFor(
      async () => {
        const written = await team.podWrites();
        return written.length >= pods.length && written;
      },
      { describe: 'all writes in the audit log' },
    );
    expect([...writes].sort()).toEqual(pods.map(({ metadata }) => metadata.name).sort());
  });
});
