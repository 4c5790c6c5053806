/**
 * Names of CloudWatch log groups:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */

/** What is wrong with `name` as a log group name, for a person; undefined if it is legal. */
export function problemOfLogGroupName(name: string): string | undefined {
  if (name.length < 1 || name.length > 512) return `must be 1 to 512 characters long, has ${name.length}`;
  const illegal = /[^a-zA-Z0-9_\-/.#]/.exec(name);
  if (illegal) return `has the character ${JSON.stringify(illegal[0])}; legal are a-z A-Z 0-9 _ - / . #`;
  if (name.startsWith('aws/')) return 'must not start with "aws/", which AWS keeps for itself';
  return undefined;
}

/**
 * The retention periods that CloudWatch accepts, in days:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentionPeriodsInDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
