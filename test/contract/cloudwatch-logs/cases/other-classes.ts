import { type ContractCase, guidePage, type Step } from '../contract-case.ts';
import { arn, group, put, stream } from '../steps.ts';

const page = guidePage('CloudWatch_Logs_Log_Classes');
const refused = (call: string, input: Record<string, unknown>, logGroupClass: string): Step => ({
  call,
  with: input,
  refusedAs: 'InvalidOperationException',
  refusal: {
    message: `The log group ${group} is of log-group-class ${logGroupClass}. ${call} is not supported for this log class.`,
  },
});

/** The words of the refusal are those that users of AWS report. */
const otherClass = (logGroupClass: string, isReading: boolean): ContractCase => ({
  name: `events of class ${logGroupClass} are written, and read by queries only`,
  page,
  ...(isReading ? { reading: true as const } : {}),
  steps: [
    { call: 'CreateLogGroup', with: { logGroupName: group, logGroupClass } },
    { call: 'CreateLogStream', with: { logGroupName: group, logStreamName: stream } },
    put([[0, 'a']]),
    refused('FilterLogEvents', { logGroupName: group }, logGroupClass),
    refused('GetLogEvents', { logGroupName: group, logStreamName: stream }, logGroupClass),
    refused('StartLiveTail', { logGroupIdentifiers: [arn] }, logGroupClass),
  ],
});

export const otherClasses: readonly ContractCase[] = [
  otherClass('INFREQUENT_ACCESS', false),
  otherClass('ESSENTIALS', true),
  otherClass('DELIVERY', true),
];
