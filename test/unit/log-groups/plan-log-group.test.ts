import { describe, expect, it } from '@jest/globals';
import type { LogGroupAction } from '../../../src/log-groups/log-group-action.ts';
import type { LogGroupSpec, ManagedOnGroup } from '../../../src/log-groups/log-group.ts';
import type { ObservedLogGroup } from '../../../src/log-groups/observe-log-group.ts';
import { planLogGroup } from '../../../src/log-groups/plan-log-group.ts';
import { buildObserved, clusterUid } from './build-log-group.ts';

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
  {
    name: 'what this release does not act on is told',
    spec: { deletionProtectionEnabled: false, fieldIndexes: [], deletionPolicy: 'Delete' },
    conditions: ['Unsupported'],
  },
  {
    name: 'a retained group without indexes asks for nothing that is not done',
    spec: { deletionPolicy: 'Retain' },
  },
];

describe('the plan of a log group', () => {
  it.each([...missing, ...existing.map((row) => ({ ...row, exists: true }))])('$name', (row) => {
    const plan = planLogGroup({
      desired: { logGroupName: 'prod', ...row.spec },
      observed: 'exists' in row ? buildObserved(row.observed) : undefined,
      managed: row.managed ?? {},
      clusterUid,
    });
    expect(plan.actions).toEqual(row.actions ?? []);
    expect(plan.conditions.map(({ type }) => type)).toEqual(row.conditions ?? []);
  });

  it('tells of each condition which group it is about and what to do', () => {
    const { conditions } = planLogGroup({
      desired: { logGroupName: 'prod', retentionInDays: 30, logGroupClass: 'STANDARD' },
      observed: buildObserved({ logGroupClass: 'INFREQUENT_ACCESS', retentionPolicyName: 'company-wide' }),
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
    expect(told['QueriesLimited']).toMatch(/prod.*queries in the status/);
  });
});
