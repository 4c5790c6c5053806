/** Reads a group as it is in CloudWatch. */

/** A group as CloudWatch describes it; what is absent is not set there. */
export interface DescribedLogGroup {
  readonly logGroupName: string;
  /** Without the trailing `:*`. */
  readonly logGroupArn: string;
  readonly logGroupClass: string;
  readonly retentionInDays?: number;
  /** The account-level policy that decides the retention, where there is one. */
  readonly retentionPolicyName?: string;
  readonly kmsKeyId?: string;
}

export interface ObservedLogGroup extends DescribedLogGroup {
  readonly tags: Readonly<Record<string, string>>;
}

/** Failures are thrown as `AwsFailure`. */
export interface LogGroupReader {
  describeLogGroups(request: { readonly logGroupNamePrefix: string; readonly nextToken?: string }): Promise<{
    readonly logGroups: readonly DescribedLogGroup[];
    readonly nextToken?: string;
  }>;
  listTags(logGroupArn: string): Promise<Readonly<Record<string, string>>>;
}

/** The group of exactly this name, with its tags; undefined if there is none. */
export async function observeLogGroup(
  reader: LogGroupReader,
  logGroupName: string,
): Promise<ObservedLogGroup | undefined> {
  const described = await describeByExactName(reader, logGroupName);
  return described && { ...described, tags: await reader.listTags(described.logGroupArn) };
}

/** CloudWatch searches by prefix only: `prod` also finds `prod-2`, and the wanted one may stand on a later page. */
async function describeByExactName(
  reader: LogGroupReader,
  logGroupName: string,
): Promise<DescribedLogGroup | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await reader.describeLogGroups({
      logGroupNamePrefix: logGroupName,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const found = page.logGroups.find((group) => group.logGroupName === logGroupName);
    if (found) return found;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}
