import { describe, expect, it } from '@jest/globals';
import type { LogGroupAction } from '../../../src/log-groups/log-group-action.ts';
import type { FieldIndex, LogGroupSpec, ManagedOnGroup } from '../../../src/log-groups/log-group.ts';
import type { ObservedLogGroup } from '../../../src/log-groups/observe-log-group.ts';
import { defaultFieldIndexes } from '../../../src/log-groups/plan-field-indexes.ts';
import { planLogGroup } from '../../../src/log-groups/plan-log-group.ts';
import { desiredQueries } from '../../../src/log-groups/saved-query.ts';
import { buildObserved, clusterUid, ownIndexPolicy, savedQueriesOf } from './build-log-group.ts';

const owner = { 'cortex.dev/cluster': clusterUid };
const key = 'arn:aws:kms:eu-west-1:123456789012:key/aaaa';
const otherKey = 'arn:aws:kms:eu-west-1:123456789012:key/bbbb';
const alias = 'arn:aws:kms:eu-west-1:123456789012:alias/logs';

interface Row {
  readonly name: string;
  readonly spec?: Partial<LogGroupSpec>;
  /** Undefined: the group does not exist. */
  readonly observed?: Partial<ObservedLogGroup> | undefined;
  readonly managed?: ManagedOnGroup;
  readonly actions?: readonly LogGroupAction[];
  readonly conditions?: readonly string[];
}

const missing: readonly Row[] = [
  {
    name: 'a group that does not exist is created with the tag of its cluster',
    actions: [{ kind: 'create', tags: owner }],
  },
  {
    name: 'class, key and tags go with the creation, and the retention follows',
    spec: { logGroupClass: 'INFREQUENT_ACCESS', kmsKeyID: key, tags: { team: 'ml' }, retentionInDays: 30 },
    actions: [
      { kind: 'create', logGroupClass: 'INFREQUENT_ACCESS', kmsKeyId: key, tags: { team: 'ml', ...owner } },
      { kind: 'putRetention', retentionInDays: 30 },
    ],
  },
  {
    name: 'a group that is to be protected is so from its first moment',
    spec: { deletionProtectionEnabled: true },
    actions: [{ kind: 'create', deletionProtectionEnabled: true, tags: owner }],
  },
  {
    name: 'a spec cannot give the group to another cluster by a tag',
    spec: { tags: { 'cortex.dev/cluster': 'other' } },
    actions: [{ kind: 'create', tags: owner }],
  },
];

