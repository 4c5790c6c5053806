/** The operator's own token, which may patch LogGroups for their finalizers, may change its own finalizer and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logGroupFinalizer } from '../../../src/log-groups/log-group.ts';
import { KubeClient } from '../../control-plane/kube-client.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { operatorUser } from '../../support/team.ts';

const target = { apiVersion: 'cortex.dev/v1alpha1', kind: 'LogGroup', name: 'confined' };
const theirs = 'example.com/theirs';

/** With the token of the operator's ServiceAccount, and no more rights than the chart gives it. */
let operator: KubeClient;

beforeAll(async () => {
  const { server, ca, admin } = controlPlane();
  const [, , namespace = '', name = ''] = operatorUser.split(':');
  const token = await controlPlane().serviceAccountToken(namespace, name);
  operator = new KubeClient({ server, ca, token });
  await admin.create({
    ...target,
    metadata: {
      name: target.name,
      labels: { team: 'ml' },
      annotations: { note: 'kept' },
      finalizers: [theirs],
    },
    spec: { logGroupName: 'confined', retentionInDays: 30 },
  });
});
afterAll(async () => {
  const { admin } = controlPlane();
  await admin.patch(target, { metadata: { finalizers: null } });
  await admin.delete(target);
  await operator.close();
});

const stored = async () => {
  const found = await controlPlane().admin.get(target);
  const { finalizers, labels, annotations, ownerReferences } = found?.metadata ?? {};
  return { spec: found?.['spec'], metadata: { finalizers, labels, annotations, ownerReferences } };
};

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '11111111-1111-1111-1111-111111111111' };

describe('the operator is refused, in words that name what it would change,', () => {
  it.each<[what: string, patch: object, named: string]>([
    ['another retention', { spec: { retentionInDays: 1 } }, 'spec'],
    ['a tag', { spec: { tags: { evil: 'yes' } } }, 'spec'],
    ['another deletion policy', { spec: { deletionPolicy: 'Delete' } }, 'spec'],
    ['a label', { metadata: { labels: { team: 'other' } } }, 'metadata.labels'],
    ['all labels taken away', { metadata: { labels: null } }, 'metadata.labels'],
    ['an annotation', { metadata: { annotations: { evil: 'yes' } } }, 'metadata.annotations'],
    ['an owner', { metadata: { ownerReferences: [owner] } }, 'metadata.ownerReferences'],
    ["somebody's finalizer taken away", { metadata: { finalizers: [] } }, `finalizer ${theirs}`],
    [
      "somebody else's finalizer",
      { metadata: { finalizers: [theirs, 'evil.example/x'] } },
      'finalizer evil.example/x',
    ],
    [
      'a spec beside its own finalizer',
      { metadata: { finalizers: [theirs, logGroupFinalizer] }, spec: { adopt: true } },
      'spec',
    ],
  ])('%s', async (_what, patch, named) => {
    const before = await stored();
    await expect(operator.patch(target, patch)).rejects.toThrow(
      `the operator of Cortex Logging may change nothing of a LogGroup but its status and its own finalizer, and this would change: ${named}`,
    );
    expect(await stored()).toEqual(before);
  });
});

describe('the operator may', () => {
  it('put its own finalizer beside those of others', async () => {
    // Dry, since the running operator takes away what this spec does not want.
    const path = `${await operator.pathOf(target)}?dryRun=All`;
    const body = { metadata: { finalizers: [theirs, logGroupFinalizer] } };
    const patched = await operator.request('PATCH', path, body, 'application/merge-patch+json');
    expect(patched).toMatchObject(body);
  });
});

describe('nobody else', () => {
  it('is looked at: an administrator changes what the operator may not', async () => {
    await controlPlane().admin.patch(target, {
      spec: { retentionInDays: 60 },
      metadata: { labels: { team: 'x' } },
    });
    expect((await stored()).spec).toMatchObject({ retentionInDays: 60 });
  });
});
