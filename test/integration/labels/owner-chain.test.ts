import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import {
  buildCrd,
  buildDeployment,
  buildJob,
  buildPod,
  buildReplicaSet,
  byReference,
  bySelector,
  ownedBy,
} from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';

const rollouts = { plural: 'rollouts', kind: 'Rollout' };
const jobSets = { plural: 'jobsets', kind: 'JobSet' };
const mpiJobs = { plural: 'mpijobs', kind: 'MPIJob' };
const gadgets = { plural: 'gadgets', kind: 'Gadget' };

let team: Team;
let other: Team;

/** Resolves once the API server serves the kind. */
async function serve(group: string, version: string, names: { plural: string; kind: string }): Promise<void> {
  const { admin } = controlPlane();
  await admin.apply(buildCrd(group, version, names));
  await waitFor(() => admin.list({ apiVersion: `${group}/${version}`, kind: names.kind }).then(() => true), {
    describe: `the API server to serve ${names.plural}`,
  });
}

beforeAll(async () => {
  team = await newTeam(controlPlane(), 'chain');
  other = await newTeam(controlPlane(), 'other');
  await Promise.all([
    serve('argoproj.io', 'v1alpha1', rollouts),
    serve('jobset.x-k8s.io', 'v1alpha2', jobSets),
    serve('kubeflow.org', 'v1', mpiJobs),
    serve('gadgets.example', 'v1', gadgets),
  ]);
});

describe('an owner chain', () => {
  it('leads through a custom kind on the allow-list to the claim', async () => {
    const rollout = await team.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'canary-rollout' },
      spec: { selector: { matchLabels: { app: 'rolled' } } },
    });
    await team.claim(
      'RealtimeAPI',
      'rolled',
      byReference('argoproj.io/v1alpha1', 'Rollout', 'canary-rollout'),
    );
    await team.create(buildReplicaSet('rolled', { metadata: ownedBy(rollout) }));
    await team.untilLabeled('app=rolled', { apiName: 'rolled', apiKind: 'RealtimeAPI' });
  });

  it('leads through the version that the pods name, of a kind with two on the allow-list', async () => {
    const mpiJob = await team.create({
      apiVersion: 'kubeflow.org/v1',
      kind: 'MPIJob',
      metadata: { name: 'allreduce' },
    });
    await team.claim('TaskAPI', 'mpi', byReference('kubeflow.org/v1', 'MPIJob', 'allreduce'));
    const name = 'allreduce-worker-0';
    await team.create(buildPod(name, { ...ownedBy(mpiJob), labels: { pod: name } }));
    const identity = { apiName: 'mpi', apiKind: 'TaskAPI', jobID: 'allreduce' } as const;
    await team.untilLabeled('pod=allreduce-worker-0', identity);
  });

  it('gives the outermost owner as jobID: the JobSet, and not its Jobs', async () => {
    const jobSet = await team.create({
      apiVersion: 'jobset.x-k8s.io/v1alpha2',
      kind: 'JobSet',
      metadata: { name: 'training' },
    });
    await team.claim('TaskAPI', 'trainer', bySelector({ work: 'training-0' }));
    await team.create(buildJob('training-0', { metadata: ownedBy(jobSet) }));
    await team.untilLabeled('work=training-0', { apiName: 'trainer', apiKind: 'TaskAPI', jobID: 'training' });
  });

  it('ends at a kind that is not on the list, which is told once', async () => {
    const gadget = await team.create({
      apiVersion: 'gadgets.example/v1',
      kind: 'Gadget',
      metadata: { name: 'g' },
    });
    await team.claim('RealtimeAPI', 'gadget', byReference('gadgets.example/v1', 'Gadget', 'g'));
    for (const name of ['gadget-1', 'gadget-2']) await team.create(buildPod(name, ownedBy(gadget)));
    await team.untilQuiet();
    expect(await Promise.all(['gadget-1', 'gadget-2'].map((pod) => team.labelsOf(pod)))).toEqual([{}, {}]);
    const log = await readFile(join(controlPlane().folder, 'operator-1.log'), 'utf8');
    expect(log.match(/"OwnerKindUnknown".*Gadget|Gadget.*"OwnerKindUnknown"/g)).toHaveLength(1);
  });

  it('ends at a listed kind that the cluster does not serve, which is told once', async () => {
    const trainJob = {
      apiVersion: 'trainer.kubeflow.org/v1alpha1',
      kind: 'TrainJob',
      metadata: { name: 't', uid: 'nobody' },
    };
    for (const name of ['train-1', 'train-2']) await team.create(buildPod(name, ownedBy(trainJob)));
    await team.untilQuiet();
    const log = await readFile(join(controlPlane().folder, 'operator-1.log'), 'utf8');
    expect(log.match(/"OwnerKindNotServed".*TrainJob|TrainJob.*"OwnerKindNotServed"/g)).toHaveLength(1);
  });

  it('is read once for all pods of an owner', async () => {
    await team.claim('RealtimeAPI', 'many', byReference('apps/v1', 'Deployment', 'many'));
    await team.create(buildDeployment('many', { replicas: 12 }));
    await team.untilLabeled('app=many', { apiName: 'many', apiKind: 'RealtimeAPI' }, 12);
    const reads = (await team.ownerReads()).filter((read) => read.includes('/many'));
    expect(reads.map((read) => read.replace(/-[^-]+$/, ''))).toEqual([
      'replicasets/many',
      'deployments/many',
    ]);
  });
});

