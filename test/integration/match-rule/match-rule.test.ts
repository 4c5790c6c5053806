import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kernel/object-meta.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { buildDeployment, bySelector } from '../../support/build-manifests.ts';
import { openOperatorStage, type OperatorStage } from '../../support/operator-stage.ts';
import type { Team } from '../../support/team.ts';
import { scenes } from './scenes.ts';

let stage: OperatorStage;
let team: Team;

const podsBefore = new Map<string, readonly KubeObject[]>();

/** Every scene at once: pods first, so that they are seen as their controllers made them, then the claims. */
beforeAll(async () => {
  stage = await openOperatorStage([]);
  team = await stage.newTeam('match');
  for (const { objects } of scenes) for (const object of objects) await team.create(object);
  for (const { app, pods } of scenes) podsBefore.set(app, await untilPods(`app=${app}`, pods));
  await waitFor(async () => (await endpointsOf('service')) === 2, { describe: 'two endpoints' });
  await Promise.all(scenes.map(({ app, claimedAs }) => team.claim(claimedAs, app, bySelector({ app }))));
  await Promise.all(
    scenes.map(({ app, claimedAs, by, pods }) =>
      team.untilCondition(claimedAs, app, {
        type: 'Conflict',
        reason: `SelectedBy${by}`,
        message: new RegExp(`^${pods} pod`),
      }),
    ),
  );
  await team.untilQuiet();
}, 120_000);
afterAll(() => stage.close());

function untilPods(labelSelector: string, count: number): Promise<readonly KubeObject[]> {
  return waitFor(
    async () => {
      const pods = await team.pods(labelSelector);
      return pods.length === count && pods;
    },
    { describe: `${count} pods ${labelSelector}` },
  );
}

async function endpointsOf(service: string): Promise<number> {
  const slices = await stage.controlPlane.admin.list<{ endpoints?: readonly object[] | null }>({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: team.namespace,
    labelSelector: `kubernetes.io/service-name=${service}`,
  });
  return slices.flatMap(({ endpoints }) => endpoints ?? []).length;
}

const identify = ({ metadata: { name, uid, labels, ownerReferences } }: KubeObject) => ({
  ...{ name, uid, labels, ownerReferences },
});

describe.each(scenes)('$title', (scene) => {
  it('keeps its pods: none is written, orphaned, adopted or replaced', async () => {
    const pods = await team.pods(`app=${scene.app}`);
    expect(pods.map(identify)).toEqual(podsBefore.get(scene.app)?.map(identify));
    const names = new Set(pods.map(({ metadata }) => metadata.name));
    expect((await team.podWrites()).filter((name) => names.has(name))).toEqual([]);
  });

  it('is told by one Event on it that names key and remedy, and by the conditions of the resource', async () => {
    const events = (await team.events('LabelsRefused')).filter(
      ({ regarding, note }) =>
        regarding.kind === scene.by &&
        (scene.byName === undefined
          ? regarding.name.startsWith(`${scene.app}-`)
          : regarding.name === scene.byName) &&
        note.includes(scene.key),
    );
    expect(events).toHaveLength(1);
    expect(events[0]?.note).toContain(`take ${scene.key} out of the selector of ${scene.by} `);
    const { conditions = [], pods } = await team.status(scene.claimedAs, scene.app);
    expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'Conflict',
    });
    expect(pods?.summary).toBe(`0/${scene.pods}`);
  });

  it('is counted in a metric', async () => {
    const metric = `cortex_logging_pod_label_refusals_total{kind="${scene.by}"}`;
    expect(await stage.metric(metric)).toBeGreaterThan(0);
  });
});

describe('the cluster', () => {
  it('has seen no pod storm: every pod that was ever made is still there', async () => {
    const made = (await stage.controlPlane.auditEvents()).filter(
      ({ verb, objectRef, responseStatus }) =>
        verb === 'create' &&
        objectRef?.resource === 'pods' &&
        objectRef.subresource === undefined &&
        objectRef.namespace === team.namespace &&
        responseStatus?.code === 201,
    );
    expect(made).toHaveLength((await team.pods()).length);
  });

  it('has lost no endpoint', async () => {
    expect(await endpointsOf('service')).toBe(2);
  });
});

describe('a controller that selects by a key', () => {
  it('does not stand in the way where the value is the right one already', async () => {
    const labels = { app: 'agreed', apiName: 'agreed' };
    await team.claim('RealtimeAPI', 'agreed', bySelector({ app: 'agreed' }));
    await team.create(buildDeployment('agreed', { replicas: 2, labels, selector: { matchLabels: labels } }));
    await team.untilLabeled('app=agreed', { apiName: 'agreed', apiKind: 'RealtimeAPI' }, 2);
  });

  it('does not stand in the way of other pods: a selector elsewhere is no concern of theirs', async () => {
    await team.claim('RealtimeAPI', 'unrelated', bySelector({ app: 'unrelated' }));
    await team.create(buildDeployment('unrelated', { replicas: 2 }));
    await team.untilLabeled('app=unrelated', { apiName: 'unrelated', apiKind: 'RealtimeAPI' }, 2);
  });
});
