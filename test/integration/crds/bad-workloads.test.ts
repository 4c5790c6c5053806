/** What the API server refuses of the six workload kinds, and in which words. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { apiKindOfJob, apiKinds, workloadKinds, type JobKind } from '../../../src/kernel/api-kinds.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { applyCrds, refusal, tryCreate, workload, type ServerSide } from './manifests.ts';

let server: ServerSide;
beforeAll(async () => {
  const { admin } = controlPlane();
  await applyCrds(admin);
  server = { admin, namespace: await controlPlane().newNamespace('crds') };
});

type Case = readonly [sentence: string, manifest: Manifest, ...says: string[]];

function refuses(cases: readonly Case[]): void {
  it.each(cases)('%s', async (_sentence, manifest, ...says) => {
    const message = await refusal(tryCreate(server, manifest));
    for (const words of says) expect(message).toContain(words);
  });
}

const longName = 'a'.repeat(64);
const api = (spec: object) => workload('RealtimeAPI', spec);
const selector = (value: object) => api({ selector: value });
const requirement = (value: object) => selector({ matchExpressions: [value] });
const ref = (change: object) =>
  api({ workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', ...change } });
const job = (spec: object) => workload('BatchJob', { apiName: 'image-classifier', ...spec });

describe.each(workloadKinds)('%s', (kind) => {
  const required = kind in apiKindOfJob ? { apiName: 'image-classifier' } : {};

  it('is refused with a name of 64 characters, which is no label value', async () => {
    const message = await refusal(tryCreate(server, workload(kind, required, longName)));
    expect(message).toContain(`metadata.name '${longName}' is too long: it becomes a label value`);
    expect(message).toContain('at most 63 characters; choose a shorter name');
  });

  it('is taken with a name of 63 characters', async () => {
    await tryCreate(server, workload(kind, required, 'a'.repeat(63)));
  });

  it('is refused with both ways to claim pods', async () => {
    const both = {
      ...required,
      selector: { matchLabels: { app: 'x' } },
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
    };
    const message = await refusal(tryCreate(server, workload(kind, both)));
    expect(message).toContain('spec: Invalid value');
    expect(message).toContain('selector and workloadRef are both set');
    expect(message).toContain('remove one of them');
  });

  it('is refused with an empty selector, which would claim every pod', async () => {
    const message = await refusal(tryCreate(server, workload(kind, { ...required, selector: {} })));
    expect(message).toContain('spec.selector: Invalid value');
    expect(message).toContain('selector is empty and would claim every pod of the namespace');
  });

  it('is taken with neither, for the pods that it owns', async () => {
    await tryCreate(server, workload(kind, required));
  });

  it('tells of a field that it does not have', async () => {
    const message = await refusal(tryCreate(server, workload(kind, { ...required, replicas: 1 })));
    expect(message).toContain('unknown field "spec.replicas"');
  });
});

describe.each(apiKinds)('%s', (kind) => {
  it('needs no spec', async () => {
    await tryCreate(server, workload(kind));
  });
});

describe('a selector', () => {
  refuses([
    ['of empty lists is empty', selector({ matchLabels: {}, matchExpressions: [] }), 'selector is empty'],
    [
      'may not have a value that is no label value',
      selector({ matchLabels: { app: '-x' } }),
      'spec.selector.matchLabels[app]: Invalid value',
      "is not a legal label value: '-x'",
      'at most 63 characters of A-Z a-z 0-9 - _ .',
    ],
    [
      'may not have a value of 64 characters',
      selector({ matchLabels: { app: longName } }),
      'spec.selector.matchLabels.app: Too long',
      '63',
    ],
    [
      'may not have a key with a space',
      selector({ matchLabels: { fine: 'x', 'my app': 'x' } }),
      "spec.selector.matchLabels: Invalid value: has the illegal label key 'my app'",
      'such as app or app.kubernetes.io/name',
    ],
    ['may not have an empty key', selector({ matchLabels: { '': 'x' } }), "has the illegal label key ''"],
    [
      'may not have a key whose name has 64 characters',
      selector({ matchLabels: { [longName]: 'x' } }),
      `has the illegal label key '${longName}'`,
    ],
    [
      'may not have a key whose prefix has 254 characters',
      selector({ matchLabels: { [`${'a'.repeat(254)}/app`]: 'x' } }),
      'has the illegal label key',
    ],
    [
      'may not have a key with two slashes',
      selector({ matchLabels: { 'a/b/c': 'x' } }),
      "has the illegal label key 'a/b/c'",
    ],
    [
      'may not have a key with an upper-case prefix',
      requirement({ key: 'Example.com/app', operator: 'Exists' }),
      'spec.selector.matchExpressions[0].key',
      "is not a legal label key: 'Example.com/app'",
    ],
    [
      'needs an operator that Kubernetes has',
      requirement({ key: 'app', operator: 'Equals', values: ['x'] }),
      'spec.selector.matchExpressions[0].operator: Unsupported value: "Equals"',
      '"In", "NotIn", "Exists", "DoesNotExist"',
    ],
    [
      'needs an operator at all',
      requirement({ key: 'app' }),
      'spec.selector.matchExpressions[0].operator: Required value',
    ],
    [
      'needs a key at all',
      requirement({ operator: 'Exists' }),
      'spec.selector.matchExpressions[0].key: Required value',
    ],
    [
      'with In needs values',
      requirement({ key: 'app', operator: 'In' }),
      'spec.selector.matchExpressions[0].values',
      "operator In on key 'app' needs at least one entry in values",
    ],
    [
      'with NotIn needs values, and an empty list has none',
      requirement({ key: 'app', operator: 'NotIn', values: [] }),
      "operator NotIn on key 'app' needs at least one entry in values",
    ],
    [
      'with Exists takes no values',
      requirement({ key: 'app', operator: 'Exists', values: ['x'] }),
      'spec.selector.matchExpressions[0].values',
      "operator Exists on key 'app' takes no values",
    ],
    [
      'with DoesNotExist takes no values',
      requirement({ key: 'app', operator: 'DoesNotExist', values: ['x'] }),
      "operator DoesNotExist on key 'app' takes no values",
    ],
    [
      'may not compare with what is no label value',
      requirement({ key: 'app', operator: 'In', values: ['fine', 'a b'] }),
      'spec.selector.matchExpressions[0].values[1]',
      "is not a legal label value: 'a b'",
    ],
    [
      'may not be a plain map of labels, as a Service has it',
      selector({ app: 'x' }),
      'unknown field "spec.selector.app"',
    ],
  ]);

  it('may have everything that Kubernetes has', async () => {
    const value = {
      matchLabels: { app: 'x', 'app.kubernetes.io/name': '', [`${'a'.repeat(253)}/b`]: 'X_1.2-3' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', ''] },
        { key: 'tier', operator: 'NotIn', values: ['b'] },
        { key: 'tier', operator: 'Exists' },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    };
    expect((await tryCreate(server, selector(value)))['spec']).toEqual({ selector: value });
  });
});

describe('a selector by the labels that the operator writes', () => {
  refuses([
    [
      'may not ask for the name of another API, since its pods would get this one',
      selector({ matchLabels: { apiName: 'other' } }),
      "spec.selector.matchLabels: Invalid value: selects pods by apiName 'other', but the operator gives claimed pods the value 'text-generator'",
      'select by labels of your own, or claim by workloadRef',
    ],
    [
      'may not ask for another kind',
      selector({ matchLabels: { apiKind: 'TaskAPI' } }),
      "selects pods by apiKind 'TaskAPI', but the operator gives claimed pods the value 'RealtimeAPI'",
    ],
    [
      'may not ask for a job ID where pods never carry one',
      selector({ matchLabels: { jobID: 'x' } }),
      "selects pods by jobID 'x', but the operator writes that label itself",
    ],
    [
      'may not ask for their absence',
      requirement({ key: 'apiName', operator: 'DoesNotExist' }),
      'spec.selector.matchExpressions: Invalid value: selects pods by apiName, apiKind or jobID',
    ],
    [
      'may not ask for the job ID of another job',
      job({ jobID: 'mine', selector: { matchLabels: { jobID: 'other' } } }),
      "selects pods by jobID 'other', but the operator gives claimed pods the value 'mine'",
    ],
  ]);

  it('may ask for what pods carry after the claim as before', async () => {
    await tryCreate(server, selector({ matchLabels: { apiName: 'text-generator', apiKind: 'RealtimeAPI' } }));
    const labels = { apiName: 'image-classifier', apiKind: 'BatchAPI', jobID: 'text-generator' };
    await tryCreate(server, job({ selector: { matchLabels: labels } }));
  });
});

describe('a workloadRef', () => {
  const required = (name: string): Case => {
    const message = `spec.workloadRef.${name}: Required value`;
    return [`needs its ${name}`, ref({ [name]: undefined }), message];
  };
  refuses([
    required('apiVersion'),
    required('kind'),
    required('name'),
    ['may not be empty', api({ workloadRef: {} }), 'spec.workloadRef.kind: Required value'],
    [
      'may not leave the version out',
      ref({ apiVersion: 'apps' }),
      'spec.workloadRef.apiVersion',
      "is not an API version: 'apps'",
      'such as apps/v1',
    ],
    [
      'may not have a resource where the kind belongs',
      ref({ kind: 'deployments' }),
      'spec.workloadRef.kind',
      "is not a kind: 'deployments'",
      'such as Deployment',
    ],
    [
      'may not name an object of another namespace',
      ref({ name: 'prod/web' }),
      'spec.workloadRef.name',
      "is not an object name: 'prod/web'",
      'only objects of the same namespace can be claimed',
    ],
    [
      'has no field for a namespace',
      ref({ namespace: 'prod' }),
      'unknown field "spec.workloadRef.namespace"',
    ],
    [
      'may not name a pod, which owns nothing',
      ref({ apiVersion: 'v1', kind: 'Pod' }),
      'workloadRef names a Pod, and a pod owns no pods; claim it by its labels with selector',
    ],
    [
      'may not name a resource that claims pods itself',
      ref({ apiVersion: 'cortex.dev/v1alpha1', kind: 'BatchAPI' }),
      'workloadRef names a BatchAPI of cortex.dev, which claims pods itself',
    ],
  ]);

  it.each([
    { apiVersion: 'v1', kind: 'ReplicationController', name: 'web' },
    { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' },
    { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', name: 'a.b-c' },
  ])('may name a $kind', async (workloadRef) => {
    await tryCreate(server, api({ workloadRef }));
  });
});

describe.each(Object.entries(apiKindOfJob) as [JobKind, string][])('%s', (kind, apiKind) => {
  refuses([
    ['needs an apiName', workload(kind, {}), 'spec.apiName: Required value'],
    ['needs a spec', workload(kind), 'spec: Required value'],
    ['needs an apiName that is not empty', workload(kind, { apiName: '' }), 'spec.apiName'],
    [
      'needs the name of an API',
      workload(kind, { apiName: 'Image Classifier' }),
      'spec.apiName: Invalid value',
      `is not the name of a ${apiKind}: 'Image Classifier'`,
    ],
    ['may not run a name of 64 characters', workload(kind, { apiName: longName }), 'spec.apiName: Too long'],
    [
      'may not have a jobID that is no label value',
      workload(kind, { apiName: 'a', jobID: 'run/1' }),
      'spec.jobID: Invalid value: "run/1": is not a legal label value: \'run/1\'',
    ],
    [
      'may not have a jobID of 64 characters',
      workload(kind, { apiName: 'a', jobID: longName }),
      'spec.jobID: Too long',
    ],
    ['may not have an empty jobID', workload(kind, { apiName: 'a', jobID: '' }), 'spec.jobID'],
  ]);
});
