import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'deploy/iam');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string;
}
interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const policyOf = (file: string) => JSON.parse(textOf(file)) as Policy;
const actionsOf = (file: string) => policyOf(file).Statement.flatMap(({ Action }) => Action);

const group = 'arn:<PARTITION>:logs:<REGION>:<ACCOUNT_ID>:log-group:<LOG_GROUP>';

/**
 * What AWS authorizes an action for, where it is not a group with its streams; `*` where the reference names no
 * resource type, so that any narrower statement would allow nothing:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
const resources: Readonly<Record<string, string>> = {
  'logs:ListTagsForResource': group,
  'logs:TagResource': group,
  'logs:UntagResource': group,
  'logs:DescribeLogGroups': '*',
  'logs:DescribeIndexPolicies': '*',
  'logs:PutIndexPolicy': '*',
  'logs:DeleteIndexPolicy': '*',
  'logs:DescribeAccountPolicies': '*',
  'logs:DescribeQueryDefinitions': '*',
  'logs:PutQueryDefinition': '*',
  'logs:DeleteQueryDefinition': '*',
  // Newer editions of the reference name the group, older ones none.
  'logs:GetQueryResults': '*',
  'logs:StopQuery': '*',
};

describe('the policies', () => {
  it('are those of the operator, of the shipper and of readers', () => {
    expect(files.sort()).toEqual(['operator.json', 'reader.json', 'shipper.json']);
  });

  it.each(files)('%s is a policy that only allows', (file) => {
    const { Version, Statement } = policyOf(file);
    expect(Version).toBe('2012-10-17');
    for (const { Effect, Sid } of Statement) {
      expect(Effect).toBe('Allow');
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
    }
  });

  it.each(files)('%s names each action once and in full', (file) => {
    const actions = actionsOf(file);
    expect(actions.filter((action) => !/^logs:[A-Z][A-Za-z]+$/.test(action))).toEqual([]);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it.each(files)('%s gives each action the resource that AWS authorizes it for', (file) => {
    for (const { Action, Resource } of policyOf(file).Statement)
      for (const action of Action)
        expect({ action, Resource }).toEqual({ action, Resource: resources[action] ?? `${group}:*` });
  });

  it.each(files)('%s is no placeholder any more after the command of the README', (file) => {
    const readme = textOf('README.md');
    const filled = [...readme.matchAll(/'s\/(<[A-Z_]+>)\/([^/]+)\/'/g)].reduce(
      (text, [, placeholder = '', value = '']) =>
        text
          .split('\n')
          .map((line) => line.replace(placeholder, value))
          .join('\n'),
      textOf(file),
    );
    expect(filled).not.toMatch(/[<>]/);
    expect(() => JSON.parse(filled) as unknown).not.toThrow();
  });
});

describe('operator.json', () => {
  it('allows exactly what the operator calls', () => {
    const source = readFileSync(join(root, 'src/aws/logs-client.ts'), 'utf8');
    const called = [...source.matchAll(/new sdk\.(\w+)Command\(/g)].map(([, name = '']) => `logs:${name}`);
    expect(called.length).toBeGreaterThan(0);
    expect(actionsOf('operator.json').sort()).toEqual([...new Set(called)].sort());
  });
});

describe('shipper.json and reader.json', () => {
  it('let the shipper make no group, and readers write nothing', () => {
    expect(actionsOf('shipper.json')).not.toContain('logs:CreateLogGroup');
    const writing = /^logs:(Create|Put|Delete|Tag|Untag|Associate|Disassociate)/;
    expect(actionsOf('reader.json').filter((action) => writing.test(action))).toEqual([]);
  });
});
