/** The class: immutable in CloudWatch, so it is only reported. */
import type { DesiredCondition } from '../kernel/conditions.ts';
import type { Plan, PlanInput } from './field-plan.ts';

export function planClass({ desired, observed }: PlanInput): Plan {
  return {
    actions: [],
    conditions: [
      ...mismatch({ desired, observed }),
      ...limits(observed.logGroupClass, observed.logGroupName),
    ],
  };
}

function mismatch({
  desired,
  observed,
}: Pick<PlanInput, 'desired' | 'observed'>): readonly DesiredCondition[] {
  if (desired.logGroupClass === undefined || desired.logGroupClass === observed.logGroupClass) return [];
  return [
    {
      type: 'ClassMismatch',
      status: 'True',
      reason: 'ClassIsImmutable',
      message:
        `The log group ${observed.logGroupName} exists with class ${observed.logGroupClass}, the spec wants ${desired.logGroupClass}, and CloudWatch cannot change a group's class. ` +
        `Make a LogGroup with logGroupClass: ${observed.logGroupClass}, or with another logGroupName.`,
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html */
function limits(logGroupClass: string, logGroupName: string): readonly DesiredCondition[] {
  if (logGroupClass === 'STANDARD') return [];
  return [
    {
      type: 'QueriesLimited',
      status: 'True',
      reason: 'NoFieldDiscovery',
      message:
        `Logs Insights discovers no fields in ${logGroupName}, whose class is ${logGroupClass}: "filter labels.apiName" finds nothing there, and CloudWatch offers neither indexes nor Live Tail nor any reading but by queries. ` +
        'Use the saved queries, or those in the status of the APIs and jobs: they begin with a parse.',
    },
  ];
}
