/** The six workload kinds: two shapes, that of an API and that of a job. */
import {
  apiKindOfJob,
  isJobKind,
  type ApiKind,
  type JobKind,
  type WorkloadKind,
} from '../../src/kernel/api-kinds.ts';
import { claimProperties, labelValueLimit, labelValueRule, oneClaimRule } from './claim-schema.ts';
import { ageColumn, readyColumn, type Column, type CrdShape } from './definition.ts';
import { ownLabelRules } from './own-label-rules.ts';
import { quote, rules, structure, text, type Rule } from './field.ts';
import { apiStatus, jobStatus } from './status-schema.ts';

/** The name stands as a label value on pods, and in the names of log streams. */
const nameRule: Rule = {
  rule: 'size(self.metadata.name) <= 63',
  messageExpression: `"metadata.name '" + self.metadata.name + "' is too long: it becomes a label value, which has at most 63 characters; choose a shorter name"`,
};

const podsColumn: Column = {
  name: 'Pods',
  type: 'string',
  jsonPath: '.status.pods.summary',
  description: 'Pods that carry the labels / pods that are claimed.',
};
const logsColumn: Column = {
  name: 'Logs',
  type: 'string',
  priority: 1,
  jsonPath: '.status.logs.url',
  description: 'Link to the records in the AWS console.',
};

const purposeOf: Readonly<Record<ApiKind, string>> = {
  RealtimeAPI: 'A realtime API: it answers requests while the caller waits.',
  AsyncAPI: 'An async API: it takes requests into a queue and answers later.',
  BatchAPI: 'A batch API: each of its jobs splits one piece of work over many pods.',
  TaskAPI: 'A task API: each of its jobs is one piece of work, such as a training.',
};

function apiShape(kind: ApiKind): CrdShape {
  return {
    kind,
    description: `${purposeOf[kind]} Its name is the apiName: the pods that it claims carry the labels apiName and apiKind=${kind}, and so do all their log records.`,
    properties: {
      spec: structure(
        'Which pods belong to this API. With neither selector nor workloadRef, those that it owns by ownerReferences.',
        claimProperties,
        rules(oneClaimRule),
      ),
      status: apiStatus,
    },
    required: [],
    validations: [nameRule, ...ownLabelRules({ apiName: 'self.metadata.name', apiKind: quote(kind) })],
    columns: [
      podsColumn,
      readyColumn,
      ageColumn,
      {
        name: 'Workload',
        type: 'string',
        priority: 1,
        jsonPath: '.spec.workloadRef.name',
        description: 'The object that workloadRef names.',
      },
      logsColumn,
    ],
  };
}

/** The effective ID is compared, so that removing or adding the field is no way around the rule. */
const jobIDOf = (object: string): string =>
  `(has(${object}.spec.jobID) ? ${object}.spec.jobID : ${object}.metadata.name)`;

const jobRules: readonly Rule[] = [
  nameRule,
  {
    rule: 'self.spec.apiName == oldSelf.spec.apiName',
    messageExpression: `"apiName cannot change, it is '" + oldSelf.spec.apiName + "' and its records are stored under it; create a new job instead"`,
    fieldPath: '.spec.apiName',
  },
  {
    rule: `${jobIDOf('self')} == ${jobIDOf('oldSelf')}`,
    messageExpression: `"jobID cannot change, set or unset, it is '" + ${jobIDOf('oldSelf')} + "' and its records are stored under it; create a new job instead"`,
    fieldPath: '.spec.jobID',
  },
];

function jobShape(kind: JobKind): CrdShape {
  const api = apiKindOfJob[kind];
  const spec = {
    apiName: text(`Name of the ${api} that this job runs, in the same namespace. Immutable.`, {
      minLength: 1,
      ...labelValueLimit,
      ...rules({
        rule: `self.matches(${quote('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')})`,
        messageExpression: `"is not the name of a ${api}: '" + self + "'; names have lower-case letters, digits, - and ., and begin and end with a letter or digit"`,
      }),
    }),
    jobID: text('The value of the label jobID. Default: metadata.name. Immutable.', {
      minLength: 1,
      ...labelValueLimit,
      ...rules(labelValueRule),
    }),
    ...claimProperties,
  };
  return {
    kind,
    description: `One run of a ${api}. The pods that it claims carry the labels apiName, apiKind=${api} and jobID, and so do all their log records.`,
    properties: {
      spec: structure(
        `Which ${api} runs, and which pods belong to the run. With neither selector nor workloadRef, those that it owns by ownerReferences.`,
        spec,
        { required: ['apiName'], ...rules(oneClaimRule) },
      ),
      status: jobStatus,
    },
    required: ['spec'],
    validations: [
      ...jobRules,
      ...ownLabelRules({ apiName: 'self.spec.apiName', apiKind: quote(api), jobID: jobIDOf('self') }),
    ],
    columns: [
      {
        name: 'API',
        type: 'string',
        jsonPath: '.spec.apiName',
        description: `The ${api} that the job runs.`,
      },
      {
        name: 'JobID',
        type: 'string',
        jsonPath: '.status.jobID',
        description: 'The value of the label jobID.',
      },
      podsColumn,
      readyColumn,
      {
        name: 'Start',
        type: 'date',
        jsonPath: '.status.startTime',
        description: 'How long ago the job began.',
      },
      { name: 'End', type: 'date', jsonPath: '.status.endTime', description: 'How long ago the job ended.' },
      ageColumn,
      logsColumn,
    ],
  };
}

export function workloadShape(kind: WorkloadKind): CrdShape {
  return isJobKind(kind) ? jobShape(kind) : apiShape(kind);
}
