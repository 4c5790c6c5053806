/** Status fields; written by the operator only, so the schema says what they mean and refuses little. */
import { count, flag, list, listByKey, structure, text, time, words, type Schema } from './field.ts';

export const observedGeneration: Schema = {
  type: 'integer',
  format: 'int64',
  minimum: 0,
  description:
    'The metadata.generation that this status was computed from; a smaller one means that the status is older than the spec.',
};

export function conditions(description: string): Schema {
  const condition = structure(
    'One aspect of the state of this resource.',
    {
      type: text('What the condition is about, in CamelCase.', { minLength: 1, maxLength: 316 }),
      status: words('Whether it holds.', ['True', 'False', 'Unknown']),
      reason: text('Why, in CamelCase, for programs.', { minLength: 1, maxLength: 1024 }),
      message: text('Why, for people: the thing, the problem and the next step.', { maxLength: 32768 }),
      observedGeneration: {
        ...observedGeneration,
        description: 'The metadata.generation that the condition was computed from.',
      },
      lastTransitionTime: time('When status last changed.'),
    },
    { required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'] },
  );
  return listByKey(description, 'type', condition);
}

const pods = structure('How many pods the resource claims, counted at a bounded rate.', {
  claimed: count('Pods that belong to this resource. Terminating pods and mirror pods do not count.'),
  labeled: count('Those of the claimed pods that carry the labels of this resource.'),
  summary: text('labeled/claimed, such as 3/3; the column PODS shows it.'),
});

const logs = structure('Where the records of the claimed pods are.', {
  logGroupName: text('The CloudWatch log group.'),
  query: text('A Logs Insights query that reads the records; to be pasted as it is.'),
  url: text('A link to the AWS console with the log group and the query filled in.'),
});

const workloadStatus = {
  observedGeneration,
  conditions: conditions(
    'Ready: the claim is in force. Conflict: another resource, or a controller that selects by these labels, stands against it. NameShared: another namespace uses the same name and kind.',
  ),
  pods,
  logs,
} as const;

export const apiStatus = structure('What the operator observed; nothing else writes it.', workloadStatus);

export const jobStatus = structure('What the operator observed; nothing else writes it.', {
  ...workloadStatus,
  jobID: text('The job ID in force: spec.jobID, or else metadata.name.'),
  startTime: time('When the first pod of the job was claimed.'),
  endTime: time('When the last pod of the job had finished.'),
});

export const logGroupStatus = structure('What the operator observed in CloudWatch; nothing else writes it.', {
  observedGeneration,
  conditions: conditions(
    'Ready: the log group is as the spec says. Against it stand OwnedByOther, Conflict, AccessDenied, ClassMismatch and RetentionOverridden; IndexInherited, DataProtectionInherited and QueriesLimited are there to be known. Ready with the reason DeletionBlocked: the resource was deleted, and the log group cannot be.',
  ),
  arn: text('ARN of the log group.'),
  account: text('AWS account that holds the log group.'),
  region: text('AWS region that holds the log group.'),
  retentionInDays: count('Days that CloudWatch keeps records, whoever decides it. Absent: for ever.'),
  logGroupClass: text('Class of the log group in CloudWatch.'),
  deletionProtectionEnabled: flag('Whether CloudWatch refuses to delete the log group, whoever decides it.'),
  managed: structure(
    'What the operator has put on the log group, to be taken off when the spec no longer names it.',
    {
      tagKeys: list('Keys of the tags.', text('One key.')),
      kmsKeyID: text('The KMS key, as the spec named it.'),
      indexPolicy: flag("Whether the index policy of the log group is the operator's."),
    },
  ),
});