const existing: readonly Row[] = [
  {
    name: 'a group as declared needs nothing',
    spec: { retentionInDays: 30 },
    observed: { retentionInDays: 30 },
  },
  {
    name: 'a group without an owner is adopted by a tag, and its other settings stay where the spec is silent',
    observed: { tags: { team: 'ml' }, retentionInDays: 7, kmsKeyId: key },
    actions: [{ kind: 'tag', tags: owner }],
  },
  {
    name: "another cluster's group is left alone and reported",
    spec: { retentionInDays: 30, tags: { team: 'ml' } },
    observed: { tags: { 'cortex.dev/cluster': 'other' } },
    conditions: ['OwnedByOther'],
  },
  {
    name: "another cluster's group is taken over where the spec says adopt",
    spec: { retentionInDays: 30, adopt: true },
    observed: { tags: { 'cortex.dev/cluster': 'other' } },
    actions: [
      { kind: 'tag', tags: owner },
      { kind: 'putRetention', retentionInDays: 30 },
    ],
  },
  {
    name: 'a retention that drifted is put back',
    spec: { retentionInDays: 30 },
    observed: { retentionInDays: 1 },
    actions: [{ kind: 'putRetention', retentionInDays: 30 }],
  },
  {
    name: 'a retention that was deleted is put back',
    spec: { retentionInDays: 30 },
    observed: {},
    actions: [{ kind: 'putRetention', retentionInDays: 30 }],
  },
  { name: 'a retention that the spec does not mention is not managed', observed: { retentionInDays: 1 } },
  {
    name: "an account's retention policy is reported and not fought",
    spec: { retentionInDays: 30 },
    observed: { retentionInDays: 7, retentionPolicyName: 'company-wide' },
    conditions: ['RetentionOverridden'],
  },
  {
    name: "an account's retention policy is nobody's business where the spec does not manage the retention",
    observed: { retentionInDays: 7, retentionPolicyName: 'company-wide' },
  },
  {
    name: 'only the tags that differ are set',
    spec: { tags: { team: 'ml', stage: 'prod' } },
    observed: { tags: { ...owner, team: 'ml', stage: 'test', billing: '42' } },
    actions: [{ kind: 'tag', tags: { stage: 'prod' } }],
  },
  {
    name: 'a tag removed from the spec is removed from the group',
    observed: { tags: { ...owner, team: 'ml', billing: '42' } },
    managed: { tagKeys: ['team'] },
    actions: [{ kind: 'untag', tagKeys: ['team'] }],
  },
  {
    name: 'a tag removed from the spec is removed whatever its name',
    spec: { tags: { team: 'ml' } },
    observed: { tags: { ...owner, team: 'ml', constructor: 'x' } },
    managed: { tagKeys: ['constructor'] },
    actions: [{ kind: 'untag', tagKeys: ['constructor'] }],
  },
  {
    name: 'a tag removed from the spec and from the group already needs nothing',
    observed: { tags: owner },
    managed: { tagKeys: ['team'] },
  },
  {
    name: 'the tag of the cluster is never removed',
    observed: { tags: owner },
    managed: { tagKeys: ['cortex.dev/cluster'] },
  },
  {
    name: 'a key that differs is replaced',
    spec: { kmsKeyID: key },
    observed: { kmsKeyId: otherKey },
    managed: { kmsKeyID: otherKey },
    actions: [{ kind: 'associateKmsKey', kmsKeyId: key }],
  },
  { name: 'a key that is set needs nothing', spec: { kmsKeyID: key }, observed: { kmsKeyId: key } },
  {
    name: 'an alias that was set here is not set again, whatever key CloudWatch shows for it',
    spec: { kmsKeyID: alias },
    observed: { kmsKeyId: key },
    managed: { kmsKeyID: alias },
  },
  {
    name: 'an alias is set again where the key has gone',
    spec: { kmsKeyID: alias },
    observed: {},
    managed: { kmsKeyID: alias },
    actions: [{ kind: 'associateKmsKey', kmsKeyId: alias }],
  },
  {
    name: 'a key removed from the spec is taken off if it was set here',
    observed: { kmsKeyId: key },
    managed: { kmsKeyID: key },
    actions: [{ kind: 'disassociateKmsKey' }],
  },
  {
    name: 'a key that somebody else has set stays',
    observed: { kmsKeyId: otherKey },
    managed: { kmsKeyID: key },
  },
  {
    name: 'a class that differs is reported, since nothing can change it, and the rest is done',
    spec: { logGroupClass: 'STANDARD', retentionInDays: 30 },
    observed: { logGroupClass: 'INFREQUENT_ACCESS' },
    actions: [{ kind: 'putRetention', retentionInDays: 30 }],
    conditions: ['ClassMismatch', 'QueriesLimited'],
  },
  {
    name: 'a group of the infrequent access class has limited queries, told without a mismatch',
    spec: { logGroupClass: 'INFREQUENT_ACCESS' },
    observed: { logGroupClass: 'INFREQUENT_ACCESS' },
    conditions: ['QueriesLimited'],
  },
  ...[true, false].map((deletionProtectionEnabled) => ({
    name: `deletion protection is turned ${deletionProtectionEnabled ? 'on' : 'off'} when it differs`,
    spec: { deletionProtectionEnabled },
    observed: { deletionProtectionEnabled: !deletionProtectionEnabled },
    actions: [{ kind: 'putDeletionProtection', deletionProtectionEnabled } as const],
  })),
  {
    name: 'a group that is not protected needs no call to be left so',
    spec: { deletionProtectionEnabled: false },
  },
  {
    name: 'a protection that the spec does not name stays',
    observed: { deletionProtectionEnabled: true },
  },
];

