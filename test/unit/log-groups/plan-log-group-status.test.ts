import { describe, expect, it } from '@jest/globals';
import { AwsFailure, awsFailureKinds, type AwsFailureKind } from '../../../src/kernel/aws-failure.ts';
import type { DesiredCondition } from '../../../src/kernel/conditions.ts';
import type { Ensured } from '../../../src/log-groups/ensure-log-group.ts';
import { planConflictStatus, planLogGroupStatus } from '../../../src/log-groups/plan-log-group-status.ts';
import { buildLogGroup, buildObserved } from './build-log-group.ts';

const now = new Date('2026-11-24T09:00:00Z');

function buildEnsured(changes: Partial<Ensured> = {}): Ensured {
  return {
    observed: buildObserved(),
    conditions: [],
    done: [],
    failures: [],
    managed: {},
    progress: 'Settled',
    ...changes,
  };
}

function failure(kind: AwsFailureKind, action = 'logs:PutRetentionPolicy'): AwsFailure {
  return new AwsFailure({
    kind,
    action,
    resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod:*',
    message: 'boom',
  });
}

function holds(type: string): DesiredCondition {
  return { type, status: 'True', reason: 'Because', message: `what ${type} says` };
}

function conditionsOf(ensured: Ensured, group = buildLogGroup()) {
  const { conditions = [] } = planLogGroupStatus(group, ensured, now);
  return Object.fromEntries(conditions.map((condition) => [condition.type, condition]));
}

describe('the status of a LogGroup', () => {
  it('tells where the group is', () => {
    expect(planLogGroupStatus(buildLogGroup({ generation: 4 }), buildEnsured(), now)).toMatchObject({
      arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod',
      account: '123456789012',
      region: 'eu-west-1',
      observedGeneration: 4,
    });
  });

  it('still tells where the group is while it cannot be observed', () => {
    const status = planLogGroupStatus(buildLogGroup(), buildEnsured(), now);
    const failures = [failure('Unreachable')];
    const later = planLogGroupStatus(
      buildLogGroup({ status }),
      buildEnsured({ observed: undefined, failures }),
      now,
    );
    expect(later.arn).toBe(status.arn);
  });

  it.each(awsFailureKinds)('names, for %s, the action, the group and the next step', (kind) => {
    const { Ready, AccessDenied } = conditionsOf(
      buildEnsured({ failures: [failure(kind)], progress: 'Pending' }),
    );
    expect(Ready?.status).toBe('False');
    expect(Ready?.message).toMatch(/logs:PutRetentionPolicy.*prod.*(tried again|Allow it)/);
    expect(AccessDenied !== undefined).toBe(kind === 'AccessDenied');
  });

  it.each([
    { held: ['ClassMismatch', 'OwnedByOther'], reason: 'OwnedByOther' },
    { held: ['RetentionOverridden', 'ClassMismatch'], reason: 'ClassMismatch' },
    { held: ['RetentionOverridden'], reason: 'RetentionOverridden' },
  ])('is not Ready for the gravest of $held, in its words', ({ held, reason }) => {
    const { Ready } = conditionsOf(buildEnsured({ conditions: held.map(holds) }));
    expect(Ready).toMatchObject({ status: 'False', reason, message: `what ${reason} says` });
  });

  it('is Ready with limited queries, since the spec may ask for just that', () => {
    expect(conditionsOf(buildEnsured({ conditions: [holds('QueriesLimited')] }))['Ready']?.status).toBe(
      'True',
    );
  });

  it('names each missing right once', () => {
    const failures = [
      failure('AccessDenied'),
      failure('AccessDenied'),
      failure('AccessDenied', 'logs:TagResource'),
    ];
    const { AccessDenied } = conditionsOf(buildEnsured({ failures, progress: 'Pending' }));
    expect(AccessDenied?.message.match(/logs:\w+ on/g)).toEqual([
      'logs:PutRetentionPolicy on',
      'logs:TagResource on',
    ]);
  });

  it('tells that AWS does not serve before what it denies, and shows both', () => {
    const failures = [failure('AccessDenied', 'logs:TagResource'), failure('Throttled')];
    const { Ready, AccessDenied } = conditionsOf(buildEnsured({ failures, progress: 'Pending' }));
    expect(Ready?.reason).toBe('Throttled');
    expect(AccessDenied?.status).toBe('True');
  });

  it('is the same an hour later, when nothing changed', () => {
    const ensured = buildEnsured({ conditions: [holds('RetentionOverridden')] });
    const status = planLogGroupStatus(buildLogGroup(), ensured, now);
    expect(planLogGroupStatus(buildLogGroup({ status }), ensured, new Date('2026-11-24T10:00:00Z'))).toEqual(
      status,
    );
  });
});

describe('the status of a LogGroup in conflict', () => {
  it('names the one that decides, and loses no other field', () => {
    const older = buildLogGroup({ name: 'old' });
    const status = planConflictStatus(buildLogGroup({ status: { arn: 'a' } }), older, now);
    expect(status.arn).toBe('a');
    expect(status.conditions?.map(({ type, status: value }) => `${type} ${value}`)).toEqual([
      'Ready False',
      'Conflict True',
    ]);
    expect(status.conditions?.[0]?.message).toMatch(/LogGroup old is older.*prod.*Delete one of the two/);
  });
});
