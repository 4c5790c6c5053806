/** PutRetentionPolicy, DeleteRetentionPolicy. */
import { retentionPeriodsInDays } from '../../kernel/log-group-name.ts';
import { logGroupName } from '../common-members.ts';
import { integer, required } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter } from '../refusal.ts';
import type { LogGroup } from '../state/log-group.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const putRetentionPolicy = operation(
  { logGroupName: required(logGroupName), retentionInDays: required(integer()) },
  (input, { account }) => {
    const group = account.group(input.logGroupName);
    refuseForDelivery(group);
    if (!(retentionPeriodsInDays as readonly number[]).includes(input.retentionInDays))
      throw invalidParameter(
        `retentionInDays is ${input.retentionInDays}, must be one of ${retentionPeriodsInDays.join(', ')}.`,
      );
    group.retentionInDays = input.retentionInDays;
    return undefined;
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export const deleteRetentionPolicy = operation(
  { logGroupName: required(logGroupName) },
  (input, { account }) => {
    const group = account.group(input.logGroupName);
    refuseForDelivery(group);
    group.retentionInDays = undefined;
    return undefined;
  },
);

/** Its retention is fixed: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html */
function refuseForDelivery({ name, logGroupClass }: LogGroup): void {
  if (logGroupClass === 'DELIVERY')
    throw invalidParameter(`The log group ${name} is of class DELIVERY, whose events are kept for one day.`);
}
