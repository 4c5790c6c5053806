/** Whatever becomes of the webhook: pods are created, labeled in the end, and a person can see what was wrong. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createAuthority } from '../../control-plane/certificates.ts';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  certificateSecret,
  lease,
  openAdmissionStage,
  pointWebhookAt,
  registration,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import { ageLeaf, storedMaterial } from '../../support/age-certificates.ts';
import { buildPod, bySelector } from '../../support/build-manifests.ts';
import { Team } from '../../support/team.ts';

jest.setTimeout(180_000);

/** Certificates of half a minute, so that the operator looks at them twice a second. */
const flags = ['--admission-leaf-days=0.0003', '--admission-authority-days=0.1'];
const labels = { apiName: 'served', apiKind: 'RealtimeAPI' };

let stage: AdmissionStage;
let team: Team;
/** Waits for the webhook. */
let strict: Team;
let replica: Replica;

beforeAll(async () => {
  stage = await openAdmissionStage({ nodes: 1 });
  team = await stage.newTeam('lenient');
  strict = await stage.newTeam('strict');
  for (const one of [team, strict]) await one.claim('RealtimeAPI', 'served', bySelector({ app: 'served' }));
  await makeWait(strict.namespace);
  replica = await stage.startReplica({ flags });
  await untilAdmitted(strict);
});
afterAll(() => stage.close());

async function makeWait(namespace: string): Promise<void> {
  await stage.controlPlane.runKubectl(['label', 'namespace', namespace, 'cortex.dev/admission=required']);
}

let made = 0;
/** Its name, what it was born with, and how long that took. */
async function birth(where: Team): Promise<{ name: string; apiName: string | undefined; tookMs: number }> {
  const name = `pod-${(made += 1)}`;
  const begun = performance.now();
  const born = await where.create(buildPod(name, { labels: { app: 'served', pod: name } }));
  return { name, apiName: born.metadata.labels?.['apiName'], tookMs: performance.now() - begun };
}

async function untilReadyzSays(text: string): Promise<void> {
  await waitFor(async () => (await replica.health('/readyz')).body.includes(text), {
    describe: `/readyz to say: ${text}`,
  });
}

describe('with every replica gone', () => {
  let orphan: string;
  beforeAll(async () => {
    await replica.stop();
    const { name, apiName, tookMs } = await birth(team);
    expect(apiName).toBeUndefined();
    expect(tookMs).toBeLessThan(3_000);
    orphan = name;
  });

  it('a namespace that waits for the webhook gets no pods, and whoever tries is told why', async () => {
    await expect(birth(strict)).rejects.toThrow(/failed calling webhook "labels-required.cortex.dev"/);
  });

  it('the cluster and the operator get theirs, even where somebody made them wait: nothing hangs on itself', async () => {
    for (const namespace of ['kube-system', 'cortex-logging']) {
      await makeWait(namespace);
      const { metadata } = await new Team(stage.controlPlane, namespace).create(buildPod('needed'));
      expect(metadata.name).toBe('needed');
    }
  });

  it('and the certificate expired meanwhile, the first that is back says so, and makes up for all', async () => {
    const { controlPlane } = stage;
    await ageLeaf(controlPlane, { bornMsAgo: 60_000, endsInMs: -1_000 });
    // Until it leads it cannot renew anything; who is gone holds the lease for some seconds more.
    const others = { holderIdentity: 'gone', leaseDurationSeconds: 5 };
    await controlPlane.admin.patch(lease, { spec: others });
    replica = await stage.startReplica({ flags, wait: false });
    await untilReadyzSays('the certificate has expired');
    expect((await replica.health('/metrics')).body).toMatch(
      /^cortex_logging_admission_certificate_seconds_left 0$/m,
    );
    await replica.ready();
    await team.untilLabeled(`pod=${orphan}`, labels);
    expect(await team.podWrites()).toContain(orphan);
    await untilAdmitted(strict);
    expect((await birth(strict)).apiName).toBe('served');
  });
});

