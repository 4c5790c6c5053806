import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteAccountPolicyCommand,
  DeleteIndexPolicyCommand,
  PutAccountPolicyCommand,
  PutLogGroupDeletionProtectionCommand,
  PutQueryDefinitionCommand,
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
afterEach(async () => {
  stage.twin.faults.clear();
  await stage.clear();
});
afterAll(() => stage.close());

const writes = () =>
  Object.entries(stage.twin.calls()).filter(([operation]) => !/^(Describe|List)/.test(operation));

const kinds = ['AsyncAPI', 'BatchAPI', 'RealtimeAPI', 'TaskAPI'];
const facets = {
  'labels.apiName': { type: 'FACET' },
  'labels.apiKind': { type: 'FACET' },
  'labels.jobID': { type: 'FACET' },
};

const until = (describe: string, condition: () => Promise<boolean>) => waitFor(condition, { describe });

describe('a log group', () => {
  it('is made with all that is declared, beside neighbours whose names begin alike', async () => {
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'prod-2' }));
    await stage.client.send(new CreateLogGroupCommand({ logGroupName: 'pro' }));
    await stage.declare('prod', {
      retentionInDays: 30,
      tags: { team: 'ml' },
      deletionProtectionEnabled: true,
    });
    await stage.condition('prod', 'Ready');
    expect(await stage.group('prod')).toMatchObject({
      logGroupClass: 'STANDARD',
      retentionInDays: 30,
      deletionProtectionEnabled: true,
    });
    expect(await stage.tags('prod')).toEqual({ 'cortex.dev/cluster': stage.clusterUid, team: 'ml' });
    expect(await stage.indexes('prod')).toEqual({ FieldsV2: facets });
    expect(await stage.queries('prod')).toEqual(kinds);
    expect(await stage.group('prod-2')).not.toHaveProperty('retentionInDays');
    expect(await stage.tags('prod-2')).toEqual({});
    expect(await stage.queries('prod-2')).toEqual([]);

    const wide = (await stage.kubectl('get', 'loggroups', 'prod', '-o', 'wide', '--no-headers')).split(
      / {2,}/,
    );
    const [name, group, retention, ready, reason, , logGroupClass, deletion, isProtected, arn] = wide;
    expect([name, group, retention, ready, reason]).toEqual(['prod', 'prod', '30', 'True', 'AsDeclared']);
    expect([logGroupClass, deletion, isProtected]).toEqual(['STANDARD', 'Retain', 'true']);
    expect(arn).toContain(':log-group:prod');
    await until('the Event to be shown', async () =>
      /Created.*Log group prod: created with class STANDARD.*retention set to 30 days/.test(
        await stage.kubectl('describe', 'loggroup', 'prod'),
      ),
    );
  });

  it('of the infrequent access class has no indexes, and queries that parse', async () => {
    await stage.declare('infrequent', { logGroupClass: 'INFREQUENT_ACCESS' });
    expect((await stage.condition('infrequent', 'QueriesLimited')).message).toContain('INFREQUENT_ACCESS');
    await stage.condition('infrequent', 'Ready');
    expect(await stage.group('infrequent')).toMatchObject({ logGroupClass: 'INFREQUENT_ACCESS' });
    expect(await stage.queries('infrequent')).toEqual(kinds);
  });

  it('gets back what others change of what is declared, and keeps what they add', async () => {
    const logGroupName = 'drifting';
    await stage.declare('drifting', {
      retentionInDays: 7,
      tags: { team: 'ml' },
      deletionProtectionEnabled: true,
    });
    await stage.condition('drifting', 'Ready');
    const resourceArn = (await stage.group('drifting'))?.logGroupArn;
    const send = stage.client.send.bind(stage.client);
    await send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 365 }));
    await send(new TagResourceCommand({ resourceArn, tags: { theirs: 'kept' } }));
    await send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    await send(new DeleteIndexPolicyCommand({ logGroupIdentifier: logGroupName }));
    const isOff = { logGroupIdentifier: logGroupName, deletionProtectionEnabled: false };
    await send(new PutLogGroupDeletionProtectionCommand(isOff));
    const query = { queryString: 'fields @message', logGroupNames: [logGroupName] };
    await send(new PutQueryDefinitionCommand({ ...query, name: 'Cortex/drifting/mine' }));
    await send(new PutQueryDefinitionCommand({ ...query, name: 'Cortex/drifting/TaskAPI' }));
    await until('all of it to be repaired', async () => {
      const { team } = await stage.tags('drifting');
      const group = await stage.group('drifting');
      const queries = await stage.queries('drifting');
      return (
        team === 'ml' &&
        group?.retentionInDays === 7 &&
        group.deletionProtectionEnabled === true &&
        (await stage.indexes('drifting')) !== null &&
        queries.length === 5
      );
    });
    expect(await stage.tags('drifting')).toMatchObject({ theirs: 'kept' });
    expect(await stage.queries('drifting')).toEqual([...kinds, 'mine']);
  });

  it('comes back with everything when it is deleted from outside, and an Event tells', async () => {
    await stage.declare('deleted', { retentionInDays: 14 });
    await stage.condition('deleted', 'Ready');
    await stage.client.send(new DeleteLogGroupCommand({ logGroupName: 'deleted' }));
    await until('the group to be back', async () => (await stage.group('deleted'))?.retentionInDays === 14);
    await until('its index policy', async () => (await stage.indexes('deleted')) !== null);
    await until('the Event to be shown', async () =>
      /Warning +Recreated.*was gone from CloudWatch/.test(
        await stage.kubectl('describe', 'loggroup', 'deleted'),
      ),
    );
  });

  it('goes with its object under deletionPolicy: Delete, as soon as it can', async () => {
    await stage.declare('transient', { deletionPolicy: 'Delete' });
    await stage.condition('transient', 'Ready');
    stage.twin.faults.add({ kind: 'unavailable', operation: 'DeleteLogGroup' });
    await stage.remove('transient');
    await until('the reason to be told', async () => {
      const ready = (await stage.conditions('transient')).find(({ type }) => type === 'Ready');
      return ready?.reason === 'DeletionBlocked' && ready.message.includes('deletionPolicy: Retain');
    });
    expect(await stage.group('transient')).toBeDefined();
    await until('the Event to be shown', async () =>
      /Warning +DeletionBlocked/.test(await stage.kubectl('describe', 'loggroup', 'transient')),
    );
    stage.twin.faults.clear();
    await until('the object to be gone', async () => !(await stage.isDeclared('transient')));
    expect(await stage.group('transient')).toBeUndefined();
    expect(await stage.queries('transient')).toEqual([]);
  });

  it('stays when its object goes under deletionPolicy: Retain, also if that is decided late', async () => {
    await stage.declare('kept', { deletionPolicy: 'Delete' });
    await stage.condition('kept', 'Ready');
    stage.twin.faults.add({ kind: 'deny', operation: 'DeleteLogGroup' });
    await stage.remove('kept');
    expect((await stage.condition('kept', 'AccessDenied')).message).toContain('logs:DeleteLogGroup on arn:');
    await stage.kubectl(
      'patch',
      'loggroup',
      'kept',
      '--type=merge',
      '-p',
      '{"spec":{"deletionPolicy":"Retain"}}',
    );
    await until('the object to be gone', async () => !(await stage.isDeclared('kept')));
    expect(await stage.tags('kept')).toEqual({ 'cortex.dev/cluster': stage.clusterUid });
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

  it("yields to an account's index policy, and gets its own when that goes", async () => {
    const policy = { policyName: 'company-indexes', policyType: 'FIELD_INDEX_POLICY' as const };
    await stage.declare('indexed');
    await stage.condition('indexed', 'Ready');
    const policyDocument = JSON.stringify({ Fields: ['requestId'] });
    await stage.client.send(new PutAccountPolicyCommand({ ...policy, policyDocument }));
    expect((await stage.condition('indexed', 'IndexInherited')).message).toContain('company-indexes');
    await until(
      "the account's policy to count",
      async () => 'Fields' in ((await stage.indexes('indexed')) as object),
    );
    await stage.client.send(new DeleteAccountPolicyCommand(policy));
    await until('the default to be back', async () => {
      const indexes = (await stage.indexes('indexed')) as object | null;
      return indexes !== null && 'FieldsV2' in indexes;
    });
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
    await stage.observed(6);
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
