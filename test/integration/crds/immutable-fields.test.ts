/** What cannot change once it is stored, also not by taking the field away. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKindOfJob, type JobKind } from '../../../src/kernel/api-kinds.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { applyCrds, logGroup, refusal, tryPatch, workload, type ServerSide } from './manifests.ts';

let server: ServerSide;
beforeAll(async () => {
  const { admin } = controlPlane();
  await applyCrds(admin);
  server = { admin, namespace: await controlPlane().newNamespace('crds') };
});

async function stored(manifest: Manifest): Promise<Manifest> {
  const { admin, namespace } = server;
  await admin.create({ ...manifest, metadata: { ...manifest.metadata, namespace } });
  return manifest;
}

const specOf = (change: object) => ({ spec: change });

describe.each(Object.keys(apiKindOfJob) as JobKind[])('a %s', (kind) => {
  let withID: Manifest;
  let withoutID: Manifest;
  beforeAll(async () => {
    withID = await stored(workload(kind, { apiName: 'image-classifier', jobID: '69b9e5e4e8' }, 'with-id'));
    withoutID = await stored(workload(kind, { apiName: 'image-classifier' }, 'without-id'));
  });

  it('keeps its apiName', async () => {
    const message = await refusal(tryPatch(server, withID, specOf({ apiName: 'other' })));
    expect(message).toContain(
      "spec.apiName: Invalid value: apiName cannot change, it is 'image-classifier' and its records are stored under it; create a new job instead",
    );
  });

  it('cannot lose its apiName', async () => {
    const message = await refusal(tryPatch(server, withID, specOf({ apiName: null })));
    expect(message).toContain('spec.apiName: Required value');
  });

  it.each<[string, object, 'withID' | 'withoutID', string]>([
    ['keeps its jobID', { jobID: 'other' }, 'withID', '69b9e5e4e8'],
    ['cannot lose its jobID', { jobID: null }, 'withID', '69b9e5e4e8'],
    ['cannot get a jobID when it has its name for one', { jobID: 'other' }, 'withoutID', 'without-id'],
  ])('%s', async (_sentence, change, which, inForce) => {
    const message = await refusal(tryPatch(server, { withID, withoutID }[which], specOf(change)));
    expect(message).toContain(
      `spec.jobID: Invalid value: jobID cannot change, set or unset, it is '${inForce}' and its records are stored under it`,
    );
  });

  it('cannot lose its whole spec', async () => {
    expect(await refusal(tryPatch(server, withID, { spec: null }))).toContain('spec: Required value');
  });

  it('may have its jobID written out, since nothing changes by it', async () => {
    await tryPatch(server, withoutID, specOf({ jobID: 'without-id' }));
  });

  it('may claim other pods', async () => {
    await tryPatch(server, withID, specOf({ selector: { matchLabels: { app: 'x' } } }));
  });
});

describe('an API', () => {
  it('may claim other pods, or in another way', async () => {
    const api = await stored(workload('RealtimeAPI', { selector: { matchLabels: { app: 'x' } } }));
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };
    await tryPatch(server, api, specOf({ selector: null, workloadRef }));
  });
});

describe('a LogGroup', () => {
  const standard = logGroup({ logGroupName: 'crd-test-standard' }, 'crd-test-standard');
  const infrequent = logGroup(
    { logGroupName: 'crd-test-infrequent', logGroupClass: 'INFREQUENT_ACCESS' },
    'crd-test-infrequent',
  );
  beforeAll(async () => {
    for (const group of [standard, infrequent]) await server.admin.create(group);
  });
  afterAll(async () => {
    for (const { apiVersion, kind, metadata } of [standard, infrequent])
      await server.admin.delete({ apiVersion, kind, name: metadata.name ?? '' });
  });

  it('keeps its logGroupName', async () => {
    const message = await refusal(tryPatch(server, standard, specOf({ logGroupName: 'other' })));
    expect(message).toContain(
      "spec.logGroupName: Invalid value: logGroupName cannot change, it is 'crd-test-standard'; create another LogGroup instead",
    );
  });

  it('cannot lose its logGroupName', async () => {
    const message = await refusal(tryPatch(server, standard, specOf({ logGroupName: null })));
    expect(message).toContain('spec.logGroupName: Required value');
  });

  it('keeps its class', async () => {
    const change = specOf({ logGroupClass: 'INFREQUENT_ACCESS' });
    const message = await refusal(tryPatch(server, standard, change));
    expect(message).toContain(
      'spec.logGroupClass: Invalid value: logGroupClass cannot change, CloudWatch fixes it when the group is made as STANDARD',
    );
  });

  it('keeps its class when the field is taken away, which would mean the default', async () => {
    const message = await refusal(tryPatch(server, infrequent, specOf({ logGroupClass: null })));
    expect(message).toContain('logGroupClass cannot change');
    expect(message).toContain('INFREQUENT_ACCESS');
  });

  it('may lose a class that is the default anyway', async () => {
    await tryPatch(server, standard, specOf({ logGroupClass: null }));
  });

  it('may change in all that CloudWatch lets change', async () => {
    const spec = { retentionInDays: 30, tags: { team: 'ml' }, deletionPolicy: 'Delete', adopt: true };
    const { spec: after } = (await tryPatch(server, standard, { spec })) as unknown as { spec: object };
    expect(after).toMatchObject(spec);
  });
});
