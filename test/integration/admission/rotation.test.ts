/**
 * Pods are created without pause, in a namespace that waits for the webhook, while everything under it changes: leaf
 * and authority are renewed, the leader is lost in the midst of it, and every replica is replaced. Not one creation
 * may fail.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { AnyObject, Manifest } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  lease,
  openAdmissionStage,
  registration,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import { ageAuthority, ageLeaf, storedMaterial } from '../../support/age-certificates.ts';
import { buildDeployment, buildPod, byReference } from '../../support/build-manifests.ts';
import { operatorUser, type Team } from '../../support/team.ts';

jest.setTimeout(240_000);

const perSecond = 50;
const second = 1_000;
const minute = 60 * second;
/** A leaf of some 26 s, and all waiting short in proportion; the authority outlives the test. */
const flags = [
  '--admission-leaf-days=0.0003',
  '--admission-authority-days=0.1',
  '--admission-drain-seconds=5',
];

let stage: AdmissionStage;
let team: Team;
/** Leads, and is asked nothing: it may be killed without cutting a request off. */
let leader: Replica;
let asked: Replica[];
let pod: Manifest;

beforeAll(async () => {
  stage = await openAdmissionStage({ nodes: 1 });
  team = await stage.newTeam('rotation');
  const { namespace } = team;
  await stage.controlPlane.runKubectl(['label', 'namespace', namespace, 'cortex.dev/admission=required']);
  await team.claim('RealtimeAPI', 'served', byReference('apps/v1', 'Deployment', 'served'));
  await team.create(buildDeployment('served', { replicas: 0 }));
  pod = await podOfDeployment();
  leader = await stage.startReplica({ flags, isAsked: false });
  asked = [await stage.startReplica({ flags }), await stage.startReplica({ flags })];
  await untilAdmitted(team);
});
afterAll(() => stage.close());

/** A pod as the Deployment's ReplicaSet would make it. */
async function podOfDeployment(): Promise<Manifest> {
  const { namespace } = team;
  const query = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace };
  const find = async () => (await stage.controlPlane.admin.list(query))[0];
  const set = await waitFor(find, { describe: 'the ReplicaSet' });
  const { name, uid, labels = {} } = set.metadata;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true };
  const metadata = { generateName: 'served-', namespace, labels: { ...labels }, ownerReferences: [owner] };
  return { ...buildPod('served'), metadata };
}

interface Births {
  readonly labeled: number;
  readonly unlabeled: number;
  readonly failures: readonly string[];
}

/**
 * Until `during` ends, and fifty at least, one after the other. They are not stored: the load is on the webhook, and not
 * on nodes. Several at a time would leave idle connections behind, and the moment in which a server ends one of those
 * is lost to whoever sends on it just then: HTTP/1.1 has no word for it, and a POST is not sent again.
 */
async function birthsDuring(during: Promise<unknown>): Promise<Births> {
  const births = { labeled: 0, unlabeled: 0, failures: [] as string[] };
  const work = { isOver: false };
  const ended = during.finally(() => (work.isOver = true));
  // It is told once the births are over, and not as nobody's.
  ended.catch(() => undefined);
  while (!work.isOver || births.labeled + births.failures.length < perSecond)
    await Promise.all([bear(births), pause(second / perSecond)]);
  await ended;
  return births;
}

async function bear(births: { labeled: number; unlabeled: number; failures: string[] }): Promise<void> {
  try {
    const { metadata } = await team.dryRun(pod);
    births[metadata.labels?.['apiName'] === 'served' ? 'labeled' : 'unlabeled'] += 1;
  } catch (error) {
    births.failures.push(String(error));
  }
}

function expectNoneFailed({ unlabeled, failures }: Births): void {
  expect({ failures: [...new Set(failures)], unlabeled }).toEqual({ failures: [], unlabeled: 0 });
}

