/** Every operation that the twin has, by its name on the wire. */
import type { Operation } from '../operation.ts';
import { deleteAccountPolicy, describeAccountPolicies, putAccountPolicy } from './account-policies.ts';
import {
  deleteDataProtectionPolicy,
  getDataProtectionPolicy,
  putDataProtectionPolicy,
} from './data-protection.ts';
import { putLogGroupDeletionProtection } from './deletion-protection.ts';
import { describeFieldIndexes } from './field-indexes.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { getLogRecord } from './get-log-record.ts';
import { deleteIndexPolicy, describeIndexPolicies, putIndexPolicy } from './index-policies.ts';
import { associateKmsKey, disassociateKmsKey } from './kms.ts';
import { listLogGroups } from './list-log-groups.ts';
import { getLogGroupFields } from './log-group-fields.ts';
import { createLogGroup, deleteLogGroup, describeLogGroups } from './log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './log-streams.ts';
import { putLogEvents } from './put-log-events.ts';
import { deleteQueryDefinition, describeQueryDefinitions, putQueryDefinition } from './query-definitions.ts';
import { describeQueries, getQueryResults, listLogGroupsForQuery, startQuery, stopQuery } from './queries.ts';
import { deleteRetentionPolicy, putRetentionPolicy } from './retention.ts';
import { startLiveTail } from './start-live-tail.ts';
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from './tags.ts';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteAccountPolicy: deleteAccountPolicy,
    DeleteDataProtectionPolicy: deleteDataProtectionPolicy,
    DeleteIndexPolicy: deleteIndexPolicy,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteQueryDefinition: deleteQueryDefinition,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeAccountPolicies: describeAccountPolicies,
    DescribeFieldIndexes: describeFieldIndexes,
    DescribeIndexPolicies: describeIndexPolicies,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeQueries: describeQueries,
    DescribeQueryDefinitions: describeQueryDefinitions,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetDataProtectionPolicy: getDataProtectionPolicy,
    GetLogEvents: getLogEvents,
    GetLogGroupFields: getLogGroupFields,
    GetLogRecord: getLogRecord,
    GetQueryResults: getQueryResults,
    ListLogGroups: listLogGroups,
    ListLogGroupsForQuery: listLogGroupsForQuery,
    ListTagsForResource: listTagsForResource,
    ListTagsLogGroup: listTagsLogGroup,
    PutAccountPolicy: putAccountPolicy,
    PutDataProtectionPolicy: putDataProtectionPolicy,
    PutIndexPolicy: putIndexPolicy,
    PutLogEvents: putLogEvents,
    PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
    PutQueryDefinition: putQueryDefinition,
    PutRetentionPolicy: putRetentionPolicy,
    StartLiveTail: startLiveTail,
    StartQuery: startQuery,
    StopQuery: stopQuery,
    TagLogGroup: tagLogGroup,
    TagResource: tagResource,
    UntagLogGroup: untagLogGroup,
    UntagResource: untagResource,
  }),
);
