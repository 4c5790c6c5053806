/** Whatever becomes of the webhook: pods are created, labeled in the end, and a person can see what was wrong. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
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

/** Base64, for every webhook. */
async function registerBundle(caBundle: string): Promise<void> {
  const { admin } = stage.controlPlane;
  const found = await admin.get<AnyObject & { webhooks: { clientConfig: object }[] }>(registration);
  const webhooks = (found?.webhooks ?? []).map((one) => ({
    ...one,
    clientConfig: { ...one.clientConfig, caBundle },
  }));
  await admin.patch(registration, { webhooks });
}

interface Rule {
  readonly resources: readonly string[];
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
    await registerBundle(caBundle);
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
  it('/readyz fails and says why, pods are labeled all the same, and nobody is taken out; with it, it is ready', async () => {
    const { controlPlane, balancer } = stage;
    const { metadata, ...rest } = (await controlPlane.admin.get(registration))!;
    await controlPlane.admin.delete(registration);
    await untilReadyzSays('there is no MutatingWebhookConfiguration cortex-logging-operator');
    expect((await replica.health('/readyz')).status).toBe(503);
    expect((await replica.health('/readyz/admission')).status).toBe(200);
    const { name, apiName } = await birth(team);
    expect(apiName).toBeUndefined();
    await team.untilLabeled(`pod=${name}`, labels);
    const { name: same, labels: its = {} } = metadata;
    await controlPlane.admin.create({
      ...{ ...rest, apiVersion: registration.apiVersion, kind: registration.kind },
      metadata: { name: same, labels: its },
    });
    await pointWebhookAt(controlPlane, `https://127.0.0.1:${balancer.port}/pods`);
    await untilReadyzSays('[+]admission-registration ok');
    await untilAdmitted(team);
  });
});

describe('without what admission does not need', () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    name: 'cortex-logging-operator',
  };
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'taskjobs.cortex.dev',
  };
  let rules: readonly Rule[];
  let deleted: AnyObject;
  beforeAll(async () => {
    const { admin } = stage.controlPlane;
    ({ rules } = (await admin.get<AnyObject & { rules: Rule[] }>(role))!);
    deleted = (await admin.get(crd))!;
  });

  it('a CRD that goes takes no pod from a namespace that waits for the webhook', async () => {
    const { admin } = stage.controlPlane;
    await admin.delete(crd);
    const failed = 'cortex_logging_watch_failures_total{resource="taskjobs",reason="NotFound"}';
    await waitFor(async () => (await replica.health('/metrics')).body.includes(failed), {
      describe: 'the watch to fail',
    });
    expect((await replica.health('/readyz/admission')).status).toBe(200);
    expect((await birth(strict)).apiName).toBe('served');
  });

  it('nor does a right on log groups, also for who starts without either; and a person sees both', async () => {
    const { admin } = stage.controlPlane;
    const others = rules.map(({ resources, ...rest }) => ({
      ...rest,
      resources: resources.filter((resource) => !resource.startsWith('loggroups')),
    }));
    await admin.patch(role, { rules: others.filter(({ resources }) => resources.length > 0) });
    await replica.stop();
    replica = await stage.startReplica({ flags, wait: false });
    await untilReadyzSays('[-]watch-loggroups failed');
    await untilAdmitted(strict);
    expect((await birth(strict)).apiName).toBe('served');
    const { status, body } = await replica.health('/readyz');
    expect(status).toBe(503);
    expect(body).toMatch(/watch-loggroups failed: .*needs verb list on loggroups.cortex.dev/);
    expect(body).toMatch(/watch-taskjobs failed: .*is its CRD installed\?/);
    const { body: metrics } = await replica.health('/metrics');
    const failing = [
      ...metrics.matchAll(/^cortex_logging_watch_failing_seconds\{resource="(\w+)"\} .*[1-9]/gm),
    ];
    expect(failing.map(([, resource]) => resource).sort()).toEqual(['loggroups', 'taskjobs']);
    expect(await readFile(replica.logFile, 'utf8')).toMatch(
      /watch failed, will retry.*needs verb list on loggroups.cortex.dev/,
    );
  });

  it('and with both back it is ready in all', async () => {
    const { admin } = stage.controlPlane;
    await admin.patch(role, { rules });
    const { metadata, ...rest } = deleted;
    const { name, labels: its = {} } = metadata;
    await admin.create({
      ...{ ...rest, apiVersion: crd.apiVersion, kind: crd.kind },
      metadata: { name, labels: its },
    });
    await replica.ready();
  });
});

describe('with certificates of cert-manager, below an intermediate authority', () => {
  const root = createAuthority('root');
  const store = (issuer: typeof root) => {
    const { certificate, key } = issuer.issueServer(['127.0.0.1']);
    const data = { 'tls.crt': certificate + issuer.certificate, 'tls.key': key, 'ca.crt': root.certificate };
    return stage.controlPlane.admin.create({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
      metadata: { namespace: certificateSecret.namespace, name: certificateSecret.name },
      stringData: data,
    });
  };

  it('pods are labeled at birth; and once that one has expired, readiness names it', async () => {
    const { admin } = stage.controlPlane;
    await replica.stop();
    await admin.delete(certificateSecret);
    await store(root.issueAuthority('middle'));
    await registerBundle(Buffer.from(root.certificate).toString('base64'));
    replica = await stage.startReplica({ flags: [...flags, '--admission-certificates=CertManager'] });
    await untilAdmitted(strict);
    expect((await birth(strict)).apiName).toBe('served');
    await admin.delete(certificateSecret);
    await store(root.issueAuthority('former', new Date(Date.now() - 60_000)));
    await untilReadyzSays('"CN=former" has expired');
  });
});
