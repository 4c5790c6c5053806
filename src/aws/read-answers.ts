/** What CloudWatch Logs answers, in the words of this folder: the SDK declares every member optional. */
import type { AccountPolicy, IndexPolicy, LogGroup, QueryDefinition } from '@aws-sdk/client-cloudwatch-logs';

export interface LogGroupDescription {
  readonly logGroupName: string;
  /** Without the trailing `:*`. */
  readonly logGroupArn: string;
  readonly logGroupClass: string;
  readonly retentionInDays?: number;
  /** Present while an account-level policy decides the retention. */
  readonly retentionPolicyName?: string;
  readonly kmsKeyId?: string;
  readonly deletionProtectionEnabled?: boolean;
  /** Present while a data protection policy of the account applies. */
  readonly inheritsDataProtection?: boolean;
}

export interface IndexPolicyDescription {
  readonly source: 'ACCOUNT' | 'LOG_GROUP';
  readonly policyDocument: string;
  /** Absent for a group's own. */
  readonly policyName?: string;
}

export interface QueryDescription {
  readonly queryDefinitionId: string;
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly description?: string;
    readonly defaultValue?: string;
  }[];
}

export function readLogGroup(group: LogGroup): LogGroupDescription {
  const { logGroupName = '', arn = '', logGroupArn, logGroupClass = 'STANDARD', inheritedProperties } = group;
  const { retentionInDays, retentionPolicyName, kmsKeyId, deletionProtectionEnabled } = group;
  const optional = { retentionInDays, retentionPolicyName, kmsKeyId, deletionProtectionEnabled };
  return {
    logGroupName,
    // Regions that are behind answer with the older `arn` alone, which ends in `:*`.
    logGroupArn: logGroupArn ?? arn.replace(/:\*$/, ''),
    logGroupClass,
    ...defined(optional),
    ...(inheritedProperties?.includes('ACCOUNT_DATA_PROTECTION') ? { inheritsDataProtection: true } : {}),
  };
}

export function readIndexPolicy({
  source,
  policyDocument = '',
  policyName,
}: IndexPolicy): IndexPolicyDescription {
  return {
    source: source === 'ACCOUNT' ? 'ACCOUNT' : 'LOG_GROUP',
    policyDocument,
    ...defined({ policyName }),
  };
}

export function readQuery(definition: QueryDefinition): QueryDescription {
  const {
    queryDefinitionId = '',
    name = '',
    queryString = '',
    logGroupNames = [],
    parameters = [],
  } = definition;
  return {
    queryDefinitionId,
    name,
    queryString,
    logGroupNames,
    parameters: parameters.map(({ name: parameter = '', description, defaultValue }) => ({
      name: parameter,
      ...defined({ description, defaultValue }),
    })),
  };
}

/** Of an account-level policy only what tells which one it is, and for which groups. */
export function readAccountPolicy({ policyName = '', selectionCriteria }: AccountPolicy): {
  readonly policyName: string;
  readonly selectionCriteria?: string;
} {
  return { policyName, ...defined({ selectionCriteria }) };
}

/** Only the members that are there. */
function defined<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: Exclude<Members[Key], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Members]?: Exclude<Members[Key], undefined> };
}
