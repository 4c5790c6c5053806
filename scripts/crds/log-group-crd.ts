/** LogGroup: a CloudWatch log group as it shall be. */
import { retentionPeriodsInDays } from '../../src/kernel/log-group-name.ts';
import { ageColumn, readyColumn, type CrdShape } from './definition.ts';
import { flag, listByKey, quote, rules, structure, text, words, type Rule, type Schema } from './field.ts';
import { logGroupStatus } from './status-schema.ts';

/** The tag by which a cluster owns its group. */
const ownerTag = 'cortex.dev/cluster';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
const tagText = quote('^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$');
const tagAdvice = 'legal are letters, digits, spaces and _ . : / = + - @';

const logGroupName = text(
  'Name of the log group in CloudWatch, by custom the name of the cluster. Immutable.',
  {
    minLength: 1,
    maxLength: 512,
    ...rules(
      {
        rule: `self.matches(${quote('^[a-zA-Z0-9_/.#-]*$')})`,
        messageExpression: `"has a character that CloudWatch refuses: '" + self + "'; legal are a-z A-Z 0-9 _ - / . #"`,
      },
      {
        rule: "!self.startsWith('aws/')",
        messageExpression: `"starts with 'aws/', which AWS keeps for itself: '" + self + "'; choose another name"`,
      },
    ),
  },
);

const tags: Schema = {
  type: 'object',
  description:
    'Tags that the log group shall have. Tags that were never listed here are left alone. Unset: not managed.',
  // AWS allows 50, and the owner's tag is one of them.
  maxProperties: 49,
  additionalProperties: text('Value of the tag.', {
    maxLength: 256,
    ...rules({
      rule: `self.matches(${tagText})`,
      messageExpression: `"has a character that AWS refuses in tag values: '" + self + "'; ${tagAdvice}"`,
    }),
  }),
  ...rules(
    {
      rule: 'self.all(key, size(key) >= 1 && size(key) <= 128)',
      messageExpression: `"has a key that is not 1 to 128 characters long, which AWS refuses: '" + self.filter(key, size(key) < 1 || size(key) > 128)[0] + "'; choose another key"`,
    },
    {
      rule: `self.all(key, key.matches(${tagText}))`,
      messageExpression: `"has a key with a character that AWS refuses: '" + self.filter(key, !key.matches(${tagText}))[0] + "'; ${tagAdvice}"`,
    },
    {
      rule: "self.all(key, !key.lowerAscii().startsWith('aws:'))",
      messageExpression: `"has the key '" + self.filter(key, key.lowerAscii().startsWith('aws:'))[0] + "', and AWS keeps keys that start with aws: for itself; choose another key"`,
    },
    {
      rule: `!(${quote(ownerTag)} in self)`,
      message: `has the key ${ownerTag}, by which the operator marks the cluster that owns the group; remove it, and set adopt to take over a group of another cluster`,
    },
  ),
};

const fieldIndexes = listByKey(
  'Fields that CloudWatch indexes, so that queries filtering by them scan less; at most 20, in the class STANDARD only. They replace an index policy of the account for this group. Unset: labels.apiName, labels.apiKind and labels.jobID as facets, unless the account or somebody else has a policy for the group, which then stays. Empty: none.',
  'name',
  structure(
    'One indexed field.',
    {
      name: text('The field, with its path: labels.apiName.', { minLength: 1, maxLength: 100 }),
      type: words(
        'FIELD_INDEX, or FACET to have it in the console as a facet too.',
        ['FIELD_INDEX', 'FACET'],
        {
          default: 'FIELD_INDEX',
        },
      ),
    },
    { required: ['name'] },
  ),
  { maxItems: 20 },
);