describe('a forged owner reference', () => {
  let victim: AnyObject;
  let replicaSet: AnyObject;
  let deploymentElsewhere: AnyObject;
  let api: AnyObject;

  const reference = (owner: AnyObject, changes: object = {}) => {
    const { apiVersion, kind, metadata } = owner;
    const { name, uid } = metadata;
    return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true, ...changes }] };
  };

  beforeAll(async () => {
    victim = await team.create(buildDeployment('victim'));
    replicaSet = await waitFor(
      async () =>
        (
          await controlPlane().admin.list({
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            namespace: team.namespace,
            labelSelector: 'app=victim',
          })
        )[0],
      { describe: 'the ReplicaSet of the Deployment' },
    );
    api = await team.claim('RealtimeAPI', 'victim', byReference('apps/v1', 'Deployment', 'victim'));
    deploymentElsewhere = await other.create(buildDeployment('elsewhere'));
    await team.claim('RealtimeAPI', 'elsewhere', byReference('apps/v1', 'Deployment', 'elsewhere'));
    await team.untilLabeled('app=victim', { apiName: 'victim', apiKind: 'RealtimeAPI' });
  });

  it.each<[string, () => { readonly ownerReferences: readonly object[] }]>([
    ['another UID', () => reference(victim, { uid: '00000000-0000-4000-8000-000000000000' })],
    ['a UID that belongs to another object', () => reference(victim, { uid: replicaSet.metadata.uid })],
    ['an object of another namespace', () => reference(deploymentElsewhere)],
    ['another kind', () => reference(victim, { kind: 'StatefulSet' })],
    ['another group', () => reference(victim, { apiVersion: 'extensions.example/v1' })],
    ['a ReplicaSet that does not select the pod', () => reference(replicaSet)],
    ['a resource of ours by another UID', () => reference(api, { uid: victim.metadata.uid })],
    ['a true owner that is not the controller', () => reference(victim, { controller: false })],
  ])('labels no pod: %s', async (title, forge) => {
    const name = `forged-${title.replaceAll(/\W+/g, '-').toLowerCase()}`;
    // The garbage collector deletes some of them for their owner; what counts is that nobody labeled them first.
    const selected = title.includes('does not select') ? {} : { app: 'victim' };
    await team.create(buildPod(name, { ...forge(), labels: { forged: 'yes', ...selected } }));
    await team.untilQuiet();
    expect((await team.podWrites()).filter((written) => written === name)).toEqual([]);
  });
});
