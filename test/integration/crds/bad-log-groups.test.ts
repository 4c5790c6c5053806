/** What the API server refuses of a LogGroup, and in which words. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { retentionPeriodsInDays } from '../../../src/kernel/log-group-name.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { applyCrds, logGroup, refusal, tryCreate, type ServerSide } from './manifests.ts';

let server: ServerSide;
beforeAll(async () => {
  const { admin } = controlPlane();
  await applyCrds(admin);
  server = { admin, namespace: '' };
});

const group = (change: object) => logGroup({ logGroupName: 'my-cluster', ...change });
const indexes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `labels.field${index}` }));
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
const infrequent = { logGroupClass: 'INFREQUENT_ACCESS' };

describe('a LogGroup', () => {
  it.each<[sentence: string, spec: object, ...says: string[]]>([
    ['needs a logGroupName', { logGroupName: undefined }, 'spec.logGroupName: Required value'],
    ['needs a logGroupName that is not empty', { logGroupName: '' }, 'spec.logGroupName'],
    [
      'may not have a name with a space',
      { logGroupName: 'my cluster' },
      'spec.logGroupName: Invalid value: "my cluster": has a character that CloudWatch refuses: \'my cluster\'',
      'legal are a-z A-Z 0-9 _ - / . #',
    ],
    ['may not have a name with a colon', { logGroupName: 'a:b' }, 'has a character that CloudWatch refuses'],
    [
      'may not have a name of 513 characters',
      { logGroupName: 'a'.repeat(513) },
      'spec.logGroupName: Too long',
      '512',
    ],
    [
      'may not have a name that AWS keeps for itself',
      { logGroupName: 'aws/lambda' },
      "starts with 'aws/', which AWS keeps for itself: 'aws/lambda'",
    ],
    [
      'may not be kept for 8 days, and is told what it can be',
      { retentionInDays: 8 },
      'spec.retentionInDays: Unsupported value: 8',
      '"7"',
      '"3653"',
    ],
    ['may not be kept for 0 days', { retentionInDays: 0 }, 'spec.retentionInDays: Unsupported value: 0'],
    [
      'may not be kept for a text',
      { retentionInDays: '30' },
      'spec.retentionInDays',
      'must be of type integer',
    ],
    [
      'may not be of a class that holds no queries',
      { logGroupClass: 'DELIVERY' },
      'spec.logGroupClass: Unsupported value: "DELIVERY"',
      '"STANDARD", "INFREQUENT_ACCESS"',
    ],
    [
      'may not be protected from deletion and be deleted with its resource',
      { deletionPolicy: 'Delete', deletionProtectionEnabled: true },
      'spec.deletionPolicy: Invalid value: deletionPolicy Delete cannot be carried out while deletionProtectionEnabled is true',
      'set deletionPolicy to Retain, or deletionProtectionEnabled to false',
    ],
    ['has two deletion policies', { deletionPolicy: 'Orphan' }, 'spec.deletionPolicy: Unsupported value'],
    ['has two ways with saved queries', { savedQueries: 'Off' }, 'spec.savedQueries: Unsupported value'],
    [
      'may not have a KMS key by its bare ID',
      { kmsKeyID: '1234abcd-12ab-34cd-56ef-1234567890ab' },
      'spec.kmsKeyID',
      'is not the ARN of a KMS key',
      'arn:aws:kms:<region>:<account>:key/<id>',
    ],
    [
      'may not have 21 field indexes',
      { fieldIndexes: indexes(21) },
      'spec.fieldIndexes: Too many: 21: must have at most 20 items',
    ],
    [
      'may not index one field twice',
      { fieldIndexes: [{ name: 'labels.jobID' }, { name: 'labels.jobID', type: 'FACET' }] },
      'spec.fieldIndexes[1]: Duplicate value',
      'labels.jobID',
    ],
    [
      'may not index a field of another type',
      { fieldIndexes: [{ name: 'labels.jobID', type: 'HASH' }] },
      'spec.fieldIndexes[0].type: Unsupported value: "HASH"',
    ],
    ['may not index a field without a name', { fieldIndexes: [{ name: '' }] }, 'spec.fieldIndexes[0].name'],
    [
      'may not index a field of 101 characters',
      { fieldIndexes: [{ name: 'a'.repeat(101) }] },
      'spec.fieldIndexes[0].name: Too long',
    ],
    [
      'may not have field indexes in the class that offers none',
      { ...infrequent, fieldIndexes: indexes(1) },
      'spec.fieldIndexes: Invalid value: fieldIndexes are offered by CloudWatch in the class STANDARD only',
      'logGroupClass is INFREQUENT_ACCESS; remove fieldIndexes',
    ],
    ['may not have 50 tags, since one is the owner', { tags: tags(50) }, 'spec.tags: Too many: 50'],
    [
      'may not have a tag with an empty key',
      { tags: { '': 'x' } },
      'spec.tags: Invalid value: has a key that is not 1 to 128 characters long',
    ],
    [
      'may not have a tag with a key of 129 characters',
      { tags: { ['k'.repeat(129)]: 'x' } },
      'has a key that is not 1 to 128 characters long',
      'k'.repeat(129),
    ],
    [
      'may not have a tag key with a question mark',
      { tags: { fine: 'x', 'why?': 'x' } },
      "spec.tags: Invalid value: has a key with a character that AWS refuses: 'why?'",
    ],
    [
      'may not have a tag value with a comma',
      { tags: { team: 'a,b' } },
      'spec.tags[team]: Invalid value: "a,b": has a character that AWS refuses in tag values: \'a,b\'',
    ],
    [
      'may not have a tag value of 257 characters',
      { tags: { team: 'x'.repeat(257) } },
      'spec.tags.team: Too long',
    ],
    [
      'may not have a tag of AWS, in any case of letters',
      { tags: { 'AWS:owner': 'x' } },
      "has the key 'AWS:owner', and AWS keeps keys that start with aws: for itself",
    ],
    [
      'may not have the tag by which a cluster owns the group',
      { tags: { 'cortex.dev/cluster': 'x' } },
      'has the key cortex.dev/cluster, by which the operator marks the cluster that owns the group',
      'set adopt to take over a group of another cluster',
    ],
    ['has no other fields', { retention: 30 }, 'unknown field "spec.retention"'],
  ])('%s', async (_sentence, spec, ...says) => {
    const message = await refusal(tryCreate(server, group(spec)));
    for (const words of says) expect(message).toContain(words);
  });

  it('needs a spec', async () => {
    const { apiVersion, kind, metadata } = group({});
    const message = await refusal(tryCreate(server, { apiVersion, kind, metadata }));
    expect(message).toContain('spec: Required value');
  });

  it('is taken with all that is legal, at its limits', async () => {
    const spec = {
      logGroupName: '/aws/eks/My_cluster.1#x',
      retentionInDays: 3653,
      logGroupClass: 'STANDARD',
      kmsKeyID: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      tags: { ...tags(47), ['k'.repeat(128)]: 'v'.repeat(256), 'Müller + co': 'a b_.:/=+@-é' },
      deletionProtectionEnabled: true,
      fieldIndexes: indexes(20),
      savedQueries: 'Unmanaged',
      deletionPolicy: 'Retain',
      adopt: true,
    };
    const { spec: taken } = (await tryCreate(server, logGroup(spec))) as unknown as { spec: typeof spec };
    expect(Object.keys(taken.tags)).toHaveLength(49);
    expect(taken).toEqual({
      ...spec,
      fieldIndexes: spec.fieldIndexes.map((index) => ({ ...index, type: 'FIELD_INDEX' })),
    });
  });

  it('may be deleted with its resource when it is not protected', async () => {
    await tryCreate(server, group({ deletionPolicy: 'Delete' }));
    await tryCreate(server, group({ deletionPolicy: 'Delete', deletionProtectionEnabled: false }));
  });

  it('may be kept for each period that CloudWatch has', async () => {
    for (const retentionInDays of retentionPeriodsInDays) await tryCreate(server, group({ retentionInDays }));
  });
});