const properties = {
  logGroupName,
  retentionInDays: {
    type: 'integer',
    format: 'int32',
    description:
      'Days after which CloudWatch drops records; one of the periods that it offers. Unset: not managed. A retention policy of the account overrides it.',
    enum: retentionPeriodsInDays,
  },
  logGroupClass: words(
    'STANDARD, or INFREQUENT_ACCESS: cheaper, but without field discovery, indexes, Live Tail and filter patterns, so that queries must parse the records. Immutable.',
    ['STANDARD', 'INFREQUENT_ACCESS'],
    { default: 'STANDARD' },
  ),
  kmsKeyID: text(
    'ARN of the KMS key that encrypts new records. Removing it takes the key off the group, if it was set here.',
    {
      maxLength: 256,
      ...rules({
        rule: `self.matches(${quote('^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$')})`,
        messageExpression: `"is not the ARN of a KMS key: '" + self + "'; write it as arn:aws:kms:<region>:<account>:key/<id>"`,
      }),
    },
  ),
  tags,
  deletionProtectionEnabled: flag(
    'Whether CloudWatch refuses to delete the group, whoever asks. Unset: not managed.',
  ),
  fieldIndexes,
  savedQueries: words(
    'Managed: a query for each kind of API is kept among the saved queries of Logs Insights, in the folder Cortex/<logGroupName>/, with the names of API and job as parameters. Unmanaged: none is written, and those that are there stay.',
    ['Managed', 'Unmanaged'],
    { default: 'Managed' },
  ),
  deletionPolicy: words(
    'What becomes of the group when this resource is deleted. Retain: it stays as it is. Delete: it is deleted with all its records and saved queries, and this resource waits for that; not while the group is protected, belongs to another cluster, or another LogGroup declares it too.',
    ['Retain', 'Delete'],
    { default: 'Retain' },
  ),
  adopt: flag('Take over a group that carries the tag of another cluster.', { default: false }),
} as const;

const specRules: readonly Rule[] = [
  {
    rule: "!(self.deletionPolicy == 'Delete' && has(self.deletionProtectionEnabled) && self.deletionProtectionEnabled)",
    message:
      'deletionPolicy Delete cannot be carried out while deletionProtectionEnabled is true; set deletionPolicy to Retain, or deletionProtectionEnabled to false',
    fieldPath: '.deletionPolicy',
  },
  {
    rule: "!has(self.fieldIndexes) || size(self.fieldIndexes) == 0 || self.logGroupClass == 'STANDARD'",
    messageExpression:
      '"fieldIndexes are offered by CloudWatch in the class STANDARD only, and logGroupClass is " + self.logGroupClass + "; remove fieldIndexes"',
    fieldPath: '.fieldIndexes',
  },
];

const immutable: readonly Rule[] = [
  {
    rule: 'self.spec.logGroupName == oldSelf.spec.logGroupName',
    messageExpression: `"logGroupName cannot change, it is '" + oldSelf.spec.logGroupName + "'; create another LogGroup instead, the old log group keeps its records"`,
    fieldPath: '.spec.logGroupName',
  },
  {
    rule: 'self.spec.logGroupClass == oldSelf.spec.logGroupClass',
    messageExpression:
      '"logGroupClass cannot change, CloudWatch fixes it when the group is made as " + oldSelf.spec.logGroupClass + "; create a LogGroup with another logGroupName instead"',
    fieldPath: '.spec.logGroupClass',
  },
];

export const logGroupShape: CrdShape = {
  kind: 'LogGroup',
  scope: 'Cluster',
  description:
    'A CloudWatch log group as it shall be. The operator creates the one named default for the log group of its cluster, if no other LogGroup has that logGroupName. Fields that are unset are not managed.',
  properties: {
    spec: structure('The log group as it shall be.', properties, {
      required: ['logGroupName'],
      ...rules(...specRules),
    }),
    status: logGroupStatus,
  },
  required: ['spec'],
  validations: immutable,
  columns: [
    {
      name: 'Group',
      type: 'string',
      jsonPath: '.spec.logGroupName',
      description: 'Name of the log group in CloudWatch.',
    },
    {
      name: 'Retention',
      type: 'integer',
      jsonPath: '.status.retentionInDays',
      description: 'Days that CloudWatch keeps records; empty if for ever.',
    },
    readyColumn,
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      description: 'Why it is ready or not; `kubectl describe` tells what to do.',
    },
    ageColumn,
    {
      name: 'Class',
      type: 'string',
      priority: 1,
      jsonPath: '.status.logGroupClass',
      description: 'Class of the log group in CloudWatch.',
    },
    {
      name: 'Deletion',
      type: 'string',
      priority: 1,
      jsonPath: '.spec.deletionPolicy',
      description: 'What becomes of the log group when the resource is deleted.',
    },
    {
      name: 'Protected',
      type: 'boolean',
      priority: 1,
      jsonPath: '.status.deletionProtectionEnabled',
      description: 'Whether CloudWatch refuses to delete the log group.',
    },
    {
      name: 'ARN',
      type: 'string',
      priority: 1,
      jsonPath: '.status.arn',
      description: 'ARN of the log group.',
    },
    {
      name: 'Message',
      type: 'string',
      priority: 1,
      jsonPath: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What is to be known and done.',
    },
  ],
};
