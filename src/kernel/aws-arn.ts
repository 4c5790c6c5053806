/**
 * AWS regions, partitions and ARNs of log groups:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */

export const awsPartitions = ['aws', 'aws-us-gov', 'aws-cn'] as const;
export type AwsPartition = (typeof awsPartitions)[number];

/** The partition that a region belongs to. */
export function partitionOf(region: string): AwsPartition {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

export interface LogGroupPlace {
  readonly region: string;
  /** Twelve digits, or `*` while it is not known. */
  readonly account: string;
  readonly logGroupName: string;
}

/** The ARN of a log group without the trailing `:*`, as the tagging operations want it. */
export function logGroupArn({ region, account, logGroupName }: LogGroupPlace): string {
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroupName}`;
}

/** Region and account of any ARN; empty strings where the ARN has none. */
export function parseArn(arn: string): { readonly region: string; readonly account: string } {
  const [, , , region = '', account = ''] = arn.split(':');
  return { region, account };
}
