import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteAccountPolicyCommand,
  PutAccountPolicyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { waitFor } from '../../control-plane/wait-for.ts';
import { clusterName, openLogGroupStage, type LogGroupStage } from '../../support/log-group-stage.ts';

let stage: LogGroupStage;

beforeAll(async () => {
  stage = await openLogGroupStage();
}, 120_000);
afterEach(() => stage.twin.faults.clear());
afterAll(() => stage.close());

const writes = () =>
  Object.entries(stage.twin.calls()).filter(([operation]) => !/^(Describe|List)/.test(operation));

const until = (describe: string, condition: () => Promise<boolean>) => waitFor(condition, { describe });

describe('a log group', () => {
  it('is made with class, tags and retention, beside neighbours whose names begin alike', async () => {
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'prod-2' }));
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'pro' }));
    await stage.declare('prod', {
      retentionInDays: 30,
      logGroupClass: 'INFREQUENT_ACCESS',
      tags: { team: 'ml' },
    });
    await stage.condition('prod', 'Ready');
    expect(await stage.group('prod')).toMatchObject({
      logGroupClass: 'INFREQUENT_ACCESS',
      retentionInDays: 30,
    });
    expect(await stage.tags('prod')).toEqual({ 'cortex.dev/cluster': stage.clusterUid, team: 'ml' });
    expect(await stage.condition('prod', 'QueriesLimited')).toBeDefined();
    expect(await stage.group('prod-2')).not.toHaveProperty('retentionInDays');
    expect(await stage.tags('prod-2')).toEqual({});
  });

  it('gets back what others change of what is declared, and keeps what they add', async () => {
    await stage.declare('drifting', { retentionInDays: 7, tags: { team: 'ml' } });
    await stage.condition('drifting', 'Ready');
    const resourceArn = (await stage.group('drifting'))?.logGroupArn;
    await stage.client.send(
      new PutRetentionPolicyCommand({ logGroupName: 'drifting', retentionInDays: 365 }),
    );
    await stage.client.send(new TagResourceCommand({ resourceArn, tags: { theirs: 'kept' } }));
    await stage.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    await until('retention and tags to be repaired', async () => {
      const { team } = await stage.tags('drifting');
      return team === 'ml' && (await stage.group('drifting'))?.retentionInDays === 7;
    });
    expect(await stage.tags('drifting')).toMatchObject({ theirs: 'kept' });
  });

  it('comes back when it is deleted from outside', async () => {
    await stage.declare('deleted', { retentionInDays: 14 });
    await stage.condition('deleted', 'Ready');
    await stage.client.send(new DeleteLogGroupCommand({ logGroupName: 'deleted' }));
    await until('the group to be back', async () => (await stage.group('deleted'))?.retentionInDays === 14);
  });

  it('is left alone when it carries the tag of another cluster, until it is adopted', async () => {
    const tags = { 'cortex.dev/cluster': 'another-uid' };
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'theirs', tags }));
    await stage.declare('theirs', { retentionInDays: 3 });
    expect((await stage.condition('theirs', 'OwnedByOther')).message).toContain('another-uid');
    await stage.observed(2);
    expect(await stage.tags('theirs')).toEqual(tags);
    expect(await stage.group('theirs')).not.toHaveProperty('retentionInDays');

    await stage.declare('theirs', { retentionInDays: 3, adopt: true });
    await stage.condition('theirs', 'Ready');
    expect(await stage.tags('theirs')).toEqual({ 'cortex.dev/cluster': stage.clusterUid });
    expect(await stage.group('theirs')).toMatchObject({ retentionInDays: 3 });
  });

  it('reports another class than the declared one, and an account-level retention, without fighting them', async () => {
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'overruled' }));
    await stage.declare('overruled', { logGroupClass: 'INFREQUENT_ACCESS' });
    expect((await stage.condition('overruled', 'ClassMismatch')).message).toContain('STANDARD');

    const policy = { policyName: 'company-wide', policyType: 'RETENTION_POLICY' as const };
    const policyDocument = JSON.stringify({ retentionInDays: 90, enforcementMode: 'RETROACTIVE' });
    await stage.client.send(new PutAccountPolicyCommand({ ...policy, policyDocument }));
    await stage.declare('under-policy', { retentionInDays: 7 });
    expect((await stage.condition('under-policy', 'RetentionOverridden')).message).toContain('company-wide');
    stage.twin.forgetCalls();
    await stage.observed(6);
    expect(writes()).toEqual([]);
    await stage.client.send(new DeleteAccountPolicyCommand(policy));
    await stage.condition('under-policy', 'Ready');
  });

  it('names each missing IAM action, does all that is allowed, and heals by itself', async () => {
    stage.twin.faults.add({ kind: 'deny', operation: 'PutRetentionPolicy' });
    await stage.declare('denied', { retentionInDays: 5, tags: { team: 'ml' } });
    const { message } = await stage.condition('denied', 'AccessDenied');
    expect(message).toContain('logs:PutRetentionPolicy on arn:aws:logs:eu-west-1:');
    expect(message).toContain(':log-group:denied');
    expect(await stage.tags('denied')).toMatchObject({ team: 'ml' });
    stage.twin.faults.clear();
    await stage.condition('denied', 'Ready');
    expect(await stage.group('denied')).toMatchObject({ retentionInDays: 5 });
  });

  it.each([
    ['throttled', 'throttle', 'Throttled'],
    ['refused for expired credentials', 'expire', 'CredentialsExpired'],
    ['unavailable', 'unavailable', 'AWSUnreachable'],
  ] as const)('says so when AWS is %s, while pods are labeled', async (_, kind, reason) => {
    const namespace = await stage.controlPlane.newNamespace();
    stage.twin.faults.add({ kind });
    const group = `aws-${kind}`;
    await stage.declare(group);
    await until(reason, async () => {
      const ready = (await stage.conditions(group)).find(({ type }) => type === 'Ready');
      return ready?.reason === reason;
    });
    await stage.controlPlane.admin.applyYaml(podWithItsApi(kind), namespace);
    const labels = await waitFor(() => labelsOfPod(namespace, kind), { describe: 'the label' });
    expect(labels).toMatchObject({ apiName: kind, apiKind: 'RealtimeAPI' });
    stage.twin.faults.clear();
    await stage.condition(group, 'Ready');
  });

  it('belongs to the older of two objects that declare it', async () => {
    await stage.declare('shared', { retentionInDays: 1 });
    await stage.condition('shared', 'Ready');
    await stage.declare('younger', { logGroupName: 'shared', retentionInDays: 3 });
    expect((await stage.condition('younger', 'Conflict')).message).toContain('The LogGroup shared is older');
    expect(await stage.group('shared')).toMatchObject({ retentionInDays: 1 });
  });

  it('costs reads only once it is as declared, and no write to its object', async () => {
    await stage.declare('steady', { retentionInDays: 30 });
    await stage.condition('steady', 'Ready');
    stage.twin.forgetCalls();
    const before = (await stage.controlPlane.auditEvents()).length;
    await stage.observed(20);
    expect(writes()).toEqual([]);
    const after = (await stage.controlPlane.auditEvents()).slice(before);
    expect(after.filter(({ objectRef }) => objectRef?.resource === 'loggroups')).toEqual([]);
  });

  it('is declared by the operator for its own cluster when nobody did', async () => {
    await stage.condition('default', 'Ready');
    expect(await stage.group(clusterName)).toMatchObject({ logGroupClass: 'STANDARD' });
    expect(await stage.tags(clusterName)).toEqual({ 'cortex.dev/cluster': stage.clusterUid });
  });
});

async function labelsOfPod(namespace: string, name: string) {
  const pod = await stage.controlPlane.admin.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  return pod?.metadata.labels?.['apiName'] !== undefined && pod.metadata.labels;
}

function podWithItsApi(name: string): string {
  return `
apiVersion: cortex.dev/v1alpha1
kind: RealtimeAPI
metadata: {name: ${name}}
spec: {selector: {matchLabels: {app: ${name}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: api, image: example}]}
`;
}
