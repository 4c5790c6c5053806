/** Everything that one account has in one region. */
import { logGroupArn, parseArn } from '../../kernel/aws-arn.ts';
import type { InsightsRun } from '../insights/insights-run.ts';
import { invalidParameter, notFound } from '../refusal.ts';
import { type AccountPolicy, resolvePolicyRetention } from './account-policy.ts';
import { compareNames, type LogGroup } from './log-group.ts';
import type { LogStream } from './log-stream.ts';

const dayMs = 86_400_000;

export interface AccountSettings {
  readonly accountId: string;
  readonly region: string;
  /** How long after it was put a retention policy begins to rule, in ms. */
  readonly retentionPolicyDelayMs: number;
  /** How long a query is `Scheduled` before it runs, in ms. */
  readonly queryDelayMs: number;
}

export class Account {
  readonly settings: AccountSettings;
  readonly groups = new Map<string, LogGroup>();
  readonly policies = new Map<string, AccountPolicy>();
  readonly queries = new Map<string, InsightsRun>();
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

  /** The group of an ARN as the tagging operations want it: in full, without `:*`. */
  tagged(resourceArn: string): LogGroup {
    if (!resourceArn.startsWith('arn:'))
      throw invalidParameter(`resourceArn ${JSON.stringify(resourceArn)} is not an ARN.`);
    return this.identified(resourceArn);
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

  /** The time before which the group's events have expired. */
  expiryOf(group: LogGroup, now: number): number {
    const { retentionInDays } = this.retentionOf(group, now);
    return retentionInDays === undefined ? 0 : now - retentionInDays * dayMs;
  }

  /** Forgets what has expired: readers never see it. AWS takes up to 72 hours more to delete it. */
  expire(group: LogGroup, now: number): void {
    const before = this.expiryOf(group, now);
    if (before <= 0) return;
    for (const stream of group.streams.values()) group.storedBytes -= stream.expireBefore(before);
  }
}
