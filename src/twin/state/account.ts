/** Everything that one account has in one region. */
import { logGroupArn, parseArn, partitionOf } from '../../kernel/aws-arn.ts';
import type { InsightsRun } from '../insights/insights-run.ts';
import { invalidParameter, notFound } from '../refusal.ts';
import { type AccountPolicy, resolvePolicyRetention, selects } from './account-policy.ts';
import { combineMasks, type DataMask } from './data-protection.ts';
import type { IndexedFields } from './field-index.ts';
import type { LiveTailSession } from './live-tail-session.ts';
import { compareNames, type LateEvents, type LogGroup } from './log-group.ts';
import { bytesOf, type LogStream } from './log-stream.ts';
import type { QueryDefinition } from './query-definition.ts';

const dayMs = 86_400_000;

export interface AccountSettings {
  readonly accountId: string;
  readonly region: string;
  /** How long after it was put a retention policy begins to rule, in ms. */
  readonly retentionPolicyDelayMs: number;
  /** How long a query is `Scheduled` before it runs, in ms. */
  readonly queryDelayMs: number;
  /** Of the events of all groups: the twin keeps them in memory. */
  readonly maxStoredBytes: number;
}

export class Account {
  readonly settings: AccountSettings;
  readonly groups = new Map<string, LogGroup>();
  readonly policies = new Map<string, AccountPolicy>();
  readonly queries = new Map<string, InsightsRun>();
  readonly liveTails = new Set<LiveTailSession>();
  /** Encrypts the results of queries that start from now on. */
  resultsKmsKeyId: string | undefined;
  readonly definitions = new Map<string, QueryDefinition>();
  /** The definition that a request with this client token has put. */
  readonly definitionsByToken = new Map<string, string>();
  #sequence = 0;

  constructor(settings: AccountSettings) {
    this.settings = settings;
  }

  /** The next number of a series that orders whatever arrives. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  arnOf(logGroupName: string): string {
    const { accountId: account, region } = this.settings;
    return logGroupArn({ region, account, logGroupName });
  }

  /** Stands for the results of all queries. */
  arnOfQueryResults(): string {
    const { accountId, region } = this.settings;
    return `arn:${partitionOf(region)}:logs:${region}:${accountId}:query-result:*`;
  }

  /** Of all groups. */
  storedBytes(): number {
    let bytes = 0;
    for (const group of this.groups.values()) bytes += group.storedBytes;
    return bytes;
  }

  /** ASCII-sorted by name. */
  sortedGroups(): LogGroup[] {
    return [...this.groups.values()].sort((a, b) => compareNames(a.name, b.name));
  }

  group(logGroupName: string): LogGroup {
    const group = this.groups.get(logGroupName);
    if (!group) throw notFound('The specified log group does not exist.');
    return group;
  }

  stream(group: LogGroup, logStreamName: string): LogStream {
    const stream = group.streams.get(logStreamName);
    if (!stream) throw notFound('The specified log stream does not exist.');
    return stream;
  }

  /** The group that a name or an ARN without `:*` names. */
  identified(logGroupIdentifier: string): LogGroup {
    return this.group(this.nameOf(logGroupIdentifier));
  }

  /** The group of a member that takes nothing but the group's ARN without `:*`. */
  groupOfArn(member: string, arn: string): LogGroup {
    if (!arn.startsWith('arn:')) throw invalidParameter(`${member} ${JSON.stringify(arn)} is not an ARN.`);
    return this.identified(arn);
  }

  /** A `:*` at the end never comes as far: no pattern of an identifier has the star. */
  nameOf(logGroupIdentifier: string): string {
    if (!logGroupIdentifier.startsWith('arn:')) return logGroupIdentifier;
    const { region, account } = parseArn(logGroupIdentifier);
    const name = logGroupIdentifier.split(':').slice(6).join(':');
    if (
      account !== this.settings.accountId ||
      region !== this.settings.region ||
      logGroupIdentifier !== this.arnOf(name)
    )
      throw invalidParameter(
        `${logGroupIdentifier} is not the ARN of a log group of account ${this.settings.accountId} in ${this.settings.region}.`,
      );
    return name;
  }

  /** What the group's events live by: an account's policy overrides the group's own. Undefined: they never expire. */
  retentionOf(group: LogGroup, now: number): { retentionInDays?: number; retentionPolicyName?: string } {
    // The Delivery class keeps events for one day: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
    if (group.logGroupClass === 'DELIVERY') return { retentionInDays: 1 };
    const policy = resolvePolicyRetention(this.policies.values(), group, now);
    if (!policy) return group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays };
    return {
      retentionPolicyName: policy.policyName,
      ...(policy.retentionInDays === Infinity ? {} : { retentionInDays: policy.retentionInDays }),
    };
  }

  /** The account's index policy that applies to the group; prefixes of two policies never overlap. */
  inheritedIndexPolicy({ name, logGroupClass }: LogGroup): AccountPolicy | undefined {
    if (logGroupClass !== 'STANDARD') return undefined;
    return [...this.policies.values()].find(
      ({ rule, prefixes }) => rule.kind === 'fieldIndex' && selects(prefixes, name),
    );
  }

  /** What is indexed in the group, default indexes apart: its own policy replaces the account's. */
  indexedFields(group: LogGroup): { readonly fields: IndexedFields; readonly since: number } | undefined {
    if (group.indexPolicy) return { fields: group.indexPolicy.fields, since: group.indexPolicy.creationTime };
    const inherited = this.inheritedIndexPolicy(group);
    if (inherited?.rule.kind !== 'fieldIndex') return undefined;
    return { fields: inherited.rule.fields, since: inherited.creationTime };
  }

  /** What is masked at ingestion: the policies of account and group add up. */
  maskOf(group: LogGroup): DataMask | undefined {
    const ofAccount = [...this.policies.values()].flatMap(({ rule }) =>
      rule.kind === 'dataProtection' ? [rule.mask] : [],
    );
    return combineMasks([...ofAccount, ...(group.dataProtection ? [group.dataProtection.mask] : [])]);
  }

  /** The time before which the group's events have expired. */
  expiryOf(group: LogGroup, now: number): number {
    const { retentionInDays } = this.retentionOf(group, now);
    return retentionInDays === undefined ? 0 : now - retentionInDays * dayMs;
  }

  /** Makes the events readable, and shows them to who follows the group; unless they are lost on the way to those. */
  deliver(group: LogGroup, { stream, events, isLost }: Omit<LateEvents, 'visibleFrom'>): void {
    // Events that were late may find their stream deleted.
    if (group.streams.get(stream.name) !== stream) return;
    for (const event of events) {
      stream.append(event);
      group.storedBytes += bytesOf(event.message);
      if (isLost) continue;
      for (const session of this.liveTails) session.offer(group, stream.name, event);
    }
  }

  /** Brings the group up to date: late events arrive, expired ones go. AWS takes up to 72 hours more to delete those. */
  settle(group: LogGroup, now: number): void {
    const due = group.late.filter(({ visibleFrom }) => visibleFrom <= now);
    if (due.length > 0) group.late = group.late.filter(({ visibleFrom }) => visibleFrom > now);
    for (const late of due) this.deliver(group, late);
    const before = this.expiryOf(group, now);
    if (before <= 0) return;
    for (const stream of group.streams.values()) group.storedBytes -= stream.expireBefore(before);
  }
}