const fields: readonly FieldIndex[] = [{ name: 'labels.apiName', type: 'FACET' }, { name: 'requestId' }];
const accountPolicy = { source: 'ACCOUNT', policyName: 'company-wide', policyDocument: '{}' } as const;
const coming = { policyType: 'FIELD_INDEX_POLICY', policyName: 'company-wide' } as const;

const indexes: readonly Row[] = [
  {
    name: 'a group without an index policy gets the three labels as facets',
    observed: { indexPolicies: [] },
    actions: [{ kind: 'putIndexPolicy', fields: defaultFieldIndexes }],
  },
  {
    name: 'a default that somebody has changed is put back',
    observed: { indexPolicies: [ownIndexPolicy(fields)] },
    managed: { indexPolicy: true },
    actions: [{ kind: 'putIndexPolicy', fields: defaultFieldIndexes }],
  },
  {
    name: 'a policy that somebody else has put on the group stays while the spec names no fields',
    observed: { indexPolicies: [ownIndexPolicy(fields)] },
  },
  {
    name: "the account's policy is not replaced by the default",
    observed: { indexPolicies: [accountPolicy] },
    conditions: ['IndexInherited'],
  },
  {
    name: "the default yields to an account's policy that has come since",
    observed: { accountPolicies: [coming] },
    managed: { indexPolicy: true },
    actions: [{ kind: 'deleteIndexPolicy' }],
    conditions: ['IndexInherited'],
  },
  {
    name: "nothing takes the place of an account's policy that does not show on the group yet",
    observed: { indexPolicies: [], accountPolicies: [coming] },
    conditions: ['IndexInherited'],
  },
  ...['LogGroupNamePrefix IN ["test", "dev"]', 'DataSourceName IN ["amazon_vpc"]'].map(
    (selectionCriteria) => ({
      name: `the default stays beside an account's policy with ${selectionCriteria}`,
      observed: { accountPolicies: [{ ...coming, selectionCriteria }] },
      managed: { indexPolicy: true },
    }),
  ),
  ...['LogGroupNamePrefix IN ["test", "pro"]', ' '].map((selectionCriteria) => ({
    name: `the default yields to an account's policy with ${JSON.stringify(selectionCriteria)}`,
    observed: { indexPolicies: [], accountPolicies: [{ ...coming, selectionCriteria }] },
    conditions: ['IndexInherited'],
  })),
  {
    name: 'fields that the spec names replace whatever is there',
    spec: { fieldIndexes: fields },
    observed: { indexPolicies: [ownIndexPolicy(defaultFieldIndexes)] },
    actions: [{ kind: 'putIndexPolicy', fields }],
  },
  {
    name: "fields that the spec names replace the account's policy, which is said",
    spec: { fieldIndexes: fields },
    observed: { indexPolicies: [accountPolicy] },
    actions: [{ kind: 'putIndexPolicy', fields, replacing: 'company-wide' }],
  },
  {
    name: 'the same fields in another order and the older form are the same',
    spec: { fieldIndexes: fields },
    observed: {
      indexPolicies: [
        {
          source: 'LOG_GROUP',
          policyDocument: '{"Fields":["requestId"],"FieldsV2":{"labels.apiName":{"type":"FACET"}}}',
        },
      ],
    },
  },
  {
    name: 'a field too many is taken out',
    spec: { fieldIndexes: fields },
    observed: { indexPolicies: [ownIndexPolicy([...fields, { name: 'surplus' }])] },
    actions: [{ kind: 'putIndexPolicy', fields }],
  },
  {
    name: 'a document that nobody can read is replaced',
    spec: { fieldIndexes: fields },
    observed: { indexPolicies: [{ source: 'LOG_GROUP', policyDocument: '{' }] },
    actions: [{ kind: 'putIndexPolicy', fields }],
  },
  {
    name: 'a spec that names no field at all takes the policy off, since none can be empty',
    spec: { fieldIndexes: [] },
    actions: [{ kind: 'deleteIndexPolicy' }],
  },
  {
    name: 'a group without a policy needs no call to be left so',
    spec: { fieldIndexes: [] },
    observed: { indexPolicies: [] },
  },
  {
    name: "an account's data protection is told, and nothing is done about it",
    observed: { inheritsDataProtection: true },
    conditions: ['DataProtectionInherited'],
  },
];

