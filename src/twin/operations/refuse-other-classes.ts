/** Reading events by anything but queries is for the Standard class: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html */
import { Refusal } from '../refusal.ts';
import type { LogGroup } from '../state/log-group.ts';

export function refuseOtherClasses({ name, logGroupClass }: LogGroup, operation: string): void {
  if (logGroupClass !== 'STANDARD')
    throw new Refusal(
      'InvalidOperationException',
      `The log group ${name} is of log-group-class ${logGroupClass}. ${operation} is not supported for this log class.`,
    );
}