/** The fingerprint of what a new connection gets to see. */
async function servedBy({ admissionPort: port }: Replica): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** What the API server trusts, by each webhook. */
async function caBundles(): Promise<readonly string[]> {
  const found = await stage.controlPlane.admin.get<AnyObject & { webhooks: { clientConfig: Bundled }[] }>(
    registration,
  );
  const bundles = (found?.webhooks ?? []).map(({ clientConfig: { caBundle = '' } }) => caBundle);
  return bundles.map((bundle) => Buffer.from(bundle, 'base64').toString());
}

interface Bundled {
  readonly caBundle?: string;
}

const role = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  name: 'cortex-logging-operator',
};

interface Rule {
  readonly resources: readonly string[];
}

/** While `work` lasts, nobody but an administrator can write a caBundle. */
async function withoutRightToRegister(work: () => Promise<void>): Promise<void> {
  const { admin } = stage.controlPlane;
  const { rules } = (await admin.get<AnyObject & { rules: Rule[] }>(role))!;
  const others = rules.filter(({ resources }) => !resources.includes('mutatingwebhookconfigurations'));
  const reading = {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations'],
  };
  await admin.patch(role, { rules: [...others, { ...reading, verbs: ['get', 'list', 'watch'] }] });
  await waitFor(async () => !(await mayRegister()), { describe: 'the right to be gone' });
  await work();
  await admin.patch(role, { rules });
}

async function mayRegister(): Promise<boolean> {
  const { apiVersion, name } = registration;
  const [group = ''] = apiVersion.split('/');
  const resourceAttributes = { group, resource: 'mutatingwebhookconfigurations', name, verb: 'patch' };
  const review = await stage.controlPlane.admin.create<{ status: { allowed: boolean } }>({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user: operatorUser, resourceAttributes },
  });
  return review.status.allowed;
}

describe('no creation fails', () => {
  it('while the leaf is renewed', async () => {
    const renewed = async () => {
      const before = (await storedMaterial(stage.controlPlane)).leaf?.fingerprint;
      const aged = await ageLeaf(stage.controlPlane, { bornMsAgo: 3 * minute, endsInMs: minute });
      for (const replica of asked)
        await waitFor(async () => ![before, aged].includes(await servedBy(replica)), {
          describe: 'a new leaf',
        });
    };
    expectNoneFailed(await birthsDuring(renewed()));
  });

  it('while the authority is renewed, though its maker dies between the Secret and the caBundle', async () => {
    const { controlPlane } = stage;
    const renewed = async () => {
      let aged = '';
      await withoutRightToRegister(async () => {
        aged = await ageAuthority(controlPlane, { bornMsAgo: 20 * minute, endsInMs: 9 * minute });
        await waitFor(async () => (await storedMaterial(controlPlane)).authority?.pem !== aged, {
          describe: 'another authority in the Secret',
        });
        await leader.stop('SIGKILL');
        const { authority } = await storedMaterial(controlPlane);
        expect((await caBundles()).join()).not.toContain(authority?.pem);
        // As it is once it has run out, fifteen seconds later.
        await controlPlane.admin.patch(lease, { spec: { holderIdentity: '' } });
      });
      await waitFor(
        async () => {
          const { authority, trusted, leaf } = await storedMaterial(controlPlane);
          expect(trusted.map(({ pem }) => pem)).toEqual([authority?.pem]);
          expect(new Set(await caBundles())).toEqual(new Set([authority?.pem]));
          expect(leaf?.issuedBy).toBe(authority?.fingerprint);
          return true;
        },
        { describe: 'the new authority alone to be trusted', timeoutMs: 90 * second, intervalMs: 200 },
      );
    };
    expectNoneFailed(await birthsDuring(renewed()));
  });

  it('while all replicas are replaced by ones with other settings, as an upgrade does', async () => {
    const upgraded = async () => {
      const ended: Promise<unknown>[] = [];
      for (const old of asked) {
        await stage.startReplica({ flags: [...flags, '--deny-forged=true'] });
        ended.push(old.stop());
      }
      expect(await Promise.all(ended)).toEqual([0, 0]);
    };
    expectNoneFailed(await birthsDuring(upgraded()));
  });
});
