import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../control-plane/wait-for.ts';
import { milliseconds, tell, timed } from './figures.ts';
import { createNamespace, upgradeRelease } from './install-release.ts';
import { labelLatencies, strangeLabels, unlabeled } from './judge-labels.ts';
import { requiredNamespace } from './names.ts';
import { registeredWebhooks } from './observe-admission.ts';
import { allOperatorPods, operatorPods } from './operator-pods.ts';
import { openPodJournal, type PodEntry, type PodJournal } from './pod-journal.ts';
import { sceneOfEnvironment } from './scene.ts';
import { birthsDuring, createPod, describeFailures, type Births } from './steady-births.ts';
import { gatedPod, requiredApi } from './workloads.ts';

/** They stand in the arguments of the replicas and in the registration of the webhook: an upgrade may change both. */
const excludedNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'somebody-elses'];

const scene = sceneOfEnvironment();
const { admin, settings } = scene;
let journal: PodJournal;
let births: Births;

beforeAll(async () => {
  await createNamespace(scene, requiredNamespace, { 'cortex.dev/admission': 'required' });
  journal = await openPodJournal(scene.server, requiredNamespace);
  await admin.create(requiredApi);
  const pod = gatedPod(settings);
  await waitFor(() => createPod(admin, pod, 'tried'), { describe: 'the API to be known' });
  births = await birthsDuring(admin, pod, upgrade);
});

afterAll(async () => {
  await journal.close();
  await scene.close();
});

/** Ends when nothing of the former revision is left. */
async function upgrade(): Promise<void> {
  const former = (await operatorPods(admin)).map(({ metadata }) => metadata.name);
  await timed('helm upgrade --wait, until both replicas are new', () =>
    upgradeRelease(scene, { excludedNamespaces }),
  );
  const isFormer = async () =>
    (await allOperatorPods(admin)).some(({ metadata }) => former.includes(metadata.name));
  await waitFor(async () => !(await isFormer()), { describe: 'the former replicas to go' });
}

describe('while a release is upgraded, in a namespace where no pod is made without the webhook', () => {
  it('every creation succeeds', () => {
    const { stored, tried, failures, slowestMs } = births;
    tell(
      'pods created during the upgrade',
      `${stored}, and ${tried} as a dry run; ${failures.length} failed`,
    );
    tell('the slowest of these creations', milliseconds(slowestMs));
    expect(describeFailures(failures)).toEqual([]);
  });

  it('every pod gets its labels', async () => {
    const isComplete = (entries: readonly PodEntry[]) =>
      entries.length === births.stored && unlabeled(entries).length === 0;
    await waitFor(() => isComplete(journal.entries()), { describe: 'every pod to be labeled' });
    const entries = journal.entries();
    expect(strangeLabels(entries)).toEqual([]);
    const repaired = labelLatencies(entries).filter((latency) => latency > 0);
    const all = births.stored + births.tried;
    tell('labeled at their birth', `${births.labeled} of ${all}; repaired: ${repaired.length}`);
  });
});

describe('after it', () => {
  it('all replicas are new', async () => {
    const pods = await operatorPods(admin);
    const argument = `--excluded-namespaces=${excludedNamespaces.join()}`;
    expect(pods).toHaveLength(2);
    for (const { spec } of pods)
      expect(spec.containers[0]?.args).toContainEqual(expect.stringContaining(argument));
  });

  it('the API server asks as the new release says, and trusts the certificate that is served', async () => {
    const webhooks = await registeredWebhooks(admin);
    expect(webhooks).not.toEqual([]);
    for (const { excluded, isTrusted } of webhooks) {
      expect(excluded).toEqual(expect.arrayContaining(excludedNamespaces));
      expect(isTrusted).toBe(true);
    }
  });
});
