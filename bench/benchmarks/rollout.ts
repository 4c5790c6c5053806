/** A rollout of a thousand pods by the real controllers: who is labeled at birth, and who is patched. */
import { waitFor } from '../../test/control-plane/wait-for.ts';
import {
  openAdmissionStage,
  pointWebhookAt,
  type AdmissionStage,
} from '../../test/support/admission-stage.ts';
import { buildDeployment, buildJob, byReference, bySelector } from '../../test/support/build-manifests.ts';
import { bundleVariable } from '../../test/support/install-operator.ts';
import type { Team } from '../../test/support/team.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { parseMetrics } from '../processes/read-metrics.ts';
import { bundleOperator } from '../processes/start-operator-bundle.ts';

const podsOfEach = 250;
const claims = [
  ['RealtimeAPI', 'selected', bySelector({ app: 'selected' })],
  ['AsyncAPI', 'referenced', byReference('apps/v1', 'Deployment', 'referenced')],
  ['BatchAPI', 'batch', bySelector({ work: 'batch' })],
  ['TaskAPI', 'task', byReference('batch/v1', 'Job', 'task')],
] as const;
const pods = podsOfEach * claims.length;

export const rollout: Benchmark = {
  name: 'rollout',
  measures: `${pods} pods of Deployments and Jobs, made by the real controllers: labeled at birth, and patched afterwards`,
  figures: [
    { name: 'labeled-at-birth', unit: '%', goal: { atLeast: 100 } },
    { name: 'patches', unit: 'patches', goal: { atMost: 0 } },
    { name: 'pods', unit: 'pods', goal: { atLeast: pods } },
    { name: 'rate', unit: 'pods/s' },
  ],
  run: async (bench) => {
    process.env[bundleVariable] = await bundleOperator(bench);
    const stage = await openAdmissionStage();
    try {
      return await runOn(stage, bench);
    } finally {
      await stage.close();
    }
  },
};

async function runOn(stage: AdmissionStage, { report }: Bench): Promise<Readonly<Record<string, number>>> {
  const team = await stage.newTeam('rollout');
  for (const [kind, name, spec] of claims) await team.claim(kind, name, spec);
  const operator = await stage.startReplica();
  await pointWebhookAt(stage.controlPlane, `https://127.0.0.1:${operator.admissionPort}/pods`);
  const seconds = await timeRollout(team);
  report(`${pods} pods were made in ${seconds.toFixed(1)} s`);
  // The watch loop has looked at all of them by the time that it has labeled pods of a later claim.
  await team.untilQuiet();
  const outcomes = parseMetrics((await operator.health('/metrics')).body);
  const patched = (await team.podWrites()).filter((name) => !name.startsWith('canary-'));
  const made = (await team.pods()).filter(({ metadata }) => metadata.labels?.['canary'] === undefined);
  const right = made.filter(
    ({ metadata: { labels = {} } }) => labels['apiName'] === (labels['app'] ?? labels['work']),
  );
  report(
    `${outcomes.sum('admission_reviews_total', 'outcome="deferred')} reviews were left to the watch loop`,
  );
  return {
    'labeled-at-birth': ((right.length - new Set(patched).size) / made.length) * 100,
    patches: patched.length,
    pods: made.length,
    rate: pods / seconds,
  };
}

/** Seconds from the first object to the last pod. */
async function timeRollout(team: Team): Promise<number> {
  const begun = performance.now();
  const job = (name: string) =>
    buildJob(name, { spec: { completions: podsOfEach, parallelism: podsOfEach } });
  await Promise.all([
    team.create(buildDeployment('selected', { replicas: podsOfEach })),
    team.create(buildDeployment('referenced', { replicas: podsOfEach })),
    team.create(job('batch')),
    team.create(job('task')),
  ]);
  await waitFor(async () => (await team.pods()).length >= pods, {
    describe: `${pods} pods`,
    timeoutMs: 240_000,
    intervalMs: 500,
  });
  return (performance.now() - begun) / 1000;
}
