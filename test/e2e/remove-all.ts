/** Taking away what a run has made, in an order that keeps its mark until the end. */
import {
  DeleteLogGroupCommand,
  DeleteQueryDefinitionCommand,
  DescribeQueryDefinitionsCommand,
  PutLogGroupDeletionProtectionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { group } from '../../src/kernel/api-kinds.ts';
import type { AnyObject, KubeClient } from '../control-plane/kube-client.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import {
  clusterName,
  markLabel,
  release,
  requiredNamespace,
  systemNamespace,
  workloadNamespace,
} from './names.ts';
import type { Scene } from './scene.ts';

const crdType = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const namespaceType = { apiVersion: 'v1', kind: 'Namespace' };
const goneMs = 90_000;

/** The CRDs of Cortex Logging, by name. */
export async function crdNames(admin: KubeClient): Promise<readonly string[]> {
  const crds = await admin.list<AnyObject & { readonly spec: { readonly group: string } }>(crdType);
  return crds.filter(({ spec }) => spec.group === group).map(({ metadata }) => metadata.name);
}

/** What an earlier run, which was killed, has left. @throws Error if Cortex Logging is here and not e2e's */
export async function removeLeftovers(scene: Scene, say: (line: string) => void): Promise<void> {
  const marked = await scene.admin.list({ ...namespaceType, labelSelector: markLabel });
  if (marked.length > 0) {
    say('removing what an earlier run has left');
    await removeAll(scene);
  }
  const crds = await crdNames(scene.admin);
  if (crds.length > 0)
    throw new Error(
      `The cluster has Cortex Logging already (${crds.join(', ')}), and e2e takes the CRDs away at its end, with all ` +
        'resources. Use another cluster, or delete these CRDs if nobody needs them.',
    );
}

/** Does not mind what is not there. Ends when everything is gone. */
export async function removeAll(scene: Scene): Promise<void> {
  await uninstall(scene);
  await deleteCrds(scene.admin);
  await deleteNamespaces(scene.admin);
  await deleteLogGroup(scene);
  await deleteSavedQueries(scene);
}

export async function uninstall({ runHelm }: Scene): Promise<void> {
  await runHelm(['uninstall', release, '--namespace', systemNamespace, '--ignore-not-found', '--wait']);
}

/** With them all resources go. */
export async function deleteCrds(admin: KubeClient): Promise<void> {
  for (const name of await crdNames(admin)) await admin.delete({ ...crdType, name });
  await waitFor(async () => (await crdNames(admin)).length === 0, {
    describe: 'the CRDs to be gone',
    timeoutMs: goneMs,
  });
}

export async function deleteNamespaces(admin: KubeClient): Promise<void> {
  const names = [workloadNamespace, requiredNamespace, systemNamespace];
  for (const name of names) await admin.delete({ ...namespaceType, name });
  const isGone = async (name: string) => (await admin.get({ ...namespaceType, name })) === undefined;
  await waitFor(async () => (await Promise.all(names.map(isGone))).every(Boolean), {
    describe: `the namespaces ${names.join(', ')} to be gone`,
    timeoutMs: goneMs,
  });
}

/** The examples protect it from deletion. */
async function deleteLogGroup({ aws }: Scene): Promise<void> {
  try {
    await aws.send(
      new PutLogGroupDeletionProtectionCommand({
        logGroupIdentifier: clusterName,
        deletionProtectionEnabled: false,
      }),
    );
    await aws.send(new DeleteLogGroupCommand({ logGroupName: clusterName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

async function deleteSavedQueries({ aws }: Scene): Promise<void> {
  const queryDefinitionNamePrefix = `Cortex/${clusterName}/`;
  const { queryDefinitions = [] } = await aws.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }),
  );
  for (const { queryDefinitionId } of queryDefinitions)
    await aws.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }));
}