describe('with a webhook that hangs', () => {
  it('a pod waits three seconds at most, and is labeled afterwards', async () => {
    await stage.balancer.whileHanging(async () => {
      const { name, apiName, tookMs } = await birth(team);
      expect(apiName).toBeUndefined();
      expect(tookMs).toBeGreaterThan(2_500);
      expect(tookMs).toBeLessThan(6_000);
      await team.untilLabeled(`pod=${name}`, labels);
    });
    await untilAdmitted(team);
  });
});

describe('with a caBundle that is not ours', () => {
  it.each([
    ['of another authority', Buffer.from(createAuthority('stranger').certificate).toString('base64')],
    ['that is empty', ''],
  ])('%s, pods are created, and the leader puts it right', async (_sentence, caBundle) => {
    const found = await stage.controlPlane.admin.get<AnyObject & { webhooks: { clientConfig: object }[] }>(
      registration,
    );
    const webhooks = (found?.webhooks ?? []).map((one) => ({
      ...one,
      clientConfig: { ...one.clientConfig, caBundle },
    }));
    await stage.controlPlane.admin.patch(registration, { webhooks });
    await birth(team);
    await untilAdmitted(strict);
    expect((await birth(team)).apiName).toBe('served');
  });
});

describe('with a Secret that is', () => {
  it.each<[sentence: string, harm: () => Promise<unknown>]>([
    ['deleted', () => stage.controlPlane.admin.delete(certificateSecret)],
    [
      'filled with rubbish',
      () =>
        stage.controlPlane.admin.patch(certificateSecret, {
          data: Object.fromEntries(
            ['ca.crt', 'ca.key', 'trust.crt', 'tls.crt', 'tls.key'].map((key) => [key, 'cnViYmlzaA==']),
          ),
        }),
    ],
  ])('%s, no creation fails, and there are new certificates', async (_sentence, harm) => {
    const before = (await storedMaterial(stage.controlPlane)).authority?.pem;
    await harm();
    const births: (string | undefined)[] = [];
    await waitFor(
      async () => {
        births.push(await birth(strict).then(({ apiName }) => apiName, String));
        const { authority, leaf } = await storedMaterial(stage.controlPlane);
        return authority && authority.pem !== before && leaf?.issuedBy === authority.fingerprint;
      },
      { describe: 'a new authority and a leaf of it', timeoutMs: 60_000, intervalMs: 200 },
    );
    expect(new Set(births)).toEqual(new Set(['served']));
    await waitFor(async () => (await replica.health('/readyz')).status === 200, { describe: 'readiness' });
    expect((await birth(strict)).apiName).toBe('served');
  });
});

describe('with the API server restarted', () => {
  it('pods are labeled at birth again', async () => {
    await stage.controlPlane.restartApiServer();
    await untilAdmitted(strict);
  });
});

describe('without the registration', () => {
  it('the operator is not ready and says why, and labels pods all the same; with it, it is ready', async () => {
    const { controlPlane, balancer } = stage;
    const { metadata, ...rest } = (await controlPlane.admin.get(registration))!;
    await controlPlane.admin.delete(registration);
    await untilReadyzSays('there is no MutatingWebhookConfiguration cortex-logging-operator');
    const { name, apiName } = await birth(team);
    expect(apiName).toBeUndefined();
    await team.untilLabeled(`pod=${name}`, labels);
    const { name: same, labels: its = {} } = metadata;
    await controlPlane.admin.create({
      ...{ ...rest, apiVersion: registration.apiVersion, kind: registration.kind },
      metadata: { name: same, labels: its },
    });
    await pointWebhookAt(controlPlane, `https://127.0.0.1:${balancer.port}/pods`);
    await untilReadyzSays('[+]admission ok');
    await untilAdmitted(team);
  });
});
