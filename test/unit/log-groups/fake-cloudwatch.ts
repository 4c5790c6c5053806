/** Log groups in memory behind the ports of this folder, with failures and races on order. */
import { AwsFailure, type AwsFailureKind } from '../../../src/kernel/aws-failure.ts';
import type { LogGroupWriter } from '../../../src/log-groups/apply-log-group.ts';
import { selectsLogGroup } from '../../../src/log-groups/index-policy.ts';
import type {
  AccountPolicy,
  AccountPolicyType,
  DescribedLogGroup,
  IndexPolicy,
  LogGroupReader,
} from '../../../src/log-groups/observe-log-group.ts';
import type { SavedQuery } from '../../../src/log-groups/saved-query.ts';

interface Group extends DescribedLogGroup {
  readonly tags: Readonly<Record<string, string>>;
  /** The document of its own policy. */
  readonly indexPolicy?: string;
}

export class FakeCloudWatch implements LogGroupReader, LogGroupWriter {
  readonly groups = new Map<string, Group>();
  /** By their IDs. */
  readonly queries = new Map<string, SavedQuery>();
  readonly accountPolicies: AccountPolicy[] = [];
  /** Names of the operations that were called, in order. */
  readonly calls: string[] = [];
  /** Operations that fail, and how. */
  readonly failing = new Map<string, AwsFailureKind>();
  /** What another writer does just before an operation is carried out, once. */
  readonly before = new Map<string, () => void>();
  /** The process dies with the call after so many. */
  crashAfter = Infinity;
  readonly pageSize: number;
  readonly #tokens = new Map<string, string>();
  #nextID = 0;

  constructor(pageSize = 50) {
    this.pageSize = pageSize;
  }

  add(logGroupName: string, settings: Partial<Group> = {}): void {
    this.groups.set(logGroupName, {
      logGroupName,
      logGroupArn: arnOf(logGroupName),
      logGroupClass: 'STANDARD',
      tags: {},
      ...settings,
    });
  }

  change(logGroupName: string, settings: Partial<Group>): void {
    this.groups.set(logGroupName, { ...this.groups.get(logGroupName)!, ...settings });
  }

  async describeLogGroups({
    logGroupNamePrefix,
    nextToken = '0',
  }: {
    logGroupNamePrefix: string;
    nextToken?: string;
  }) {
    await this.#called('DescribeLogGroups', '');
    const all = [...this.groups.values()].filter(({ logGroupName }) =>
      logGroupName.startsWith(logGroupNamePrefix),
    );
    const end = Number(nextToken) + this.pageSize;
    const logGroups: DescribedLogGroup[] = all.slice(Number(nextToken), end);
    return end < all.length ? { logGroups, nextToken: String(end) } : { logGroups };
  }

  async listTags(logGroupArn: string) {
    await this.#called('ListTagsForResource', nameOf(logGroupArn));
    return this.#existing(nameOf(logGroupArn), 'ListTagsForResource').tags;
  }

  async createLogGroup({ logGroupName, ...settings }: Parameters<LogGroupWriter['createLogGroup']>[0]) {
    await this.#called('CreateLogGroup', logGroupName);
    if (this.groups.has(logGroupName)) throw failure('AlreadyExists', 'CreateLogGroup', logGroupName);
    this.add(logGroupName, settings);
  }

  async tagResource(logGroupArn: string, tags: Readonly<Record<string, string>>) {
    await this.#called('TagResource', nameOf(logGroupArn));
    const group = this.#existing(nameOf(logGroupArn), 'TagResource');
    this.change(group.logGroupName, { tags: { ...group.tags, ...tags } });
  }

