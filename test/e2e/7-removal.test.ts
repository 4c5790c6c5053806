import { afterAll, describe, expect, it } from '@jest/globals';
import { pluralOf } from '../../src/kernel/api-kinds.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { timed } from './figures.ts';
import { release } from './names.ts';
import { findLogGroup, readResources } from './observe-world.ts';
import { allOperatorPods } from './operator-pods.ts';
import { crdNames, deleteCrds, deleteNamespaces, uninstall } from './remove-all.ts';
import { sceneOfEnvironment } from './scene.ts';
import { labelsByPod, waitForJobs } from './workload-pods.ts';

const scene = sceneOfEnvironment();
const { admin } = scene;

afterAll(() => scene.close());

async function rightsOfRelease(): Promise<readonly unknown[]> {
  const query = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    labelSelector: `app.kubernetes.io/instance=${release}`,
  };
  const kinds = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
  return (await Promise.all(kinds.map((kind) => admin.list({ ...query, kind })))).flat();
}

describe('removal', () => {
  it('begins with helm uninstall, which leaves labels, resources, CRDs and the log group', async () => {
    await waitForJobs(scene);
    const labels = await labelsByPod(scene);
    const ids = (await readResources(scene)).map(({ id }) => id);
    const group = await findLogGroup(scene);
    await timed('helm uninstall, until all replicas are gone', async () => {
      await uninstall(scene);
      await waitFor(async () => (await allOperatorPods(admin)).length === 0, {
        describe: 'the replicas to go',
      });
    });
    expect(await rightsOfRelease()).toEqual([]);
    expect(await crdNames(admin)).toHaveLength(Object.keys(pluralOf).length);
    expect((await readResources(scene)).map(({ id }) => id)).toEqual(ids);
    expect(await labelsByPod(scene)).toEqual(labels);
    expect(await findLogGroup(scene)).toEqual(group);
  });

  it('goes on with the CRDs, which nothing holds; pods and log group stay as they are', async () => {
    const [labels, group] = [await labelsByPod(scene), await findLogGroup(scene)];
    await timed('deletion of the CRDs, with all resources', () => deleteCrds(admin));
    expect(await labelsByPod(scene)).toEqual(labels);
    expect(await findLogGroup(scene)).toEqual(group);
  });

  it('ends with the namespaces, which nothing holds', async () => {
    await timed('deletion of the namespaces, with all pods', () => deleteNamespaces(admin));
  });
});
