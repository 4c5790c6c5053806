/** Every operation that the twin has, by its name on the wire. */
import type { Operation } from '../operation.ts';
import { deleteAccountPolicy, describeAccountPolicies, putAccountPolicy } from './account-policies.ts';
import { putLogGroupDeletionProtection } from './deletion-protection.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { describeIndexPolicies } from './index-policies.ts';
import { associateKmsKey, disassociateKmsKey } from './kms.ts';
import { createLogGroup, deleteLogGroup, describeLogGroups } from './log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './log-streams.ts';
import { putLogEvents } from './put-log-events.ts';
import { describeQueries, getQueryResults, startQuery, stopQuery } from './queries.ts';
import { deleteRetentionPolicy, putRetentionPolicy } from './retention.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteAccountPolicy: deleteAccountPolicy,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeAccountPolicies: describeAccountPolicies,
    DescribeIndexPolicies: describeIndexPolicies,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeQueries: describeQueries,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    GetQueryResults: getQueryResults,
    ListTagsForResource: listTagsForResource,
    PutAccountPolicy: putAccountPolicy,
    PutLogEvents: putLogEvents,
    PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
    PutRetentionPolicy: putRetentionPolicy,
    StartQuery: startQuery,
    StopQuery: stopQuery,
    TagResource: tagResource,
    UntagResource: untagResource,
  }),
);