const [first, ...others] = savedQueriesOf('prod');

const queries: readonly Row[] = [
  {
    name: 'queries that are missing are saved',
    observed: { savedQueries: others },
    actions: [{ kind: 'putQueryDefinition', definition: desiredQueries('prod', 'STANDARD')[0]! }],
  },
  {
    name: 'a query that somebody has changed is put back in place',
    observed: { savedQueries: [{ ...first!, queryString: 'fields @message' }, ...others] },
    actions: [
      {
        kind: 'putQueryDefinition',
        definition: desiredQueries('prod', 'STANDARD')[0]!,
        queryDefinitionId: 'q-0',
      },
    ],
  },
  ...(['logGroupNames', 'parameters'] as const).map((member) => ({
    name: `a query whose ${member} somebody has taken out gets them back`,
    observed: { savedQueries: [{ ...first!, [member]: [] }, ...others] },
    actions: [
      {
        kind: 'putQueryDefinition',
        definition: desiredQueries('prod', 'STANDARD')[0]!,
        queryDefinitionId: 'q-0',
      } as const,
    ],
  })),
  {
    name: 'of two queries of one name the first stays',
    observed: { savedQueries: [{ ...first!, queryDefinitionId: 'q-9' }, first!, ...others] },
    actions: [{ kind: 'deleteQueryDefinition', name: 'Cortex/prod/RealtimeAPI', queryDefinitionId: 'q-9' }],
  },
  {
    name: "people's own queries in the folder stay",
    observed: {
      savedQueries: [
        ...savedQueriesOf('prod'),
        { ...first!, name: 'Cortex/prod/RealtimeAPI errors', queryDefinitionId: 'p' },
      ],
    },
  },
  {
    name: 'unmanaged queries are left as they are',
    spec: { savedQueries: 'Unmanaged' },
    observed: { savedQueries: [] },
  },
  {
    name: 'what could not be read is left alone',
    observed: { savedQueries: undefined as never, indexPolicies: undefined as never },
  },
];

describe('the plan of a log group', () => {
  it.each([...missing, ...[...existing, ...indexes, ...queries].map((row) => ({ ...row, exists: true }))])(
    '$name',
    (row) => {
      const plan = planLogGroup({
        desired: { logGroupName: 'prod', ...row.spec },
        observed: 'exists' in row ? buildObserved(row.observed) : undefined,
        managed: row.managed ?? {},
        clusterUid,
      });
      expect(plan.actions).toEqual(row.actions ?? []);
      expect(plan.conditions.map(({ type }) => type)).toEqual(row.conditions ?? []);
    },
  );

  it('tells of each condition which group it is about and what to do', () => {
    const { conditions } = planLogGroup({
      desired: { logGroupName: 'prod', retentionInDays: 30, logGroupClass: 'STANDARD' },
      observed: buildObserved({
        logGroupClass: 'INFREQUENT_ACCESS',
        retentionPolicyName: 'company-wide',
        indexPolicies: [accountPolicy],
        inheritsDataProtection: true,
        accountPolicies: [{ policyType: 'DATA_PROTECTION_POLICY', policyName: 'mask-cards' }],
      }),
      managed: {},
      clusterUid,
    });
    const told = Object.fromEntries(conditions.map(({ type, message }) => [type, message]));
    expect(told['RetentionOverridden']).toMatch(
      /company-wide.*prod \(records never expire\).*retentionInDays: 30.*Change the policy/,
    );
    expect(told['ClassMismatch']).toMatch(
      /prod exists with class INFREQUENT_ACCESS.*wants STANDARD.*another logGroupName/,
    );
    expect(told['IndexInherited']).toMatch(/company-wide.*prod.*labels\.apiName.*or set spec\.fieldIndexes/);
    expect(told['DataProtectionInherited']).toMatch(/mask-cards.*prod.*logs:Unmask/);
    expect(told['QueriesLimited']).toMatch(/prod.*saved queries.*in the status/);
  });
});
