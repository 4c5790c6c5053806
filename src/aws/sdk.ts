/**
 * The part of the SDK that is used, in a module of its own: imported on first use (a replica that only
 * waits for leadership never loads it), and a bundler can still leave out the other hundred commands.
 */
export {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteIndexPolicyCommand,
  DeleteLogGroupCommand,
  DeleteQueryDefinitionCommand,
  DescribeAccountPoliciesCommand,
  DescribeIndexPoliciesCommand,
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutIndexPolicyCommand,
  PutLogGroupDeletionProtectionCommand,
  PutQueryDefinitionCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
