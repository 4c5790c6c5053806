/**
 * Pods are created without pause, in a namespace that waits for the webhook, while everything under it changes: both
 * replicas are restarted, leader and all, and authority and leaf are renewed. Not one creation may fail.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { AnyObject, Manifest } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import {
  certificateSecret,
  openAdmissionStage,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import { buildDeployment, buildPod, byReference } from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';

jest.setTimeout(240_000);

const perSecond = 50;
/** A leaf of some 26 s, an authority of some 52 s; both are renewed at two thirds of it. */
const flags = [
  '--admission-leaf-days=0.0003',
  '--admission-authority-days=0.0006',
  '--admission-drain-seconds=5',
];

let stage: AdmissionStage;
let team: Team;
let replicas: Replica[];
let pod: Manifest;

beforeAll(async () => {
  stage = await openAdmissionStage({ nodes: 1 });
  replicas = [await stage.startReplica({ flags }), await stage.startReplica({ flags })];
  team = await stage.newTeam('rotation');
  await untilAdmitted(team);
  await stage.controlPlane.runKubectl([
    'label',
    'namespace',
    team.namespace,
    'cortex.dev/admission=required',
  ]);
  await team.claim('RealtimeAPI', 'served', byReference('apps/v1', 'Deployment', 'served'));
  await team.create(buildDeployment('served', { replicas: 0 }));
  pod = await podOfDeployment();
  await untilBirth();
});
afterAll(() => stage.close());

/** A pod as the Deployment's ReplicaSet would make it. */
async function podOfDeployment(): Promise<Manifest> {
  const { namespace } = team;
  const set = await waitFor(
    async () => {
      const query = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace };
      return (await stage.controlPlane.admin.list(query))[0];
    },
    { describe: 'the ReplicaSet' },
  );
  const { name, uid, labels = {} } = set.metadata;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true };
  const built = buildPod('served', { labels: { ...labels } });
  const metadata = { generateName: 'served-', namespace, labels: { ...labels }, ownerReferences: [owner] };
  return { ...built, metadata };
}

/** Through all of admission, and not stored: the load is on the webhook, and not on nodes. */
async function birth(): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${team.namespace}/pods?dryRun=All`;
  const born = await stage.controlPlane.admin.request('POST', path, pod);
  return born.metadata.labels?.['apiName'];
}

function untilBirth(): Promise<unknown> {
  return waitFor(async () => (await birth()) === 'served', { describe: 'a pod to be labeled at birth' });
}

interface Births {
  readonly labeled: number;
  readonly unlabeled: number;
  readonly failures: readonly string[];
}

/** Until `during` ends. */
async function birthsDuring(during: Promise<unknown>): Promise<Births> {
  const counts = { labeled: 0, unlabeled: 0, failures: [] as string[] };
  const running = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const one = birth().then(
      (apiName) => {
        counts[apiName === 'served' ? 'labeled' : 'unlabeled'] += 1;
      },
      (error: unknown) => {
        counts.failures.push(String(error));
      },
    );
    running.add(one);
    void one.finally(() => running.delete(one));
  }, 1000 / perSecond);
  await during.finally(() => clearInterval(timer));
  await Promise.all(running);
  return counts;
}

async function secretOf(key: string): Promise<string> {
  const found = await stage.controlPlane.admin.get<AnyObject & { data?: Record<string, string> }>(
    certificateSecret,
  );
  return Buffer.from(found?.data?.[key] ?? '', 'base64').toString();
}

async function untilRenewed(key: string): Promise<void> {
  const before = await secretOf(key);
  await waitFor(async () => (await secretOf(key)) !== before, {
    describe: `another ${key}`,
    timeoutMs: 90_000,
  });
}

function expectNoneFailed({ labeled, unlabeled, failures }: Births, atLeast: number): void {
  expect({ failures: [...new Set(failures)], unlabeled }).toEqual({ failures: [], unlabeled: 0 });
  expect(labeled).toBeGreaterThan(atLeast);
}

describe('no creation fails', () => {
  it('while a leaf and the authority are renewed, and the former authority is dropped', async () => {
    const renewed = async () => {
      await untilRenewed('tls.crt');
      await untilRenewed('ca.crt');
      // The next leaf is of the new authority, and then the old one is trusted no more.
      await untilRenewed('tls.crt');
      await untilRenewed('trust.crt');
    };
    expectNoneFailed(await birthsDuring(renewed()), 500);
    const logs = await Promise.all(replicas.map(({ logFile }) => readFile(logFile, 'utf8')));
    for (const step of ['make-authority', 'register', 'issue-leaf', 'drop-former'])
      expect(logs.join('')).toContain(`"step":"${step}"`);
  });

  it('while both replicas are restarted, one after the other', async () => {
    const restarted = async () => {
      for (const old of replicas) {
        await stage.startReplica({ flags });
        expect(await old.stop()).toBe(0);
      }
    };
    expectNoneFailed(await birthsDuring(restarted()), 200);
  });
});
