import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { defaultOwnerKinds, formatOwnerKind, parseOwnerKind } from '../../../src/config/owner-kinds.ts';

describe('an owner kind', () => {
  it('is read from resource, version, group and kind', () => {
    expect(parseOwnerKind('deployments.v1.apps/Deployment')).toEqual({
      resource: 'deployments',
      version: 'v1',
      group: 'apps',
      kind: 'Deployment',
    });
  });

  it('of a group with dots keeps them', () => {
    expect(parseOwnerKind('jobsets.v1alpha2.jobset.x-k8s.io/JobSet')).toMatchObject({
      version: 'v1alpha2',
      group: 'jobset.x-k8s.io',
    });
  });

  it('of the core group has an empty group', () => {
    expect(parseOwnerKind('replicationcontrollers.v1./ReplicationController')).toMatchObject({ group: '' });
  });

  it('that is a scheduler in the default list is one in every list, whatever its version', () => {
    expect(parseOwnerKind('cronjobs.v2.batch/CronJob')).toMatchObject({ scheduler: true });
    expect(parseOwnerKind('cronjobs.v2.example.com/CronJob')).not.toHaveProperty('scheduler');
  });

  it.each(defaultOwnerKinds)(
    'of the default list is read back from its text: $resource.$version.$group',
    (kind) => {
      expect(parseOwnerKind(formatOwnerKind(kind))).toEqual(kind);
    },
  );

  it.each([
    '',
    'Deployment',
    'apps/v1/Deployment',
    'deployments.apps/Deployment',
    'deployments.v1.apps',
    'deployments.v1.apps/deployment',
    'Deployments.v1.apps/Deployment',
    'deployments.v1.apps/Deployment/x',
    '*.v1.apps/Deployment',
  ])('cannot be read from "%s"', (text) => {
    expect(parseOwnerKind(text)).toBeUndefined();
  });
});

describe('the default list', () => {
  it('has each kind of a version once', () => {
    expect(new Set(defaultOwnerKinds.map(formatOwnerKind)).size).toBe(defaultOwnerKinds.length);
  });

  it('has three schedulers', () => {
    const schedulers = defaultOwnerKinds.filter(({ scheduler }) => scheduler).map(({ kind }) => kind);
    expect(schedulers).toEqual(['CronJob', 'CronWorkflow', 'ScheduledWorkflow']);
  });

  it('is the one of the chart, so that the operator has the rights that it needs', () => {
    const path = new URL('../../../deploy/helm/cortex-logging/values.yaml', import.meta.url);
    const { ownerKinds } = parse(readFileSync(path, 'utf8')) as {
      ownerKinds: Parameters<typeof formatOwnerKind>[0][];
    };
    expect(ownerKinds.map(formatOwnerKind).sort()).toEqual(defaultOwnerKinds.map(formatOwnerKind).sort());
  });
});