  async untagResource(logGroupArn: string, tagKeys: readonly string[]) {
    await this.#called('UntagResource', nameOf(logGroupArn));
    const group = this.#existing(nameOf(logGroupArn), 'UntagResource');
    const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !tagKeys.includes(key)));
    this.change(group.logGroupName, { tags });
  }

  async putRetentionPolicy(logGroupName: string, retentionInDays: number) {
    await this.#called('PutRetentionPolicy', logGroupName);
    const group = this.#existing(logGroupName, 'PutRetentionPolicy');
    // As CloudWatch does: the put succeeds, and an account's policy still decides.
    if (group.retentionPolicyName === undefined) this.change(logGroupName, { retentionInDays });
  }

  async associateKmsKey(logGroupName: string, kmsKeyId: string) {
    await this.#called('AssociateKmsKey', logGroupName);
    this.change(this.#existing(logGroupName, 'AssociateKmsKey').logGroupName, {
      kmsKeyId: kmsKeyId.replace(':alias/', ':key/of-'),
    });
  }

  async disassociateKmsKey(logGroupName: string) {
    await this.#called('DisassociateKmsKey', logGroupName);
    this.#drop(logGroupName, 'DisassociateKmsKey', 'kmsKeyId');
  }

  async putDeletionProtection(logGroupName: string, deletionProtectionEnabled: boolean) {
    await this.#called('PutLogGroupDeletionProtection', logGroupName);
    this.#existing(logGroupName, 'PutLogGroupDeletionProtection');
    this.change(logGroupName, { deletionProtectionEnabled });
  }

  async deleteLogGroup(logGroupName: string) {
    await this.#called('DeleteLogGroup', logGroupName);
    const { deletionProtectionEnabled } = this.#existing(logGroupName, 'DeleteLogGroup');
    if (deletionProtectionEnabled) throw failure('Invalid', 'DeleteLogGroup', logGroupName);
    this.groups.delete(logGroupName);
  }

  async describeIndexPolicies(logGroupName: string): Promise<readonly IndexPolicy[]> {
    await this.#called('DescribeIndexPolicies', logGroupName);
    const { indexPolicy } = this.#existing(logGroupName, 'DescribeIndexPolicies');
    if (indexPolicy !== undefined) return [{ source: 'LOG_GROUP', policyDocument: indexPolicy }];
    return this.accountPolicies
      .filter(({ policyType }) => policyType === 'FIELD_INDEX_POLICY')
      .filter(({ selectionCriteria }) => selectsLogGroup(selectionCriteria, logGroupName))
      .map(({ policyName }) => ({
        source: 'ACCOUNT',
        policyName,
        policyDocument: '{"Fields":["requestId"]}',
      }));
  }

  async putIndexPolicy(logGroupName: string, indexPolicy: string) {
    await this.#called('PutIndexPolicy', logGroupName);
    this.#existing(logGroupName, 'PutIndexPolicy');
    this.change(logGroupName, { indexPolicy });
  }

  async deleteIndexPolicy(logGroupName: string) {
    await this.#called('DeleteIndexPolicy', logGroupName);
    this.#drop(logGroupName, 'DeleteIndexPolicy', 'indexPolicy');
  }

  async describeQueryDefinitions(prefix: string): Promise<readonly SavedQuery[]> {
    await this.#called('DescribeQueryDefinitions', '');
    return [...this.queries.values()].filter(({ name }) => name.startsWith(prefix));
  }

  async putQueryDefinition({ clientToken, ...query }: Parameters<LogGroupWriter['putQueryDefinition']>[0]) {
    await this.#called('PutQueryDefinition', '');
    const { queryDefinitionId = this.#tokens.get(clientToken ?? '') ?? `q-${this.#nextID++}` } = query;
    if (clientToken !== undefined && this.#tokens.has(clientToken)) return;
    if (clientToken !== undefined) this.#tokens.set(clientToken, queryDefinitionId);
    this.queries.set(queryDefinitionId, { ...query, queryDefinitionId });
  }

  async deleteQueryDefinition(queryDefinitionId: string) {
    await this.#called('DeleteQueryDefinition', '');
    if (!this.queries.delete(queryDefinitionId)) throw failure('NotFound', 'DeleteQueryDefinition', '');
  }

  async describeAccountPolicies(policyType: AccountPolicyType): Promise<readonly AccountPolicy[]> {
    await this.#called('DescribeAccountPolicies', '');
    return this.accountPolicies.filter((policy) => policy.policyType === policyType);
  }

  #drop(logGroupName: string, operation: string, field: keyof Group): void {
    const entries = Object.entries(this.#existing(logGroupName, operation));
    const rest = Object.fromEntries(entries.filter(([key]) => key !== field));
    this.groups.set(logGroupName, rest as unknown as Group);
  }

  async #called(operation: string, logGroupName: string): Promise<void> {
    if (--this.crashAfter < 0) throw new Error(`The process died before ${operation}.`);
    this.calls.push(operation);
    await Promise.resolve();
    const other = this.before.get(operation);
    this.before.delete(operation);
    other?.();
    const kind = this.failing.get(operation);
    if (kind) throw failure(kind, operation, logGroupName);
  }

  #existing(logGroupName: string, operation: string): Group {
    const group = this.groups.get(logGroupName);
    if (!group) throw failure('NotFound', operation, logGroupName);
    return group;
  }
}

function failure(kind: AwsFailureKind, operation: string, logGroupName: string): AwsFailure {
  return new AwsFailure({
    kind,
    action: `logs:${operation}`,
    resource: arnOf(logGroupName),
    message: `${operation} says ${kind}`,
  });
}

function arnOf(logGroupName: string): string {
  return `arn:aws:logs:eu-west-1:123456789012:log-group:${logGroupName}`;
}

function nameOf(arn: string): string {
  return arn.split(':')[6]!;
}
